/// `envoy.extensions.filters.http.health_check.v3.HealthCheck`: answers health checks of this proxy.
public struct HealthCheckFilter: Sendable, Equatable {
    public var passThroughMode: Bool
    /// How long an answer of the upstream is repeated, in pass-through mode.
    public var cacheTime: Duration?
    /// 0 to 100, by cluster.
    public var clusterMinHealthyPercentages: [String: Double]
    /// All must match for a request to be a health check.
    public var headers: [HeaderMatcher]
    public var source: SourceMark

    public init(
        passThroughMode: Bool,
        cacheTime: Duration? = nil,
        clusterMinHealthyPercentages: [String: Double] = [:],
        headers: [HeaderMatcher] = [],
        source: SourceMark = SourceMark()
    ) {
        self.passThroughMode = passThroughMode
        self.cacheTime = cacheTime
        self.clusterMinHealthyPercentages = clusterMinHealthyPercentages
        self.headers = headers
        self.source = source
    }
}
