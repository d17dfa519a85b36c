/// `envoy.config.route.v3.RouteConfiguration`.
public struct RouteConfiguration: Sendable, Equatable {
    public var name: String
    public var virtualHosts: [VirtualHost]
    public var internalOnlyHeaders: [String]
    public var requestHeaders: HeaderMutation
    public var responseHeaders: HeaderMutation
    public var mostSpecificHeaderMutationsWins: Bool
    public var validateClusters: Bool
    public var maxDirectResponseBodySizeBytes: UInt32
    public var requestMirrorPolicies: [RequestMirrorPolicy]
    public var ignorePortInHostMatching: Bool
    public var ignorePathParametersInPathMatching: Bool
    public var typedPerFilterConfig: [String: FilterOverride]
    public var metadata: Metadata
    public var source: SourceMark

    public init(
        name: String = "",
        virtualHosts: [VirtualHost] = [],
        internalOnlyHeaders: [String] = [],
        requestHeaders: HeaderMutation = HeaderMutation(),
        responseHeaders: HeaderMutation = HeaderMutation(),
        mostSpecificHeaderMutationsWins: Bool = false,
        validateClusters: Bool = true,
        maxDirectResponseBodySizeBytes: UInt32 = 4096,
        requestMirrorPolicies: [RequestMirrorPolicy] = [],
        ignorePortInHostMatching: Bool = false,
        ignorePathParametersInPathMatching: Bool = false,
        typedPerFilterConfig: [String: FilterOverride] = [:],
        metadata: Metadata = Metadata(),
        source: SourceMark = SourceMark()
    ) {
        self.name = name
        self.virtualHosts = virtualHosts
        self.internalOnlyHeaders = internalOnlyHeaders
        self.requestHeaders = requestHeaders
        self.responseHeaders = responseHeaders
        self.mostSpecificHeaderMutationsWins = mostSpecificHeaderMutationsWins
        self.validateClusters = validateClusters
        self.maxDirectResponseBodySizeBytes = maxDirectResponseBodySizeBytes
        self.requestMirrorPolicies = requestMirrorPolicies
        self.ignorePortInHostMatching = ignorePortInHostMatching
        self.ignorePathParametersInPathMatching = ignorePathParametersInPathMatching
        self.typedPerFilterConfig = typedPerFilterConfig
        self.metadata = metadata
        self.source = source
    }
}
