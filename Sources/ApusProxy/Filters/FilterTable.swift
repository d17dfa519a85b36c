import ApusConfig

/// What a filter's maker is told when a chain is compiled. A filter is made once for each place of a configuration that
/// sets it, and serves all chains below that place; what it counts across requests it counts for all of them.
public struct FilterContext {
    /// The connection manager's statistics prefix with its dots: `http.ingress.`
    public let statPrefix: String
    /// The position among the cluster names of the configuration, for filters that name clusters.
    let clusterIndex: [String: Int]
    /// The less specific overrides of the same filter, the most specific of them first: for filters whose settings are
    /// laid over each other field by field.
    public var outerOverrides: [FilterOverride] = []
    /// The filter stands in http_filters, and is not one of those that act without mention.
    public var isMentioned = true
    var serverHealth = ServerHealth.shared
    /// The filter's name in http_filters.
    public internal(set) var name = ""
    /// The scripts of the configuration that is being compiled.
    var scripts = LuaScripts()
    /// The statistics that the filter names.
    var stats = FilterStats()
}

/// Statistics that a filter has named while it was made. They are there to be read even where it has nothing to do, and
/// so live as long as the chains for which it was made.
final class FilterStats {
    private(set) var scopes: [StatScope] = []

    func scope(_ prefix: String) -> StatScope {
        let scope = StatScope(prefix)
        scopes.append(scope)
        return scope
    }
}

/// Makes one compiled filter from the listener's settings and the most specific override of a route (nil if it has none).
/// Returns nil when there is nothing to do on that route. Throws a message for the operator.
public typealias FilterMaker =
    @Sendable (_ settings: FilterSettings, _ override: FilterOverride?, _ context: FilterContext) throws
    -> (any Filter)?

/// The list of filters that configurations can name. Adding a filter is one file and one line here, or one call of
/// `adding` in an executable of one's own.
public struct FilterTable: Sendable {
    var makers: [String: FilterMaker]
    /// The filters that were added: what the reader of configurations must know of them.
    public private(set) var custom: [CustomFilter] = []

    /// The filters that come with Apus, by their well-known names.
    public static let builtIn = FilterTable(makers: [
        "envoy.filters.http.buffer": BufferFilter.make,
        "envoy.filters.http.cors": CORSFilter.make,
        "envoy.filters.http.fault": FaultFilter.make,
        "envoy.filters.http.header_to_metadata": HeaderToMetadataFilter.make,
        "envoy.filters.http.health_check": HealthCheckFilter.make,
        "envoy.filters.http.local_ratelimit": LocalRateLimitFilter.make,
        "envoy.filters.http.lua": LuaFilter.make,
        "istio.stats": IstioStatsFilter.make,
        // These four act from the route's own fields and need no mention.
        "apus.filters.http.mirror": MirrorFilter.make,
        "apus.filters.http.timeout": { _, _, _ in TimeoutFilter() },
        "apus.filters.http.retry": { _, _, _ in RetryFilter() },
        "envoy.filters.http.router": { _, _, _ in RouterFilter() },
    ])

    /// This table and one more filter, which configurations name `name` in `http_filters`, or by the type of its settings
    /// (`example.Stamp`; `name` when not given).
    public func adding(_ name: String, type: String? = nil, _ maker: @escaping FilterMaker) -> FilterTable {
        var table = self
        table.makers[name] = maker
        table.custom.append(CustomFilter(name: name, typeURL: "type.googleapis.com/\(type ?? name)"))
        return table
    }

    /// The maker for these settings: by the well-known name; for filters of others by name and then by type.
    func maker(for settings: FilterSettings) -> FilterMaker? {
        guard case .custom(let name, let typeURL, _) = settings else { return makers[settings.key] }
        if let maker = makers[name] { return maker }
        let type = typeURL.split(separator: "/").last.map(String.init) ?? typeURL
        return makers[type] ?? type.split(separator: ".").last.flatMap { makers[String($0)] }
    }
}

extension FilterSettings {
    /// The well-known name of a filter of these settings.
    var key: String {
        switch self {
        case .router: "envoy.filters.http.router"
        case .fault: "envoy.filters.http.fault"
        case .cors: "envoy.filters.http.cors"
        case .localRateLimit: "envoy.filters.http.local_ratelimit"
        case .buffer: "envoy.filters.http.buffer"
        case .headerToMetadata: "envoy.filters.http.header_to_metadata"
        case .healthCheck: "envoy.filters.http.health_check"
        case .lua: "envoy.filters.http.lua"
        case .istioStats: "istio.stats"
        case .mirror: "apus.filters.http.mirror"
        case .timeout: "apus.filters.http.timeout"
        case .retry: "apus.filters.http.retry"
        case .custom(let name, _, _): name
        }
    }

    var isRouter: Bool { if case .router = self { true } else { false } }
}
