import Testing

@Suite("On the wire: answers of the proxy's own")
struct WireOwnAnswerTests {
    private let added =
        "response_headers_to_add: [{ header: { key: x-seen, value: \"%RESPONSE_CODE% %RESP(location)%\" } }]"

    @Test("A route's headers see an answer of the proxy's own before it has a status, and a redirect with its place")
    func headers() async throws {
        let proxy = try await WireProxy.start(
            routes:
                "[{ match: { path: /away }, redirect: { path_redirect: /there }, \(added) }, { match: { path: /here }, direct_response: { status: 403 }, \(added) }]",
            clusters: [])
        #expect(try await proxy.get("/away").head.contains("x-seen: 0 http://test/there\r\n"))
        #expect(try await proxy.get("/here").head.contains("x-seen: 0 -\r\n") == false)
        #expect(try await proxy.get("/here").head.contains("x-seen: 0 \r\n"))
        await proxy.stop()
    }

    @Test("A client's certificate is nobody's word on a connection without one")
    func certificates() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            let message = try await connection.readMessage()
            let kept = message.head.contains("x-forwarded-client-cert") ? 1 : 0
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n\(kept)")
        }
        for (manager, kept) in [("", "0"), ("forward_client_cert_details: ALWAYS_FORWARD_ONLY", "1")] {
            let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)], manager: manager)
            #expect(try await proxy.get(headers: "x-forwarded-client-cert: Hash=0\r\n").body == kept)
            await proxy.stop()
        }
        await upstream.stop()
    }

    @Test("What the listener answers is counted for it, and how long its connections last")
    func counted() async throws {
        let proxy = try await WireProxy.start(
            routes: "[{ match: { prefix: / }, direct_response: { status: 204 } }]", clusters: [],
            listener: "stat_prefix: counted")
        _ = try await proxy.get()
        #expect(await proxy.stat("listener.counted.http.test.downstream_rq_2xx") == 1)
        #expect(await proxy.stat("listener.counted.http.test.downstream_rq_completed") == 1)
        await proxy.stop()
    }

    @Test("A listener answers at each of its addresses")
    func addresses() async throws {
        let other = "{ socket_address: { address: 127.0.0.2, port_value: 0 } }"
        let proxy = try await WireProxy.start(
            routes: "[{ match: { prefix: / }, direct_response: { status: 200 } }]", clusters: [],
            listener: "additional_addresses: [{ address: \(other) }]")
        let places = await proxy.proxy.listenerReadings().map(\.address)
        #expect(places.count == 2)
        for case .socket(let host, let port) in places {
            let client = try await WireConnection.connect(to: .init(ipAddress: host, port: Int(port)))
            try await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
            #expect(try await client.readMessage().head.hasPrefix("HTTP/1.1 200 OK"))
            await client.close()
        }
        await proxy.stop()
    }
}
