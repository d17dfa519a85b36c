import ApusConfig
import ApusProxy
import Testing

@testable import ApusAdmin

@Suite struct ConfigDumpTests {
    private let router: AdminRouter

    init() {
        let manager = ConfigValue.members(("route_config", .members(("name", .string("local")))))
        let filter = ConfigValue.members(("name", .string("hcm")), ("typed_config", manager))
        let listener = ConfigValue.members(
            ("name", .string("main")), ("filter_chains", .array([.members(("filters", .array([filter])))])))
        let clusters = ["v1", "v2"].map {
            ConfigValue.members(("name", .string($0)), ("connect_timeout", .string("1s")))
        }
        let document = ConfigValue.members(
            ("node", .members(("id", .string("n1")))),
            ("static_resources", .members(("listeners", .array([listener])), ("clusters", .array(clusters)))))
        router = AdminRouter(face: FakeProxy(document: document))
    }

    private func dump(_ query: String) async -> String {
        await router.get("/config_dump\(query)").body.filter { !$0.isWhitespace }
    }

    @Test func everyKindHasItsEnvelope() async {
        let body = await dump("")
        for kind in ["Bootstrap", "Clusters", "Listeners", "ScopedRoutes", "Routes", "Secrets"] {
            #expect(body.contains("\"@type\":\"type.googleapis.com/envoy.admin.v3.\(kind)ConfigDump\""), "\(kind)")
        }
        #expect(
            body.contains(
                #""route_config":{"@type":"type.googleapis.com/envoy.config.route.v3.RouteConfiguration","name":"local"}"#
            ))
    }

    @Test func oneListMayBeAskedFor() async {
        let expected =
            #"{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump.StaticCluster","#
            + #""cluster":{"@type":"type.googleapis.com/envoy.config.cluster.v3.Cluster","name":"v2","connect_timeout":"1s"}}]}"#
        #expect(await dump("?resource=static_clusters&name_regex=2") == expected)
        #expect(await dump("?resource=dynamic_active_clusters") == "{}")
    }

    @Test func masksLeaveOnlyTheirFields() async {
        #expect(
            await dump("?mask=bootstrap.node")
                == #"{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump","bootstrap":{"node":{"id":"n1"}}}]}"#
        )
        let trimmed =
            #"{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump.StaticCluster","#
            + #""cluster":{"@type":"type.googleapis.com/envoy.config.cluster.v3.Cluster","name":"v1"}}"#
        #expect(await dump("?resource=static_clusters&mask=cluster.name").contains(trimmed))
    }

    @Test(arguments: [
        ("?resource=nope", 404, "nope not found in config dump"),
        (
            "?resource=bootstrap", 400,
            "bootstrap is not a repeated field. Use ?mask=bootstrap to get only this field"
        ), ("?mask=nonsense.field", 400, "FieldMask nonsense.field could not be successfully applied to any configs."),
        ("?resource=static_clusters&mask=nonsense", 400, "FieldMask nonsense could not be successfully used."),
    ])
    func whatIsNotThereIsRefused(_ query: String, _ status: Int, _ text: String) async {
        #expect(await router.get("/config_dump\(query)") == AdminAnswer.plain(text, status: status))
    }
}
