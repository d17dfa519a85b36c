/// `envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit`.
public struct LocalRateLimit: Sendable, Equatable {
    public var statPrefix: String
    /// The status of a refused request; below 400: 429.
    public var status: UInt32
    /// nil: the filter does nothing here.
    public var tokenBucket: TokenBucket?
    public var filterEnabled: RuntimeFraction
    public var filterEnforced: RuntimeFraction
    public var requestHeadersToAddWhenNotEnforced: [HeaderValueOption]
    public var responseHeadersToAdd: [HeaderValueOption]
    public var localRateLimitPerDownstreamConnection: Bool
    public var enableXRatelimitHeaders: XRateLimitHeaders
    public var rateLimitedAsResourceExhausted: Bool
    public var source: SourceMark

    public init(
        statPrefix: String = "",
        status: UInt32 = 429,
        tokenBucket: TokenBucket? = nil,
        filterEnabled: RuntimeFraction = RuntimeFraction(defaultValue: .never),
        filterEnforced: RuntimeFraction = RuntimeFraction(defaultValue: .never),
        requestHeadersToAddWhenNotEnforced: [HeaderValueOption] = [],
        responseHeadersToAdd: [HeaderValueOption] = [],
        localRateLimitPerDownstreamConnection: Bool = false,
        enableXRatelimitHeaders: XRateLimitHeaders = .off,
        rateLimitedAsResourceExhausted: Bool = false,
        source: SourceMark = SourceMark()
    ) {
        self.statPrefix = statPrefix
        self.status = status
        self.tokenBucket = tokenBucket
        self.filterEnabled = filterEnabled
        self.filterEnforced = filterEnforced
        self.requestHeadersToAddWhenNotEnforced = requestHeadersToAddWhenNotEnforced
        self.responseHeadersToAdd = responseHeadersToAdd
        self.localRateLimitPerDownstreamConnection = localRateLimitPerDownstreamConnection
        self.enableXRatelimitHeaders = enableXRatelimitHeaders
        self.rateLimitedAsResourceExhausted = rateLimitedAsResourceExhausted
        self.source = source
    }
}

public struct TokenBucket: Sendable, Equatable {
    public var maxTokens: UInt32
    public var tokensPerFill: UInt32
    /// At least 50 ms.
    public var fillInterval: Duration

    public init(maxTokens: UInt32, tokensPerFill: UInt32 = 1, fillInterval: Duration) {
        self.maxTokens = maxTokens
        self.tokensPerFill = tokensPerFill
        self.fillInterval = fillInterval
    }
}

public enum XRateLimitHeaders: String, Sendable, Equatable {
    case off = "OFF"
    case draftVersion03 = "DRAFT_VERSION_03"
}
