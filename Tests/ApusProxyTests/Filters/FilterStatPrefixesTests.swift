import ApusConfig
import Testing

@testable import ApusProxy

struct FilterStatPrefixesTests {
    @Test func `names are found at every level`() {
        func limit(_ prefix: String) -> [String: FilterOverride] {
            ["rl": FilterOverride(setting: .localRateLimit(LocalRateLimit(statPrefix: prefix)))]
        }
        let split = WeightedClusters(clusters: [
            WeightedCluster(cluster: .name("v1"), typedPerFilterConfig: limit("target"))
        ])
        let route = Route(
            match: RouteMatch(path: .prefix("/")), action: .route(RouteAction(cluster: .weightedClusters(split))),
            typedPerFilterConfig: limit("route"))
        let host = VirtualHost(name: "all", domains: ["*"], routes: [route], typedPerFilterConfig: limit("host"))
        let manager = HTTPConnectionManager(
            routeConfig: RouteConfiguration(virtualHosts: [host], typedPerFilterConfig: limit("all")),
            httpFilters: [
                HTTPFilter(name: "rl", settings: .localRateLimit(LocalRateLimit(statPrefix: "own"))),
                HTTPFilter(name: "hm", settings: .headerToMetadata(HeaderToMetadata(statPrefix: "hm"))),
                HTTPFilter(name: "silent", settings: .headerToMetadata(HeaderToMetadata())),
            ])
        #expect(
            manager.filterStatPrefixes
                == Set(
                    ["own", "all", "host", "route", "target"].map { "\($0).http_local_rate_limit." } + [
                        "http_filter_name.hm."
                    ]))
    }
}
