import Dispatch
import Glibc
import Testing

@testable import ApusProxy

@Suite("On the wire: connections that stay")
struct WireKeepAliveTests {
    @Test("Requests of one client share one connection upstream")
    func reuse() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let client = try await proxy.connect()
        for number in 0..<20 {
            try await client.send("GET /\(number) HTTP/1.1\r\nhost: test\r\n\r\n")
            #expect(try await client.readMessage().body == "v1 /\(number)")
        }
        #expect(upstream.connections == 1)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("Pipelined requests are answered in their order")
    func pipelining() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let client = try await proxy.connect()
        let requests = (0..<50).map { "POST /\($0) HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\nabc" }
        try await client.send(requests.joined())
        for number in 0..<50 { #expect(try await client.readMessage().body == "v1 /\(number)") }
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A request that comes byte by byte is one request")
    func slowly() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let client = try await proxy.connect()
        for byte in "POST /slow HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" {
            try await client.send(String(byte))
        }
        #expect(try await client.readMessage().body == "v1 /slow")
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A client that asks for close is closed after its answer")
    func close() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let client = try await proxy.connect()
        try await client.send("GET /last HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
        let all = try await client.readToEnd()
        #expect(all.hasSuffix("v1 /last"))
        #expect(all.contains("connection: close\r\n"))
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A stale pooled connection is replaced by a new one, unseen by the client")
    func stale() async throws {
        let (go, tell) = AsyncStream.makeStream(of: Void.self)
        let upstream = try await WireUpstream.start { connection, number in
            _ = try await connection.readMessage()
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n\(number)")
            if number == 0 { for await _ in go { break } }
        }
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)], workers: 1)
        let client = try await proxy.connect()
        let request = "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 2\r\n\r\nhi"
        try await client.send(request)
        #expect(try await client.readMessage().body == "0")
        // While the worker is held, first the next request arrives, then the end of the connection it will be given.
        let held = DispatchSemaphore(value: 0)
        // Held for certain before the request is sent: else it may reach the upstream, which then has unread bytes to close
        // on, and nobody can say any more that it was not read.
        let (isHeld, hold) = AsyncStream.makeStream(of: Void.self)
        proxy.proxy.workers[0].loop.execute {
            hold.yield()
            _ = held.wait(timeout: .now() + 30)
        }
        for await _ in isHeld { break }
        try await client.send(request)
        try await Task.sleep(for: .milliseconds(100))
        tell.yield()
        try await Task.sleep(for: .milliseconds(500))
        held.signal()
        let second = try await client.readMessage()
        #expect(second.status == 200)
        #expect(second.body == "1")
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A pooled connection that the upstream has closed is not used again")
    func closedInPool() async throws {
        let upstream = try await WireUpstream.start { connection, number in
            _ = try await connection.readMessage()
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n\(number)")
        }
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)], workers: 1)
        for number in 0..<5 {
            let answer = try await proxy.get()
            #expect(answer.status == 200)
            #expect(answer.body == "\(number)")
            // Until the end has come, the connection is as good as any.
            try await proxy.eventually("the end is noticed") { await proxy.stat("cluster.v1.upstream_cx_active") == 0 }
        }
        await proxy.stop()
        await upstream.stop()
    }
}
