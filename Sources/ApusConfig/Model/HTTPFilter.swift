/// One place in the chain of HTTP filters.
public struct HTTPFilter: Sendable, Equatable {
    public var name: String
    /// Off unless a route turns it on.
    public var disabled: Bool
    public var isOptional: Bool
    public var settings: FilterSettings
    public var source: SourceMark

    public init(
        name: String,
        disabled: Bool = false,
        isOptional: Bool = false,
        settings: FilterSettings,
        source: SourceMark = SourceMark()
    ) {
        self.name = name
        self.disabled = disabled
        self.isOptional = isOptional
        self.settings = settings
        self.source = source
    }
}

/// What a filter is and how it is set.
public enum FilterSettings: Sendable, Equatable {
    case router(RouterSettings)
    case fault(HTTPFault)
    case cors(CorsPolicy)
    case localRateLimit(LocalRateLimit)
    case buffer(BufferSettings)
    case headerToMetadata(HeaderToMetadata)
    case healthCheck(HealthCheckFilter)
    case lua(LuaSettings)
    case istioStats(IstioStatsSettings)
    /// `apus.filters.http.mirror`: the place where a request is copied.
    case mirror
    /// `apus.filters.http.timeout`: the place where a request's clock starts.
    case timeout
    /// `apus.filters.http.retry`: the place from which a request is tried again.
    case retry
    /// A filter added by whoever built this executable.
    case custom(name: String, typeURL: String, ConfigValue)
}

/// What a virtual host, route or weighted cluster says about one filter.
public enum FilterSetting: Sendable, Equatable {
    case fault(HTTPFault)
    case cors(CorsPolicy)
    case localRateLimit(LocalRateLimit)
    case buffer(BufferOverride)
    case headerToMetadata(HeaderToMetadata)
    case lua(LuaOverride)
    case custom(typeURL: String, ConfigValue)
}

/// An entry of `typed_per_filter_config`, with or without the `FilterConfig` wrapper around it.
public struct FilterOverride: Sendable, Equatable {
    /// nil: only the switch below.
    public var setting: FilterSetting?
    /// true turns the filter off here. Anything else turns it on, also one that is off by default.
    public var disabled: Bool?
    public var isOptional: Bool
    public var source: SourceMark

    public init(
        setting: FilterSetting? = nil,
        disabled: Bool? = nil,
        isOptional: Bool = false,
        source: SourceMark = SourceMark()
    ) {
        self.setting = setting
        self.disabled = disabled
        self.isOptional = isOptional
        self.source = source
    }
}
