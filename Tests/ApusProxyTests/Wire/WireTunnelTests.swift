import NIOCore
import Testing

@testable import ApusProxy

@Suite("On the wire: tunnels")
struct WireTunnelTests {
    private static let upgrade = "GET /socket HTTP/1.1\r\nhost: test\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"

    @Test("A WebSocket passes both ways until one side ends it")
    func webSocket() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            let head = try await connection.read(through: "\r\n\r\n").lowercased()
            #expect(head.contains("upgrade: websocket\r\n"))
            #expect(head.contains("sec-websocket-key: dGhl".lowercased()))
            try await connection.send(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\nhello")
            while let bytes = try await connection.receive() { try await connection.send("<\(String(buffer: bytes))>") }
        }
        let proxy = try await WireProxy.start(
            clusters: [WireProxy.cluster("v1", upstream)], manager: "upgrade_configs: [{ upgrade_type: websocket }]")
        let client = try await proxy.connect()
        try await client.send(Self.upgrade + "sec-websocket-key: dGhl\r\n\r\n")
        #expect(try await client.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))
        #expect(try await client.read(through: "hello") == "hello")
        for text in ["one", "two", "three"] {
            try await client.send(text)
            #expect(try await client.read(through: ">") == "<\(text)>")
        }
        await client.close()
        try await proxy.eventually("the upstream is let go") {
            await proxy.stat("cluster.v1.upstream_cx_active") == 0
        }
        await proxy.stop()
        await upstream.stop()
    }

    @Test("An upstream that does not want to upgrade answers as usual")
    func refusedUpgrade() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.read(through: "\r\n\r\n")
            try await connection.send("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno")
            _ = try await connection.readToEnd()
        }
        let proxy = try await WireProxy.start(
            clusters: [WireProxy.cluster("v1", upstream)], manager: "upgrade_configs: [{ upgrade_type: websocket }]")
        let client = try await proxy.connect()
        try await client.send(Self.upgrade + "\r\n")
        let answer = try await client.readMessage()
        #expect(answer.status == 403)
        #expect(answer.body == "no")
        await proxy.stop()
        await upstream.stop()
    }

    @Test("Plain TCP passes both ways, and the end of each direction by itself")
    func plainTCP() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            let all = try await connection.readToEnd()
            try await connection.send("heard \(all)")
        }
        let proxy = try await WireProxy.start(WireProxy.tcp(cluster: WireProxy.cluster("v1", upstream)))
        let client = try await proxy.connect()
        try await client.send("one ")
        try await client.send("two")
        try await client.finish()
        #expect(try await client.readToEnd() == "heard one two")
        await proxy.stop()
        await upstream.stop()
    }
}
