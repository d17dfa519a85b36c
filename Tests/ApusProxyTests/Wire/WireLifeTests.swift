import ApusConfig
import Logging
import NIOConcurrencyHelpers
import Testing

@testable import ApusProxy

@Suite("On the wire: beginnings and ends", .timeLimit(.minutes(3)))
struct WireLifeTests {
    @Test("A client that leaves takes its upstream request along")
    func leaving() async throws {
        let ended = NIOLockedValueBox(false)
        let begun = NIOLockedValueBox(false)
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.readMessage()
            begun.withLockedValue { $0 = true }
            _ = try? await connection.receive()
            ended.withLockedValue { $0 = true }
        }
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let client = try await proxy.connect()
        try await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        try await proxy.eventually("the request arrives") { begun.withLockedValue { $0 } }
        try await client.reset()
        try await proxy.eventually("the upstream connection ends") { ended.withLockedValue { $0 } }
        try await proxy.eventually("nothing is under way") {
            let active = await proxy.stat("cluster.v1.upstream_rq_active")
            let clients = await proxy.stat("http.test.downstream_rq_active")
            return active == 0 && clients == 0
        }
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A stop lets requests under way finish and takes no new connections")
    func drain() async throws {
        let (go, tell) = AsyncStream.makeStream(of: Void.self)
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.readMessage()
            for await _ in go { break }
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlast")
            _ = try await connection.readToEnd()
        }
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let busy = try await proxy.connect()
        let idle = try await proxy.connect()
        try await busy.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        try await proxy.eventually("the request is under way") {
            await proxy.stat("cluster.v1.upstream_rq_active") == 1
        }
        let stopping = Task { await proxy.proxy.drainAndStop() }
        #expect(try await idle.readToEnd() == "")
        try await proxy.eventually("new connections are refused") {
            (try? await proxy.connect()).map { _ in false } ?? true
        }
        tell.yield()
        let answer = try await busy.readToEnd()
        #expect(answer.hasSuffix("last"))
        #expect(answer.contains("connection: close\r\n"))
        await stopping.value
        await upstream.stop()
    }

    @Test("The drain time is an end")
    func drainEnds() async throws {
        let upstream = try await WireUpstream.start { connection, _ in _ = try await connection.readToEnd() }
        let proxy = try await WireProxy.start(
            clusters: [WireProxy.cluster("v1", upstream)], drainTime: .milliseconds(200))
        let client = try await proxy.connect()
        try await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        try await proxy.eventually("the request is under way") {
            await proxy.stat("cluster.v1.upstream_rq_active") == 1
        }
        await proxy.proxy.drainAndStop()
        #expect(try await client.readToEnd() == "")
        await upstream.stop()
    }

    @Test("Configurations replaced under load lose nothing")
    func reload() async throws {
        let first = try await WireUpstream.answering("v1")
        let second = try await WireUpstream.answering("v2")
        func text(_ target: String, _ port: Int) -> String {
            WireProxy.configuration(
                routes: "[{ match: { prefix: / }, route: { cluster: \(target) } }]",
                clusters: [WireProxy.cluster("v1", first), WireProxy.cluster("v2", second)],
                at: "{ socket_address: { address: 127.0.0.1, port_value: \(port) } }")
        }
        let proxy = try await WireProxy.start(text("v1", 0))
        // Port 0 is the listener's address as configured, and stays its name.
        let seen = try await withThrowingTaskGroup(of: Set<String>.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let client = try await proxy.connect()
                    var versions: Set<String> = []
                    for number in 0..<300 {
                        try await client.send("GET /\(number) HTTP/1.1\r\nhost: test\r\n\r\n")
                        let answer = try await client.readMessage()
                        #expect(answer.status == 200)
                        #expect(answer.body.hasSuffix(" /\(number)"))
                        versions.insert(String(answer.body.prefix(2)))
                    }
                    return versions
                }
            }
            for round in 0..<20 {
                try await proxy.proxy.replace(with: WireProxy.load(text(round.isMultiple(of: 2) ? "v2" : "v1", 0)))
            }
            return try await group.reduce(into: Set()) { $0.formUnion($1) }
        }
        #expect(seen == ["v1", "v2"])
        await proxy.stop()
        await first.stop()
        await second.stop()
    }

    @Test("A configuration that cannot be served leaves the old one in place")
    func refusedReload() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let broken = WireProxy.configuration(
            routes: "[{ match: { prefix: / }, route: { cluster: nowhere } }]",
            clusters: [WireProxy.cluster("v1", upstream)])
        await #expect(throws: Proxy.Refusal.self) { try await proxy.proxy.replace(with: WireProxy.load(broken)) }
        #expect(try await proxy.get().body == "v1 /")
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A second instance on the same port fails and says why")
    func secondInstance() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let clusters = [WireProxy.cluster("v1", upstream)]
        let proxy = try await WireProxy.start(clusters: clusters)
        let port = try #require(proxy.address.port)
        let place = "{ socket_address: { address: 127.0.0.1, port_value: \(port) } }"
        let refusal = await #expect(throws: Proxy.Refusal.self) {
            _ = try await WireProxy.start(clusters: clusters, at: place)
        }
        #expect(refusal?.message.contains("127.0.0.1:\(port)") == true)
        #expect(refusal?.message.contains("in use") == true)
        #expect(try await proxy.get().status == 200)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("Descriptors are back at the start's level after 10,000 mixed requests with resets")
    func descriptors() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            while true {
                let request = try await connection.readMessage()
                switch request.path {
                case "/reset": return try await connection.reset()
                case "/cut": return try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")
                case "/last": return try await connection.send("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nlast")
                default: try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                }
            }
        }
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let ports: Set = [upstream.port, proxy.address.port ?? 0]
        let before = Sockets.count(touching: ports)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<20 {
                group.addTask { try await Self.mixed(500, lane, proxy) }
            }
            try await group.waitForAll()
        }
        #expect(await proxy.stat("http.test.downstream_rq_total") >= 10_000)
        try await proxy.eventually("clients are gone") { await proxy.proxy.openConnections() == 0 }
        try await proxy.eventually("requests are gone") { await proxy.stat("cluster.v1.upstream_rq_active") == 0 }
        let pooled = await proxy.stat("cluster.v1.upstream_cx_active")
        #expect(pooled <= 40)
        // Each pooled connection is two sockets of this process: the proxy's and the upstream's.
        try await proxy.eventually("sockets are closed") { Sockets.count(touching: ports) <= before + 2 * pooled }
        await proxy.stop()
        await upstream.stop()
        try await proxy.eventually("all is closed") { Sockets.count(touching: ports) == 0 }
    }

    private static func mixed(_ count: Int, _ lane: Int, _ proxy: WireProxy) async throws {
        let paths = ["/", "/reset", "/", "/cut", "/", "/last", "/", "/leave", "/", "/leave"]
        var client: WireConnection?
        for number in 0..<count {
            let path = paths[(number + lane) % paths.count]
            let current: WireConnection
            if let client { current = client } else { current = try await proxy.connect() }
            client = current
            try await current.send("GET \(path) HTTP/1.1\r\nhost: test\r\n\r\n")
            if path == "/leave" {
                if number.isMultiple(of: 2) { try await Task.sleep(for: .microseconds(200)) }
                try await current.reset()
                client = nil
            } else if (try? await current.readMessage()) == nil || path == "/cut" {
                await current.close()
                client = nil
            }
        }
        await client?.close()
    }
}
