/// `envoy.extensions.filters.http.cors.v3.CorsPolicy`.
public struct CorsPolicy: Sendable, Equatable {
    public var allowOriginStringMatch: [StringMatcher]
    public var allowMethods: String
    public var allowHeaders: String
    public var exposeHeaders: String
    /// Seconds, sent as written.
    public var maxAge: String
    public var allowCredentials: Bool?
    /// nil: always.
    public var filterEnabled: RuntimeFraction?
    public var shadowEnabled: RuntimeFraction?
    public var allowPrivateNetworkAccess: Bool?
    public var forwardNotMatchingPreflights: Bool
    public var source: SourceMark

    public init(
        allowOriginStringMatch: [StringMatcher] = [],
        allowMethods: String = "",
        allowHeaders: String = "",
        exposeHeaders: String = "",
        maxAge: String = "",
        allowCredentials: Bool? = nil,
        filterEnabled: RuntimeFraction? = nil,
        shadowEnabled: RuntimeFraction? = nil,
        allowPrivateNetworkAccess: Bool? = nil,
        forwardNotMatchingPreflights: Bool = true,
        source: SourceMark = SourceMark()
    ) {
        self.allowOriginStringMatch = allowOriginStringMatch
        self.allowMethods = allowMethods
        self.allowHeaders = allowHeaders
        self.exposeHeaders = exposeHeaders
        self.maxAge = maxAge
        self.allowCredentials = allowCredentials
        self.filterEnabled = filterEnabled
        self.shadowEnabled = shadowEnabled
        self.allowPrivateNetworkAccess = allowPrivateNetworkAccess
        self.forwardNotMatchingPreflights = forwardNotMatchingPreflights
        self.source = source
    }
}
