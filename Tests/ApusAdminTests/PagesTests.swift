import ApusConfig
import ApusProxy
import Testing

@testable import ApusAdmin

@Suite struct PagesTests {
    private var clusters: [ClusterReading] {
        var endpoint = EndpointReading(address: .socket(host: "127.0.0.1", port: 8001))
        endpoint.weight = 3
        endpoint.cxTotal = 2
        endpoint.cxActive = 1
        var sick = EndpointReading(address: .socket(host: "::1", port: 8002))
        sick.hostname = "v2.test"
        sick.configuredHealth = .unhealthy
        sick.failedActiveHealthCheck = true
        return [
            ClusterReading(
                name: "two", defaultThresholds: BreakerThresholds(maxRequests: 77), endpoints: [endpoint, sick]),
            ClusterReading(name: "one"),
        ]
    }

    private func lines(_ target: String) async -> [Substring] {
        await AdminRouter(face: FakeProxy(clusters: clusters)).get(target).body.split(separator: "\n")
    }

    @Test func clustersTellThresholdsAndEndpoints() async {
        let lines = await lines("/clusters")
        for line in [
            "two::default_priority::max_requests::77", "two::high_priority::max_requests::1024",
            "two::added_via_api::false", "two::127.0.0.1:8001::weight::3", "two::127.0.0.1:8001::cx_total::2",
            "two::127.0.0.1:8001::health_flags::healthy", "two::127.0.0.1:8001::hostname::",
            "two::[::1]:8002::health_flags::/failed_active_hc/failed_eds_health", "two::[::1]:8002::hostname::v2.test",
            "one::observability_name::one",
        ] { #expect(lines.contains { $0 == line }, "\(line)") }
        #expect(await self.lines("/clusters?filter=^o").allSatisfy { $0.hasPrefix("one::") })
    }

    @Test func clustersTellWhatOutlierDetectionHasFoundOut() async {
        var cluster = ClusterReading(name: "one")
        var endpoint = EndpointReading(address: .socket(host: "127.0.0.1", port: 8001))
        endpoint.failedOutlierCheck = true
        endpoint.successRate = 50.5
        cluster.endpoints = [endpoint]
        var summary = OutlierSummary()
        summary.average = 90
        summary.threshold = 52
        cluster.outliers = summary
        let router = AdminRouter(face: FakeProxy(clusters: [cluster]))
        let lines = await router.get("/clusters").body.split(separator: "\n")
        for line in [
            "one::outlier::success_rate_average::90", "one::outlier::success_rate_ejection_threshold::52",
            "one::outlier::local_origin_success_rate_average::-1",
            "one::127.0.0.1:8001::health_flags::/failed_outlier_check", "one::127.0.0.1:8001::success_rate::50.5",
            "one::127.0.0.1:8001::local_origin_success_rate::-1",
        ] { #expect(lines.contains { $0 == line }, "\(line)") }
        let json = await router.get("/clusters?format=json").body
        #expect(json.contains("\"success_rate_ejection_threshold\": {\n    \"value\": 52"))
        #expect(json.contains("\"failed_outlier_check\": true"))
        #expect(!json.contains("local_origin"))
    }

    @Test func clustersAsJSONLeaveZerosOut() async {
        let body = await AdminRouter(face: FakeProxy(clusters: clusters)).get("/clusters?format=json").body
        #expect(body.contains("\"value\": \"2\",\n       \"name\": \"cx_total\""))
        #expect(body.contains("{\n       \"name\": \"rq_total\"\n      }"))
        #expect(body.contains("\"eds_health_status\": \"HEALTHY\""))
        #expect(body.contains("\"max_requests\": 77"))
    }

    @Test func listenersTellNamesAndAddresses() async {
        let router = AdminRouter(face: FakeProxy())
        let text = "main::127.0.0.1:10000\nsix::[::1]:10001\npipe::/run/apus.sock\n"
        #expect(await router.get("/listeners") == AdminAnswer(body: text))
        let json = await router.get("/listeners?format=json")
        #expect(json.contentType == "application/json")
        #expect(json.body.contains("\"address\": \"127.0.0.1\",\n     \"port_value\": 10000"))
    }

    @Test func membershipAndBreakersAreStatistics() async {
        let router = AdminRouter(face: FakeProxy(clusters: clusters))
        let body = await router.get(
            "/stats?filter=^cluster.two.(membership_(total|healthy)|circuit_breakers.default.rq_open)$"
        ).body
        #expect(
            body == """
                cluster.two.circuit_breakers.default.rq_open: 0
                cluster.two.membership_healthy: 1
                cluster.two.membership_total: 2

                """)
        #expect(await router.get("/stats?filter=^server.live").body == "server.live: 1\n")
        #expect(
            await router.get("/stats?filter=^cluster_manager.active").body == "cluster_manager.active_clusters: 2\n")
    }

    @Test(arguments: [
        "/stats?format=xml", "/stats?filter=(", "/stats?type=Wrong", "/stats?histogram_buckets=wrong",
        "/clusters?filter=(", "/config_dump?name_regex=(",
    ])
    func wrongParametersAreRefused(_ target: String) async {
        #expect(await AdminRouter(face: FakeProxy()).get(target).status == 400)
    }

    @Test func serverInfoTellsWhoThisIs() async {
        let body = await AdminRouter(face: FakeProxy()).get("/server_info").body
        for part in ["\"state\": \"LIVE\"", "\"concurrency\": 1", "\"id\": \"\"", "\"uptime_all_epochs\": \"7s\""] {
            #expect(body.contains(part), "\(part)")
        }
    }

    @Test func memoryIsMeasured() async {
        let body = await AdminRouter(face: FakeProxy()).get("/memory").body
        #expect(body.contains("\"total_physical_bytes\": \""))
        #expect(MemoryReading.now().physical > 1_000_000)
    }

    @Test func theHomePageOffersEveryCommandAndLoadsNothing() async {
        let answer = await AdminRouter(face: FakeProxy()).get("/")
        #expect(answer.contentType == "text/html; charset=UTF-8")
        #expect(answer.body.hasPrefix("<!DOCTYPE html>"))
        for command in AdminCommands.all where command.path != "/" && !command.hasName {
            #expect(answer.body.contains("action=\"\(command.path.dropFirst())\""), "\(command.path)")
        }
        #expect(answer.headers.contains { $0.name == "content-security-policy" })
        #expect(!answer.body.contains("http://") && !answer.body.contains("https://"))
    }
}
