/// What to match, and what then happens.
public struct Route: Sendable, Equatable {
    public var name: String
    public var match: RouteMatch
    public var action: RouteVerb
    public var metadata: Metadata
    public var decorator: Decorator?
    public var requestHeaders: HeaderMutation
    public var responseHeaders: HeaderMutation
    public var typedPerFilterConfig: [String: FilterOverride]
    public var perRequestBufferLimitBytes: UInt32?
    public var requestBodyBufferLimit: UInt64?
    /// Not empty: `vhost.<vhost>.route.<prefix>.*` is counted.
    public var statPrefix: String
    public var source: SourceMark

    public init(
        name: String = "",
        match: RouteMatch,
        action: RouteVerb,
        metadata: Metadata = Metadata(),
        decorator: Decorator? = nil,
        requestHeaders: HeaderMutation = HeaderMutation(),
        responseHeaders: HeaderMutation = HeaderMutation(),
        typedPerFilterConfig: [String: FilterOverride] = [:],
        perRequestBufferLimitBytes: UInt32? = nil,
        requestBodyBufferLimit: UInt64? = nil,
        statPrefix: String = "",
        source: SourceMark = SourceMark()
    ) {
        self.name = name
        self.match = match
        self.action = action
        self.metadata = metadata
        self.decorator = decorator
        self.requestHeaders = requestHeaders
        self.responseHeaders = responseHeaders
        self.typedPerFilterConfig = typedPerFilterConfig
        self.perRequestBufferLimitBytes = perRequestBufferLimitBytes
        self.requestBodyBufferLimit = requestBodyBufferLimit
        self.statPrefix = statPrefix
        self.source = source
    }
}

public enum RouteVerb: Sendable, Equatable {
    case route(RouteAction)
    case redirect(Redirect)
    case directResponse(DirectResponse)
    /// Matches and answers nothing of its own: filters do.
    case nonForwarding
}

public struct Decorator: Sendable, Equatable {
    public var operation: String
    public var propagate: Bool

    public init(operation: String, propagate: Bool = true) {
        self.operation = operation
        self.propagate = propagate
    }
}
