/// `envoy.extensions.filters.http.router.v3.Router`.
public struct RouterSettings: Sendable, Equatable {
    public var dynamicStats: Bool
    public var startChildSpan: Bool
    public var upstreamLog: [AccessLog]
    public var suppressEnvoyHeaders: Bool
    public var strictCheckHeaders: [String]
    public var respectExpectedRqTimeout: Bool
    public var suppressGrpcRequestFailureCodeStats: Bool

    public init(
        dynamicStats: Bool = true,
        startChildSpan: Bool = false,
        upstreamLog: [AccessLog] = [],
        suppressEnvoyHeaders: Bool = false,
        strictCheckHeaders: [String] = [],
        respectExpectedRqTimeout: Bool = false,
        suppressGrpcRequestFailureCodeStats: Bool = false
    ) {
        self.dynamicStats = dynamicStats
        self.startChildSpan = startChildSpan
        self.upstreamLog = upstreamLog
        self.suppressEnvoyHeaders = suppressEnvoyHeaders
        self.strictCheckHeaders = strictCheckHeaders
        self.respectExpectedRqTimeout = respectExpectedRqTimeout
        self.suppressGrpcRequestFailureCodeStats = suppressGrpcRequestFailureCodeStats
    }
}
