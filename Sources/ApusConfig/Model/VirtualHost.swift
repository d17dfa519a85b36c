/// The routes of some domains.
public struct VirtualHost: Sendable, Equatable {
    public var name: String
    /// Exact (`a.test`), suffix (`*.test`, `*-a.test`), prefix (`a.*`) or `*`.
    public var domains: [String]
    public var routes: [Route]
    public var requireTls: TLSRequirement
    public var requestHeaders: HeaderMutation
    public var responseHeaders: HeaderMutation
    public var typedPerFilterConfig: [String: FilterOverride]
    public var includeRequestAttemptCount: Bool
    public var includeAttemptCountInResponse: Bool
    public var includeIsTimeoutRetryHeader: Bool
    public var retryPolicy: RetryPolicy?
    public var requestMirrorPolicies: [RequestMirrorPolicy]
    public var perRequestBufferLimitBytes: UInt32?
    public var requestBodyBufferLimit: UInt64?
    public var metadata: Metadata
    public var source: SourceMark
    private var token = VirtualHostToken()

    public init(
        name: String = "",
        domains: [String] = [],
        routes: [Route] = [],
        requireTls: TLSRequirement = .none,
        requestHeaders: HeaderMutation = HeaderMutation(),
        responseHeaders: HeaderMutation = HeaderMutation(),
        typedPerFilterConfig: [String: FilterOverride] = [:],
        includeRequestAttemptCount: Bool = false,
        includeAttemptCountInResponse: Bool = false,
        includeIsTimeoutRetryHeader: Bool = false,
        retryPolicy: RetryPolicy? = nil,
        requestMirrorPolicies: [RequestMirrorPolicy] = [],
        perRequestBufferLimitBytes: UInt32? = nil,
        requestBodyBufferLimit: UInt64? = nil,
        metadata: Metadata = Metadata(),
        source: SourceMark = SourceMark()
    ) {
        self.name = name
        self.domains = domains
        self.routes = routes
        self.requireTls = requireTls
        self.requestHeaders = requestHeaders
        self.responseHeaders = responseHeaders
        self.typedPerFilterConfig = typedPerFilterConfig
        self.includeRequestAttemptCount = includeRequestAttemptCount
        self.includeAttemptCountInResponse = includeAttemptCountInResponse
        self.includeIsTimeoutRetryHeader = includeIsTimeoutRetryHeader
        self.retryPolicy = retryPolicy
        self.requestMirrorPolicies = requestMirrorPolicies
        self.perRequestBufferLimitBytes = perRequestBufferLimitBytes
        self.requestBodyBufferLimit = requestBodyBufferLimit
        self.metadata = metadata
        self.source = source
    }
}

extension VirtualHost {
    /// Two virtual hosts of one identity are the same value, which whoever makes them vouches for; nil: nothing is known.
    /// Does not count when they are compared.
    public var identity: VirtualHostIdentity? {
        get { token.identity }
        set { token.identity = newValue }
    }
}

/// Stands for one value of a virtual host, so that a change of a long list need not look at those that stay. Whoever
/// makes lists keeps each virtual host at its index: one that is gone becomes an empty one without domains.
public final class VirtualHostIdentity: Sendable {
    public init() {}
}

private struct VirtualHostToken: Sendable, Equatable {
    var identity: VirtualHostIdentity?

    static func == (left: Self, right: Self) -> Bool { true }
}

public enum TLSRequirement: String, Sendable, Equatable {
    case none = "NONE"
    case externalOnly = "EXTERNAL_ONLY"
    case all = "ALL"
}
