import Foundation
import NIOConcurrencyHelpers
import Testing

/// Bodies here are far larger than all socket buffers together, so that what is under way at most shows what is kept.
@Suite("On the wire: whoever is slow slows the other side down", .timeLimit(.minutes(2)))
struct WireBackPressureTests {
    static let megabyte = 1 << 20
    /// What the kernel may let one socket's buffers grow to (33 MB for receiving on some machines), twice over, and the
    /// proxy's own limit.
    static let mostUnderWay = 2 * (longestBuffer("tcp_rmem") + longestBuffer("tcp_wmem")) + 4 * megabyte
    static let size = (max(50 * megabyte, 2 * mostUnderWay) / 65_536) * 65_536

    /// On a busy machine so many bytes take longer than a route's 15 seconds.
    static let patient = "[{ match: { prefix: / }, route: { cluster: v1, timeout: 0s } }]"

    private static func longestBuffer(_ name: String) -> Int {
        let text = try? String(contentsOfFile: "/proc/sys/net/ipv4/\(name)", encoding: .utf8)
        return text?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 6 * megabyte
    }

    /// Returns when a count has not changed for a while.
    private func settled(_ count: NIOLockedValueBox<Int>) async throws -> Int {
        var last = -1
        var still = 0
        while still < 10 {
            try await Task.sleep(for: .milliseconds(50))
            let now = count.withLockedValue { $0 }
            still = now == last && now > 0 ? still + 1 : 0
            last = now
        }
        return last
    }

    @Test("A slow reader does not make memory grow")
    func slowReader() async throws {
        let sent = NIOLockedValueBox(0)
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.readMessage()
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: \(Self.size)\r\n\r\n")
            for _ in 0..<Self.size / 65_536 {
                try await connection.send(bytes: 65_536)
                sent.withLockedValue { $0 += 65_536 }
            }
            _ = try await connection.readToEnd()
        }
        let proxy = try await WireProxy.start(routes: Self.patient, clusters: [WireProxy.cluster("v1", upstream)])
        let client = try await proxy.connect(receiveBuffer: 65_536)
        try await client.send("GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
        #expect(try await settled(sent) < Self.mostUnderWay)
        _ = try await client.read(through: "\r\n\r\n")
        #expect(try await client.countToEnd() == Self.size)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A 50 MB upload to a slow upstream is paced", arguments: ["content-length", "chunked"])
    func slowUpstream(framing: String) async throws {
        let (go, tell) = AsyncStream.makeStream(of: Void.self)
        let upstream = try await WireUpstream.start(receiveBuffer: 65_536) { connection, _ in
            let head = try await connection.read(through: "\r\n\r\n")
            for await _ in go { break }
            if head.contains("chunked") {
                while true {
                    let line = try await connection.read(through: "\r\n")
                    let count = Int(line.prefix { $0.isHexDigit }, radix: 16) ?? 0
                    try await connection.skip(count + 2)
                    if count == 0 { break }
                }
            } else {
                try await connection.skip(Self.size)
            }
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone")
            _ = try await connection.readToEnd()
        }
        let proxy = try await WireProxy.start(routes: Self.patient, clusters: [WireProxy.cluster("v1", upstream)])
        let client = try await proxy.connect()
        let isChunked = framing == "chunked"
        let field = isChunked ? "transfer-encoding: chunked" : "content-length: \(Self.size)"
        try await client.send("POST / HTTP/1.1\r\nhost: test\r\n\(field)\r\n\r\n")
        let sent = NIOLockedValueBox(0)
        let upload = Task {
            for _ in 0..<Self.size / 65_536 {
                if isChunked { try await client.send("10000\r\n") }
                try await client.send(bytes: 65_536)
                if isChunked { try await client.send("\r\n") }
                sent.withLockedValue { $0 += 65_536 }
            }
            if isChunked { try await client.send("0\r\n\r\n") }
        }
        #expect(try await settled(sent) < Self.mostUnderWay)
        tell.yield()
        try await upload.value
        #expect(try await client.readMessage().body == "done")
        await proxy.stop()
        await upstream.stop()
    }

    static let mirrored = """
        [{ match: { prefix: / }, route: { cluster: v1, timeout: 0s, request_mirror_policies: [{ cluster: v2 }] } }]
        """

    @Test("A mirror of a body of 50 MB arrives whole at the shadow in bounded memory")
    func largeMirror() async throws {
        let copied = NIOLockedValueBox(0)
        let primary = try await WireUpstream.start { connection, _ in
            try await Self.receive(for: "test", from: connection, counting: NIOLockedValueBox(0))
        }
        let shadow = try await WireUpstream.start { connection, _ in
            try await Self.receive(for: "test-shadow", from: connection, counting: copied)
        }
        let proxy = try await WireProxy.start(
            routes: Self.mirrored,
            clusters: [WireProxy.cluster("v1", primary), WireProxy.cluster("v2", shadow)])
        let client = try await proxy.connect()
        try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(Self.size)\r\n\r\n")
        var sent = 0
        while sent < Self.size {
            try await client.send(bytes: 65_536)
            sent += 65_536
            // A shadow that keeps up, at whatever speed this machine has.
            while sent - copied.withLockedValue({ $0 }) > Self.megabyte / 2 {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        #expect(try await client.readMessage().body == "ok")
        try await proxy.eventually("the copy is complete") { await proxy.stat("cluster.v2.mirror_completed") == 1 }
        #expect(copied.withLockedValue { $0 } == Self.size)
        #expect(await proxy.stat("cluster.v2.mirror_dropped") == 0)
        await proxy.stop()
        await primary.stop()
        await shadow.stop()
    }

    private static func receive(
        for host: String, from connection: WireConnection, counting count: NIOLockedValueBox<Int>
    ) async throws {
        #expect(try await connection.read(through: "\r\n\r\n").contains("host: \(host)\r\n"))
        for _ in 0..<size / 65_536 {
            try await connection.skip(65_536)
            count.withLockedValue { $0 += 65_536 }
        }
        try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        _ = try await connection.readToEnd()
    }

    @Test("A shadow that does not read loses its copy, and the client is not delayed")
    func deafShadow() async throws {
        let primary = try await WireUpstream.start { connection, _ in
            _ = try await connection.read(through: "\r\n\r\n")
            try await connection.skip(Self.size)
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            _ = try await connection.readToEnd()
        }
        let shadow = try await WireUpstream.start(receiveBuffer: 65_536) { _, _ in
            try await Task.sleep(for: .seconds(60))
        }
        let proxy = try await WireProxy.start(
            routes: Self.mirrored,
            clusters: [WireProxy.cluster("v1", primary), WireProxy.cluster("v2", shadow)])
        let client = try await proxy.connect()
        try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(Self.size)\r\n\r\n")
        for _ in 0..<Self.size / 65_536 { try await client.send(bytes: 65_536) }
        #expect(try await client.readMessage().body == "ok")
        #expect(await proxy.stat("cluster.v2.mirror_started") == 1)
        try await proxy.eventually("the copy is dropped") { await proxy.stat("cluster.v2.mirror_dropped") == 1 }
        #expect(await proxy.stat("cluster.v2.mirror_active") == 0)
        await proxy.stop()
        await primary.stop()
        await shadow.stop()
    }
}
