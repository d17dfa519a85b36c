/// Every HTTP filter that a configuration may name: one line each.
struct FilterTable: Sendable {
    /// The name under which Envoy knows the filter, which is enough where there is nothing to set.
    let name: String
    /// The types of its settings and of what a route may say about it.
    let type: String?
    let overrideType: String?
    let settings: @Sendable (TypedConfig) -> FilterSettings?
    var override: @Sendable (TypedConfig) -> FilterSetting? = { _ in nil }
    /// What the name alone means; nil where settings are required.
    var bare: FilterSettings?

    static let all: [FilterTable] = [
        FilterTable(
            name: "envoy.filters.http.router", type: router, overrideType: nil,
            settings: { RouterSettings.decode($0).map(FilterSettings.router) }, bare: .router(RouterSettings())),
        FilterTable(
            name: "envoy.filters.http.fault", type: fault, overrideType: fault,
            settings: { HTTPFault.decode($0).map(FilterSettings.fault) },
            override: { HTTPFault.decode($0).map(FilterSetting.fault) }, bare: .fault(HTTPFault())),
        FilterTable(
            name: "envoy.filters.http.cors", type: cors, overrideType: corsPolicy,
            settings: { config in
                config.empty()
                return .cors(CorsPolicy())
            },
            override: { CorsPolicy.decode($0).map(FilterSetting.cors) }, bare: .cors(CorsPolicy())),
        FilterTable(
            name: "envoy.filters.http.local_ratelimit", type: localRateLimit, overrideType: localRateLimit,
            settings: { LocalRateLimit.decode($0).map(FilterSettings.localRateLimit) },
            override: { LocalRateLimit.decode($0).map(FilterSetting.localRateLimit) }),
        FilterTable(
            name: "envoy.filters.http.buffer", type: "\(buffer).Buffer", overrideType: "\(buffer).BufferPerRoute",
            settings: { config in config.message(BufferSettings.decode).map(FilterSettings.buffer) },
            override: { BufferOverride.decode($0).map(FilterSetting.buffer) }),
        FilterTable(
            name: "envoy.filters.http.header_to_metadata", type: headerToMetadata, overrideType: headerToMetadata,
            settings: { HeaderToMetadata.decode($0).map(FilterSettings.headerToMetadata) },
            override: { HeaderToMetadata.decode($0).map(FilterSetting.headerToMetadata) }),
        FilterTable(
            name: "envoy.filters.http.health_check", type: healthCheck, overrideType: nil,
            settings: { HealthCheckFilter.decode($0).map(FilterSettings.healthCheck) }),
        FilterTable(
            name: "envoy.filters.http.lua", type: "\(lua).Lua", overrideType: "\(lua).LuaPerRoute",
            settings: { LuaSettings.decode($0).map(FilterSettings.lua) },
            override: { LuaOverride.decode($0).map(FilterSetting.lua) }),
        marker("apus.filters.http.mirror", .mirror),
        marker("apus.filters.http.timeout", .timeout),
        marker("apus.filters.http.retry", .retry),
    ]

    /// A place in the chain that Apus gives a name; there is nothing to set.
    private static func marker(_ name: String, _ settings: FilterSettings) -> FilterTable {
        FilterTable(name: name, type: nil, overrideType: nil, settings: { _ in nil }, bare: settings)
    }

    private static let router = "envoy.extensions.filters.http.router.v3.Router"
    private static let fault = "envoy.extensions.filters.http.fault.v3.HTTPFault"
    private static let cors = "envoy.extensions.filters.http.cors.v3.Cors"
    private static let corsPolicy = "envoy.extensions.filters.http.cors.v3.CorsPolicy"
    private static let localRateLimit = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit"
    private static let buffer = "envoy.extensions.filters.http.buffer.v3"
    private static let headerToMetadata = "envoy.extensions.filters.http.header_to_metadata.v3.Config"
    private static let healthCheck = "envoy.extensions.filters.http.health_check.v3.HealthCheck"
    private static let lua = "envoy.extensions.filters.http.lua.v3"
}

extension FilterTable {
    static func settings(_ config: TypedConfig) -> FilterSettings? {
        if let filter = all.first(where: { $0.type == config.type }) { return filter.settings(config) }
        if let custom = config.field.reading.customFilters.first(where: { $0.typeURL == config.url }) {
            return .custom(name: custom.name, typeURL: config.url, config.value)
        }
        config.reportUnknown("HTTP filter", known: all.compactMap(\.type))
        return nil
    }

    static func settings(nameAlone name: String, at field: Field) -> FilterSettings? {
        if let filter = all.first(where: { $0.name == name }) {
            if let bare = filter.bare { return bare }
            field.report(.filterNeedsSettings(name, type: filter.type ?? ""))
            return nil
        }
        let custom = field.reading.customFilters
        if let filter = custom.first(where: { $0.name == name }) {
            return .custom(name: name, typeURL: filter.typeURL, .object([]))
        }
        field.report(.unknownFilter(name, nearest: nearestName(to: name, among: all.map(\.name) + custom.map(\.name))))
        return nil
    }

    static func override(_ config: TypedConfig) -> FilterSetting? {
        if let filter = all.first(where: { $0.overrideType == config.type }) { return filter.override(config) }
        if config.field.reading.customFilters.contains(where: { $0.typeURL == config.url }) {
            return .custom(typeURL: config.url, config.value)
        }
        if let filter = all.first(where: { $0.type == config.type }) {
            config.typeField.report(.notForRoutes(config.type, instead: filter.overrideType))
        } else {
            config.reportUnknown("filter override", known: all.compactMap(\.overrideType))
        }
        return nil
    }

    /// The type that a route's entry should have for this filter; nil when it takes none.
    static func overrideType(of settings: FilterSettings) -> String? {
        switch settings {
        case .fault: fault
        case .cors: corsPolicy
        case .localRateLimit: localRateLimit
        case .buffer: "\(buffer).BufferPerRoute"
        case .headerToMetadata: headerToMetadata
        case .lua: "\(lua).LuaPerRoute"
        case .custom(_, let url, _): String(url[(url.lastIndex(of: "/").map(url.index(after:)) ?? url.startIndex)...])
        case .router, .healthCheck, .istioStats, .mirror, .timeout, .retry: nil
        }
    }
}

extension TypedConfig {
    /// Says that a type is for later, Envoy's only, or nobody's.
    func reportUnknown(_ what: String, known: [String]) {
        if RefusedTypes.isLater(type: type) {
            typeField.report(.notYetSupported(type))
        } else if RefusedTypes.isEnvoys(type: type) {
            typeField.report(.unsupportedType(type, what: what))
        } else {
            typeField.report(.unknownType(type, what: what, nearest: nearestName(to: type, among: known)))
        }
    }
}
