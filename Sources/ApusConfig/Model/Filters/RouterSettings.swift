/// `envoy.extensions.filters.http.router.v3.Router`.
public struct RouterSettings: Sendable, Equatable {
    public var dynamicStats: Bool
    public var startChildSpan: Bool
    public var suppressEnvoyHeaders: Bool
    public var respectExpectedRqTimeout: Bool
    public var suppressGrpcRequestFailureCodeStats: Bool

    public init(
        dynamicStats: Bool = true,
        startChildSpan: Bool = false,
        suppressEnvoyHeaders: Bool = false,
        respectExpectedRqTimeout: Bool = false,
        suppressGrpcRequestFailureCodeStats: Bool = false
    ) {
        self.dynamicStats = dynamicStats
        self.startChildSpan = startChildSpan
        self.suppressEnvoyHeaders = suppressEnvoyHeaders
        self.respectExpectedRqTimeout = respectExpectedRqTimeout
        self.suppressGrpcRequestFailureCodeStats = suppressGrpcRequestFailureCodeStats
    }
}
