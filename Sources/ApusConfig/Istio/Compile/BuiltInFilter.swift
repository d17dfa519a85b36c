/// The filters that every chain has, in their order, and how EnvoyFilters call them.
enum BuiltInFilter {
    static let fault = "envoy.filters.http.fault"
    static let cors = "envoy.filters.http.cors"
    /// The place of what counts requests by Istio's labels.
    static let stats = "istio.stats"
    static let router = "envoy.filters.http.router"

    /// Scripts that come first stand before these, others just before the router.
    static func chain(of identity: ProxyIdentity) -> [HTTPFilter] {
        var statistics = IstioStatsSettings()
        statistics.workload = WorkloadLabels(identity)
        return [
            HTTPFilter(name: fault, settings: .fault(HTTPFault())),
            HTTPFilter(name: cors, settings: .cors(CorsPolicy())),
            HTTPFilter(name: stats, settings: .istioStats(statistics)),
            HTTPFilter(name: router, settings: .router(RouterSettings())),
        ]
    }

    /// Today's name for one that Envoy used before 1.14.
    static func current(_ name: String) -> String {
        switch name {
        case "envoy.fault": fault
        case "envoy.cors": cors
        case "envoy.router": router
        default: name
        }
    }
}
