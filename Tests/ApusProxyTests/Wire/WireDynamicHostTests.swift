import ApusConfig
import NIOCore
import Testing

@testable import ApusProxy

/// Clusters that go where each request's host says, and clusters that refuse.
@Suite("Wire: places that requests name")
struct WireDynamicHostTests {
    private static func configuration(_ cluster: Cluster, manager: String = "") -> LoadResult {
        var loaded = WireProxy.load(
            WireProxy.configuration(
                clusters: ["{ name: v1, type: STATIC, load_assignment: { cluster_name: v1 } }"],
                manager: manager))
        loaded.bootstrap?.staticResources.clusters = [cluster]
        return loaded
    }

    private static let dynamic = Cluster(name: "v1", type: .dynamicHost, dnsLookupFamily: .v4Preferred)

    private static func get(_ proxy: WireProxy, host: String) async throws -> WireMessage {
        let client = try await proxy.connect()
        try await client.send("GET / HTTP/1.1\r\nhost: \(host)\r\n\r\n")
        let answer = try await client.readMessage()
        await client.close()
        return answer
    }

    @Test("An address and a name lead to their place, and its connection serves again")
    func places() async throws {
        let upstream = try await WireUpstream.answering("there")
        let proxy = try await WireProxy.start(Self.configuration(Self.dynamic), workers: 1)
        for host in ["127.0.0.1:\(upstream.port)", "127.0.0.1:\(upstream.port)", "LOCALHOST:\(upstream.port)"] {
            let answer = try await Self.get(proxy, host: host)
            #expect(answer.status == 200, "\(host)")
            #expect(answer.body == "there /")
        }
        #expect(await proxy.stat("cluster.v1.upstream_cx_total") == 2)
        #expect(await proxy.stat("dns_cache.v1.dns_query_success") == 1)
        #expect(await proxy.stat("dns_cache.v1.num_hosts") == 2)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A name that nobody has is answered 503, and others meanwhile as ever")
    func unknown() async throws {
        let upstream = try await WireUpstream.answering("there")
        let proxy = try await WireProxy.start(Self.configuration(Self.dynamic), workers: 1)
        async let lost = Self.get(proxy, host: "nowhere.invalid")
        #expect(try await Self.get(proxy, host: "127.0.0.1:\(upstream.port)").status == 200)
        let answer = try await lost
        #expect(answer.status == 503)
        #expect(answer.body == "DNS resolution failure")
        for host in ["a.test:0", "a.test:99999", "a.test:x"] {
            #expect(try await Self.get(proxy, host: host).status == 503, "\(host)")
        }
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A request for the proxy itself does not go round: 502", arguments: ["127.0.0.1", "localhost", "0.0.0.0"])
    func loop(host: String) async throws {
        let proxy = try await WireProxy.start(Self.configuration(Self.dynamic), workers: 1)
        // On a busy machine the first look-up may come too late.
        try await proxy.eventually("the loop is seen", within: .seconds(60)) {
            let answer = try await Self.get(proxy, host: "\(host):\(proxy.address.port ?? 0)")
            return answer.status == 502 && answer.body.isEmpty
        }
        await proxy.stop()
    }

    @Test("A client that leaves while its name is looked up, and a reload meanwhile, harm nothing")
    func meanwhile() async throws {
        let proxy = try await WireProxy.start(Self.configuration(Self.dynamic), workers: 1)
        for number in 0..<20 {
            let client = try await proxy.connect()
            try await client.send("GET / HTTP/1.1\r\nhost: nobody-\(number).invalid\r\n\r\n")
            if number % 2 == 0 { await client.close() }
            if number == 10 {
                var other = Self.dynamic
                other.connectTimeout = .seconds(1)
                try await proxy.proxy.replace(with: Self.configuration(other))
            }
            if number % 2 == 1 {
                #expect(try await client.readMessage().status == 503)
                await client.close()
            }
        }
        let address = proxy.address
        try await proxy.eventually("all requests are over") {
            await proxy.stat("http.test.downstream_rq_active") == 0
        }
        #expect(address == proxy.address)
        await proxy.stop()
    }

    @Test("A body that comes while its name is looked up arrives whole")
    func body() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            let body = "\(try await connection.readMessage().body.utf8.count)"
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
        }
        let proxy = try await WireProxy.start(Self.configuration(Self.dynamic), workers: 1)
        let client = try await proxy.connect()
        let size = 3_000_000
        try await client.send(
            "POST / HTTP/1.1\r\nhost: localhost:\(upstream.port)\r\ncontent-length: \(size)\r\n\r\n"
                + String(repeating: "b", count: size))
        #expect(try await client.readMessage().body == "\(size)")
        await client.close()
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A cluster that refuses fails every connection for its reason")
    func refusal() async throws {
        let upstream = try await WireUpstream.answering("there")
        var cluster = Cluster(
            name: "v1",
            loadAssignment: LoadAssignment(
                clusterName: "v1",
                endpoints: [Endpoint(address: .socket(host: "127.0.0.1", port: UInt16(upstream.port)))]))
        cluster.refusal = "mesh identity not configured"
        let proxy = try await WireProxy.start(Self.configuration(cluster), workers: 1)
        let answer = try await proxy.get()
        #expect(answer.status == 503)
        #expect(
            answer.body
                == "upstream connect error or disconnect/reset before headers. reset reason: remote connection "
                + "failure, transport failure reason: mesh identity not configured")
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A proxy knows its own addresses")
    func ownAddresses() throws {
        let one = OwnAddresses([("127.0.0.1", 80)])
        let all = OwnAddresses([("0.0.0.0", 80)])
        func address(_ text: String, _ port: Int) throws -> SocketAddress {
            try SocketAddress(ipAddress: text, port: port)
        }
        #expect(one.contain(try address("127.0.0.1", 80)))
        #expect(!one.contain(try address("127.0.0.1", 81)))
        #expect(!one.contain(try address("127.0.0.2", 80)))
        #expect(one.contain(try address("0.0.0.0", 80)))
        #expect(all.contain(try address("127.0.0.2", 80)))
        #expect(all.contain(try address("0.0.0.0", 80)))
        #expect(!all.contain(try address("192.0.2.1", 80)))
    }
}
