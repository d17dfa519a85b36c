import ApusConfig
import Testing

@testable import ApusProxy

@Suite("On the wire: requests by Istio's labels")
struct WireIstioStatsTests {
    /// The service `web` with two versions, all requests to the first one as far as `http`, a list of rules, says nothing
    /// else.
    private static func rules(v1: Int, v2: Int = 1, http: [String] = []) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: default}
        spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: web-1}
        spec: {address: 127.0.0.1, ports: {http: \(v1)}, labels: {app: web, version: v1}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: web-2}
        spec: {address: 127.0.0.1, ports: {http: \(v2)}, labels: {app: web, version: v2}}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: web}
        spec:
          host: web
          subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: web}
        spec:
          hosts: [web]
          http: [\((http + ["{\(toFirst)}"]).joined(separator: ", "))]
        """
    }

    private static let toFirst = "route: [{destination: {host: web, subset: v1}}]"
    private static let toSecond = "route: [{destination: {host: web, subset: v2}}]"

    @discardableResult
    private func get(
        _ proxy: WireProxy, _ path: String = "/", host: String = "web", headers: String = ""
    ) async throws -> WireMessage {
        let client = try await proxy.connect()
        try await client.send("GET \(path) HTTP/1.1\r\nhost: \(host)\r\n\(headers)\r\n")
        let answer = try await client.readMessage()
        await client.close()
        return answer
    }

    private let requests = "istio_requests_total"

    @Test("Every label is there")
    func labels() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(
            rules: Self.rules(v1: upstream.port),
            labels: ["app": "shop", "version": "v7", "service.istio.io/canonical-name": "store"])
        #expect(try await get(proxy).status == 200)
        #expect(try await get(proxy).status == 200)
        try await proxy.eventually("counted") { await proxy.sum(requests) == 2 }
        let series = await proxy.series(requests)
        #expect(series.count == 1)
        #expect(
            series.first?.labels == [
                "reporter": "source", "source_workload": "unknown", "source_workload_namespace": "default",
                "source_principal": "unknown", "source_app": "shop", "source_version": "v7",
                "source_cluster": "unknown", "source_canonical_service": "store", "source_canonical_revision": "v7",
                "destination_workload": "web-1", "destination_workload_namespace": "default",
                "destination_principal": "unknown", "destination_app": "web", "destination_version": "v1",
                "destination_service": "web.default.svc.cluster.local", "destination_service_name": "web",
                "destination_service_namespace": "default", "destination_cluster": "unknown",
                "destination_canonical_service": "web", "destination_canonical_revision": "v1",
                "request_protocol": "http", "response_code": "200", "grpc_response_status": "",
                "response_flags": "-", "connection_security_policy": "unknown",
            ])
        await proxy.stop()
        await upstream.stop()
    }

    @Test("Durations and sizes have the same labels and Envoy's buckets")
    func histograms() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(rules: Self.rules(v1: upstream.port))
        try await get(proxy)
        try await proxy.eventually("counted") { await proxy.sum(requests) == 1 }
        let labels = await proxy.series(requests).first?.text
        for metric in ["istio_request_duration_milliseconds", "istio_request_bytes", "istio_response_bytes"] {
            #expect(await proxy.series("\(metric)_count").first?.text == labels)
            #expect(await proxy.sum("\(metric)_count") == 1)
            #expect(await proxy.series("\(metric)_bucket").count == 20)
            #expect(await proxy.sum("\(metric)_bucket", "le=\"+Inf\"") == 1)
            #expect(await proxy.sum("\(metric)_bucket", "le=\"3600000\"") == 1)
        }
        #expect(await proxy.sum("istio_request_bytes_bucket", "le=\"25\"") == 0)
        #expect(await proxy.sum("istio_request_bytes_bucket", "le=\"50\"") == 1)
        // The client's own bytes.
        #expect(await proxy.sum("istio_request_bytes_sum") == "GET / HTTP/1.1\r\nhost: web\r\n\r\n".utf8.count)
        let text = await proxy.prometheus()
        #expect(text.contains("# TYPE istio_requests_total counter\nistio_requests_total{reporter="))
        #expect(text.contains("# TYPE istio_request_duration_milliseconds histogram\n"))
        var query = StatQuery()
        query.filter = try NamePattern("^istio_re.*_bytes$")
        query.selection = .histograms
        let chosen = await proxy.prometheus(query)
        #expect(chosen.contains("istio_request_bytes_sum{") && chosen.contains("istio_response_bytes_sum{"))
        #expect(!chosen.contains("istio_requests_total") && !chosen.contains("duration"))
        await proxy.stop()
        await upstream.stop()
    }

    @Test("Answers of the proxy itself count with what is known of their service")
    func ownAnswers() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let http = [
            "{match: [{uri: {prefix: /fault}}], fault: {abort: {httpStatus: 418, percentage: {value: 100}}}, \(Self.toSecond)}",
            "{match: [{uri: {prefix: /nobody}}], route: [{destination: {host: web, subset: v9}}]}",
            "{match: [{uri: {prefix: /refused}}], retries: {attempts: 0}, \(Self.toSecond)}",
            "{match: [{uri: {prefix: /moved}}], redirect: {uri: /other}}",
        ]
        let proxy = try await WireProxy.start(rules: Self.rules(v1: upstream.port, http: http))
        #expect(try await get(proxy, "/fault").status == 418)
        #expect(try await get(proxy, "/nobody").status == 503)
        #expect(try await get(proxy, "/refused").status == 503)
        #expect(try await get(proxy, "/moved").status == 301)
        try await proxy.eventually("counted") { await proxy.sum(requests) == 4 }

        let service = "destination_service=\"web.default.svc.cluster.local\""
        let fault = await proxy.series(requests, "response_code=\"418\"").first
        #expect(fault?.text.contains(service) == true)
        #expect(fault?.labels["response_flags"] == "FI")
        #expect(fault?.labels["destination_service_name"] == "web")
        #expect(fault?.labels["destination_version"] == "unknown")

        let nobody = await proxy.series(requests, "response_flags=\"NC\"").first
        #expect(nobody?.text.contains(service) == true)
        #expect(nobody?.labels["destination_service_name"] == "web")
        #expect(nobody?.labels["destination_service_namespace"] == "default")
        #expect(nobody?.labels["response_code"] == "503")

        let refused = await proxy.series(requests, "response_flags=\"UF\"").first
        #expect(refused?.labels["destination_workload"] == "web-2")
        #expect(refused?.labels["destination_version"] == "v2")

        let moved = await proxy.series(requests, "response_code=\"301\"").first
        #expect(moved?.labels["response_flags"] == "-")
        #expect(moved?.labels["destination_service"] == "unknown")
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A refused connection is told with its reason, and its flag stands before that of spent retries")
    func refusedConnection() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let http = [
            "{match: [{uri: {prefix: /once}}], retries: {attempts: 0}, \(Self.toSecond)}",
            "{retries: {attempts: 1, retryOn: connect-failure, backoff: 1ms}, \(Self.toSecond)}",
        ]
        let proxy = try await WireProxy.start(rules: Self.rules(v1: upstream.port, http: http))
        let reason =
            "reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused"
        let head = "upstream connect error or disconnect/reset before headers."
        #expect(try await get(proxy, "/once").body == "\(head) \(reason)")
        #expect(try await get(proxy, "/").body == "\(head) retried and the latest \(reason)")
        try await proxy.eventually("counted") { await proxy.sum(requests) == 2 }
        #expect(await proxy.series(requests, "response_flags=\"UF\"").count == 1)
        #expect(await proxy.series(requests, "response_flags=\"UF,URX\"").count == 1)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("Hosts without rules: no route, nobody healthy, any place")
    func others() async throws {
        let upstream = try await WireUpstream.answering("there")
        let text = """
            apiVersion: v1
            kind: Service
            metadata: {name: empty}
            spec: {selector: {app: nobody}, ports: [{name: http, port: 80}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: some}
            spec:
              hosts: [some.example.com]
              http: [{match: [{uri: {exact: /one}}], route: [{destination: {host: empty}}]}]
            """
        let proxy = try await WireProxy.start(rules: text)
        #expect(try await get(proxy, host: "empty").status == 503)
        #expect(try await get(proxy, "/two", host: "some.example.com").status == 404)
        #expect(try await get(proxy, host: "127.0.0.1:\(upstream.port)").status == 200)
        try await proxy.eventually("counted") { await proxy.sum(requests) == 3 }
        let unhealthy = await proxy.series(requests, "response_flags=\"UH\"").first
        #expect(unhealthy?.labels["destination_service_name"] == "empty")
        #expect(unhealthy?.labels["destination_workload"] == "unknown")
        let lost = await proxy.series(requests, "response_flags=\"NR\"").first
        #expect(lost?.labels["response_code"] == "404")
        #expect(lost?.labels["destination_service_name"] == "unknown")
        let passed = await proxy.series(requests, "response_code=\"200\"").first
        #expect(passed?.labels["destination_service_name"] == "PassthroughCluster")
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A request that is tried again counts once, for the endpoint that answered")
    func retries() async throws {
        let upstream = try await WireUpstream.start { connection, number in
            while true {
                _ = try await connection.readMessage()
                let status = number == 0 ? 503 : 200
                try await connection.send(
                    "HTTP/1.1 \(status) X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                return
            }
        }
        let http = ["{match: [{uri: {prefix: /again}}], retries: {attempts: 2, retryOn: 5xx}, \(Self.toFirst)}"]
        let proxy = try await WireProxy.start(rules: Self.rules(v1: upstream.port, http: http))
        #expect(try await get(proxy, "/again").status == 200)
        try await proxy.eventually("counted") { await proxy.sum(requests) > 0 }
        #expect(await proxy.sum(requests) == 1)
        #expect(await proxy.sum(requests, "response_code=\"200\"", "destination_version=\"v1\"") == 1)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("Copies count apart")
    func copies() async throws {
        let first = try await WireUpstream.answering("v1")
        let second = try await WireUpstream.answering("v2")
        let http = ["{match: [{uri: {prefix: /copied}}], mirror: {host: web, subset: v2}, \(Self.toFirst)}"]
        let proxy = try await WireProxy.start(rules: Self.rules(v1: first.port, v2: second.port, http: http))
        let copies = "apus_mirrored_requests_total"
        for _ in 0..<3 { #expect(try await get(proxy, "/copied").body == "v1 /copied") }
        try await proxy.eventually("copies counted") { await proxy.sum(copies) == 3 }
        try await proxy.eventually("counted") { await proxy.sum(requests) == 3 }
        #expect(await proxy.sum(requests, "destination_version=\"v1\"") == 3)
        let series = await proxy.series(copies)
        #expect(series.count == 1)
        #expect(series.first?.labels["destination_version"] == "v2")
        #expect(series.first?.labels["destination_workload"] == "web-2")
        #expect(series.first?.labels["destination_service_name"] == "web")
        #expect(series.first?.labels["response_code"] == "200")
        #expect(series.first?.labels["reporter"] == "source")
        await proxy.stop()
        await first.stop()
        await second.stop()
    }

    @Test("Who leaves before the answer counts with status 0")
    func clientGone() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            let request = try await connection.readMessage()
            if request.path == "/answered" {
                return try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            }
            _ = try await connection.readToEnd()
        }
        let proxy = try await WireProxy.start(rules: Self.rules(v1: upstream.port))
        try await get(proxy, "/answered")
        let client = try await proxy.connect()
        try await client.send("GET / HTTP/1.1\r\nhost: web\r\n\r\n")
        try await proxy.eventually("sent") { upstream.connections == 2 }
        await client.close()
        try await proxy.eventually("counted") {
            await proxy.sum(requests, "response_code=\"0\"", "response_flags=\"DC\"", "destination_version=\"v1\"") == 1
        }
        #expect(await proxy.sum("istio_response_bytes_sum", "response_code=\"0\"") == 0)
        #expect(await proxy.sum("istio_request_bytes_sum", "response_code=\"0\"") > 0)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("gRPC requests say so, and how they ended")
    func grpc() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            while true {
                _ = try await connection.readMessage()
                try await connection.send(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ngrpc-status: 7\r\ncontent-length: 0\r\n\r\n")
            }
        }
        let proxy = try await WireProxy.start(rules: Self.rules(v1: upstream.port))
        try await get(proxy, headers: "content-type: application/grpc\r\n")
        try await proxy.eventually("counted") {
            await proxy.sum(requests, "request_protocol=\"grpc\"", "grpc_response_status=\"7\"") == 1
        }
        await proxy.stop()
        await upstream.stop()
    }

    @Test("Workers' counts are added, and go on when rules are replaced")
    func workersAndReloads() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let text = Self.rules(v1: upstream.port)
        let proxy = try await WireProxy.start(rules: text, workers: 2)
        for _ in 0..<20 { try await get(proxy) }
        try await proxy.eventually("counted") { await proxy.sum(requests) == 20 }
        #expect(await proxy.proxy.numbers().count { !$0.requests.isEmpty } == 2)
        #expect(await proxy.series(requests).count == 1)
        let more = ["{match: [{uri: {prefix: /x}}], directResponse: {status: 200}}"]
        try await proxy.proxy.replace(
            with: WireProxy.configuration(ofRules: Self.rules(v1: upstream.port, http: more)))
        for _ in 0..<5 { try await get(proxy) }
        try await proxy.eventually("counted on") { await proxy.sum(requests, "destination_version=\"v1\"") == 25 }
        #expect(await proxy.series(requests).count == 1)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("Proxies without rules count nothing so")
    func withoutRules() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        #expect(try await proxy.get().status == 200)
        #expect(await proxy.prometheus().contains("istio_") == false)
        await proxy.stop()
        await upstream.stop()
    }
}
