import Dispatch
import NIOConcurrencyHelpers
import Testing

@testable import ApusProxy

@Suite("On the wire: what peers do that they should not", .timeLimit(.minutes(3)))
struct WireMisbehaviourTests {
    private static let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"

    @Test("A retry-after beyond all clocks is no reason to wait, or to fall")
    func absurdResetTime() async throws {
        let upstream = try await WireUpstream.start { connection, number in
            var asked = number
            while true {
                _ = try await connection.readMessage()
                let refusal = "HTTP/1.1 503 Busy\r\nx-reset: 99999999999\r\ncontent-length: 0\r\n\r\n"
                try await connection.send(asked == 0 ? refusal : Self.ok)
                asked += 1
            }
        }
        let routes = """
            [{ match: { prefix: / }, route: { cluster: v1, retry_policy: { retry_on: 5xx, rate_limited_retry_back_off: {
            max_interval: 2s, reset_headers: [{ name: x-reset, format: UNIX_TIMESTAMP }] } } } }]
            """
        let proxy = try await WireProxy.start(routes: routes, clusters: [WireProxy.cluster("v1", upstream)])
        #expect(try await proxy.get().body == "ok")
        #expect(await proxy.stat("cluster.v1.retry.upstream_rq_503") == 1)
        #expect(await proxy.stat("cluster.v1.upstream_rq_5xx") == 0)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A gRPC deadline of ten thousand years is as good as none")
    func absurdDeadline() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(
            routes: "[{ match: { prefix: / }, route: { cluster: v1, max_grpc_timeout: 0s } }]",
            clusters: [WireProxy.cluster("v1", upstream)])
        let answer = try await proxy.get(headers: "content-type: application/grpc\r\ngrpc-timeout: 99999999H\r\n")
        #expect(answer.status == 200)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("The longest time that can be configured is as good as none")
    func longestTimeout() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let longest = "315576000000s"
        let proxy = try await WireProxy.start(
            routes: "[{ match: { prefix: / }, route: { cluster: v1, timeout: \(longest), idle_timeout: \(longest) } }]",
            clusters: [WireProxy.cluster("v1", upstream)], manager: "stream_idle_timeout: \(longest)")
        #expect(try await proxy.get().status == 200)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A client that never ends its head is told so in plain HTTP, whatever was asked before")
    func slowHeadAfterGRPC() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(
            clusters: [WireProxy.cluster("v1", upstream)], manager: "request_headers_timeout: 0.2s", workers: 1)
        _ = try await proxy.get(headers: "content-type: application/grpc\r\n")
        let client = try await proxy.connect()
        try await client.send("GET / HTTP/1.1\r\nhost: te")
        let answer = try await client.readMessage()
        #expect(answer.status == 408)
        #expect(answer.body == "request header timeout")
        await client.close()
        await proxy.stop()
        await upstream.stop()
    }

    @Test("The time for a whole request runs while its head is incomplete")
    func slowHead() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(
            clusters: [WireProxy.cluster("v1", upstream)], manager: "request_timeout: 0.2s")
        let client = try await proxy.connect()
        try await client.send("POST / HT")
        #expect(try await client.readMessage().body == "request timeout")
        await client.close()
        await proxy.stop()
        await upstream.stop()
    }

    @Test("An upstream that goes in the middle of its head has broken the protocol")
    func halfAHead() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.readMessage()
            try await connection.send("HTTP/1.1 200 O")
        }
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        #expect(try await proxy.get().status == 502)
        #expect(await proxy.stat("cluster.v1.upstream_cx_protocol_error") == 1)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("An answer that lasts longer than the cluster lets streams last is given up")
    func streamDuration() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.readMessage()
            _ = try await connection.readToEnd()
        }
        let options = """
            typed_extension_protocol_options: { envoy.extensions.upstreams.http.v3.HttpProtocolOptions: { "@type": \
            type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, common_http_protocol_options: { \
            max_stream_duration: 0.2s }, explicit_http_config: { http_protocol_options: {} } } },
            """
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream, options)])
        let answer = try await proxy.get()
        #expect(answer.status == 504)
        #expect(answer.body == "upstream max stream duration reached")
        #expect(await proxy.stat("cluster.v1.upstream_rq_max_duration_reached") == 1)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A client gone in the middle of a head has begun a request")
    func goneWithinHead() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let before = await proxy.stat("http.test.downstream_rq_rx_reset")
        let client = try await proxy.connect()
        try await client.send("GET / HT")
        try await proxy.eventually("the bytes have come") {
            await proxy.stat("http.test.downstream_cx_http1_active") > 0
        }
        await client.close()
        try await proxy.eventually("it is counted") {
            await proxy.stat("http.test.downstream_rq_rx_reset") > before
        }
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A client that has reset its connection before it is told to go on leaves nothing active")
    func resetBeforeContinue() async throws {
        let upstream = try await WireUpstream.answering("v1")
        // Statistics of its own: other tests count, too.
        let text = WireProxy.configuration(clusters: [WireProxy.cluster("v1", upstream)])
            .replacing("stat_prefix: test", with: "stat_prefix: expecting")
        let proxy = try await WireProxy.start(text, workers: 1)
        for _ in 0..<5 {
            let client = try await proxy.connect()
            _ = try await proxy.get()
            // While the worker is held, the request arrives and then the reset; reading finds both, writing neither.
            let held = DispatchSemaphore(value: 0)
            proxy.proxy.workers[0].loop.execute { _ = held.wait(timeout: .now() + 30) }
            try await client.send(
                "POST / HTTP/1.1\r\nhost: test\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n")
            try await Task.sleep(for: .milliseconds(50))
            try await client.reset()
            try await Task.sleep(for: .milliseconds(50))
            held.signal()
        }
        try await proxy.eventually("all are gone") {
            await proxy.stat("http.expecting.downstream_cx_active") == 0
        }
        #expect(await proxy.stat("http.expecting.downstream_rq_active") == 0)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A cluster without endpoints answers for itself")
    func noEndpoints() async throws {
        let proxy = try await WireProxy.start(
            routes: "[{ match: { prefix: / }, route: { cluster: empty } }]",
            clusters: ["{ name: empty, type: STATIC, load_assignment: { cluster_name: empty } }"])
        #expect(try await proxy.get().body == "no healthy upstream")
        #expect(await proxy.stat("cluster.empty.upstream_rq_503") == 1)
        await proxy.stop()
    }

    @Test("No line of x-forwarded-for is overlooked")
    func forwardedForInTwoLines() async throws {
        let seen = NIOLockedValueBox("")
        let upstream = try await WireUpstream.start { connection, _ in
            let request = try await connection.readMessage()
            seen.withLockedValue { $0 = request.head.lowercased() }
            try await connection.send(Self.ok)
        }
        let proxy = try await WireProxy.start(
            clusters: [WireProxy.cluster("v1", upstream)],
            manager: ["use_remote_address: true", "xff_num_trusted_hops: 1", "skip_xff_append: true"]
                .joined(separator: "\n" + String(repeating: " ", count: 16)))
        _ = try await proxy.get(headers: "x-forwarded-for: 1.2.3.4\r\nx-forwarded-for: 9.9.9.9\r\n")
        let head = seen.withLockedValue { $0 }
        #expect(head.contains("x-forwarded-for: 1.2.3.4,9.9.9.9\r\n"))
        #expect(head.contains("x-envoy-external-address: 9.9.9.9\r\n"))
        await proxy.stop()
        await upstream.stop()
    }

    @Test("What a client sends before its upgrade is granted gets through once it is")
    func eagerWebSocket() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.read(through: "\r\n\r\n")
            try await connection.send(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n")
            #expect(try await connection.read(through: "early") == "early")
            try await connection.send("heard")
        }
        let proxy = try await WireProxy.start(
            clusters: [WireProxy.cluster("v1", upstream)], manager: "upgrade_configs: [{ upgrade_type: websocket }]")
        let client = try await proxy.connect()
        try await client.send(
            "GET / HTTP/1.1\r\nhost: test\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\nearly")
        _ = try await client.read(through: "\r\n\r\n")
        #expect(try await client.readToEnd() == "heard")
        #expect(await proxy.stat("http.test.downstream_cx_upgrades_active") == 0)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("An upgrade waits no longer for its grant than a request for its answer")
    func slowUpgrade() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.read(through: "\r\n\r\n")
            _ = try await connection.readToEnd()
        }
        let proxy = try await WireProxy.start(
            routes: "[{ match: { prefix: / }, route: { cluster: v1, timeout: 0.2s } }]",
            clusters: [WireProxy.cluster("v1", upstream)], manager: "upgrade_configs: [{ upgrade_type: websocket }]")
        let answer = try await proxy.get(headers: "connection: Upgrade\r\nupgrade: websocket\r\n")
        #expect(answer.status == 504)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("Hints on the way to an answer are passed on with their fields where interim answers are")
    func earlyHints() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.readMessage()
            try await connection.send("HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n" + Self.ok)
        }
        let proxy = try await WireProxy.start(
            clusters: [WireProxy.cluster("v1", upstream)], manager: "proxy_100_continue: true")
        let client = try await proxy.connect()
        try await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        let hints = try await client.readMessage()
        #expect(hints.status == 103)
        #expect(hints["link"] == "</a.css>")
        #expect(try await client.readMessage().status == 200)
        await client.close()
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A mirrored body has an end, so that the shadow's connection serves again")
    func mirroredBodiesShareAConnection() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let shadow = try await WireUpstream.answering("shadow")
        let proxy = try await WireProxy.start(
            routes:
                "[{ match: { prefix: / }, route: { cluster: v1, request_mirror_policies: [{ cluster: shadow }] } }]",
            clusters: [WireProxy.cluster("v1", upstream), WireProxy.cluster("shadow", shadow)], workers: 1)
        let client = try await proxy.connect()
        let before = await proxy.stat("cluster.shadow.mirror_completed")
        for i in 1...5 {
            try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\nabc")
            _ = try await client.readMessage()
            try await proxy.eventually("the copy is answered") {
                await proxy.stat("cluster.shadow.mirror_completed") == before + i
            }
        }
        #expect(shadow.connections == 1)
        await client.close()
        await proxy.stop()
        await upstream.stop()
        await shadow.stop()
    }

    @Test("Trailers need leave from the cluster, too, and come through behind an empty body")
    func trailersBehindNothing() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            while true {
                _ = try await connection.readMessage()
                try await connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-sum: 1\r\n\r\n")
            }
        }
        let options = """
            typed_extension_protocol_options: { envoy.extensions.upstreams.http.v3.HttpProtocolOptions: { "@type": \
            type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: { \
            http_protocol_options: { enable_trailers: true } } } },
            """
        let proxy = try await WireProxy.start(
            routes: """
                [{ match: { prefix: /with }, route: { cluster: with } }, { match: { prefix: / }, route: { cluster: v1 } }]
                """,
            clusters: [WireProxy.cluster("v1", upstream), WireProxy.cluster("with", upstream, options)],
            manager: "http_protocol_options: { enable_trailers: true }")
        for (path, expected) in [("/with", true), ("/", false)] {
            let client = try await proxy.connect()
            try await client.send("GET \(path) HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
            #expect(try await client.readToEnd().contains("x-sum: 1\r\n") == expected)
            await client.close()
        }
        await proxy.stop()
        await upstream.stop()
    }
}
