import ApusConfig

/// What a route (or one target of a split) does to its requests and answers: the settings of all levels laid together.
final class RoutePolicy: Sendable {
    let requestMutations: HeaderMutations
    let responseMutations: HeaderMutations
    let chain: FilterChain
    /// `typed_per_filter_config` apart, what scripts and formats may read.
    let metadata: Metadata

    init(
        requestMutations: HeaderMutations, responseMutations: HeaderMutations, chain: FilterChain,
        metadata: Metadata = Metadata()
    ) {
        self.requestMutations = requestMutations
        self.responseMutations = responseMutations
        self.chain = chain
        self.metadata = metadata
    }
}

/// One compiled route: a match that has been made leads here.
final class CompiledRoute: Sendable {
    let name: String
    let virtualHost: CompiledVirtualHost
    /// For forwarding routes with a split, the policy of the target that is drawn takes its place.
    let policy: RoutePolicy
    let action: RouteOutcome
    /// Whether it forwards to one of several clusters, or to one that the request names.
    let isOfManyTargets: Bool
    /// `decorator.operation`; empty when there is none.
    let decoratorOperation: String
    let decoratorPropagates: Bool
    /// What of the path the match covers.
    let matched: MatchedPath
    /// The most bytes of a request body kept for retries and buffering filters; nil: the listener's limit.
    let bufferLimit: Int?
    let source: SourceMark

    init(
        name: String, virtualHost: CompiledVirtualHost, policy: RoutePolicy, action: RouteOutcome,
        matched: MatchedPath = .whole, decoratorOperation: String = "", decoratorPropagates: Bool = true,
        bufferLimit: Int? = nil, source: SourceMark = SourceMark()
    ) {
        self.name = name
        self.virtualHost = virtualHost
        self.policy = policy
        self.action = action
        if case .forward(let forward) = action, case .one = forward.targets {
            isOfManyTargets = false
        } else if case .forward = action {
            isOfManyTargets = true
        } else {
            isOfManyTargets = false
        }
        self.matched = matched
        self.decoratorOperation = decoratorOperation
        self.decoratorPropagates = decoratorPropagates
        self.bufferLimit = bufferLimit
        self.source = source
    }
}

/// What routes of one virtual host share.
final class CompiledVirtualHost: Sendable {
    let name: String
    let requireTLS: TLSRequirement
    let includeRequestAttemptCount: Bool
    let includeAttemptCountInResponse: Bool
    let includeIsTimeoutRetryHeader: Bool
    let metadata: Metadata

    init(_ host: VirtualHost) {
        metadata = host.metadata
        name = host.name
        requireTLS = host.requireTls
        includeRequestAttemptCount = host.includeRequestAttemptCount
        includeAttemptCountInResponse = host.includeAttemptCountInResponse
        includeIsTimeoutRetryHeader = host.includeIsTimeoutRetryHeader
    }
}

enum RouteOutcome: Sendable {
    case forward(ForwardAction)
    case redirect(RedirectAction)
    case direct(DirectAction)
    /// `non_forwarding_action`, which only servers behind gRPC understand: answered 404.
    case none
}

/// A fixed answer.
final class DirectAction: Sendable {
    let status: Int
    let body: String
    /// `body_format`: the answer's text is made by this instead.
    let format: CompiledFormat?
    /// nil: `text/plain`.
    let contentType: String?

    init(status: Int, body: String, format: CompiledFormat? = nil, contentType: String? = nil) {
        self.status = status
        self.body = body
        self.format = format
        self.contentType = contentType
    }

    /// Whether the answer carries `location`: 201 and 3xx do (`RedirectAction.same` makes its value).
    var hasLocation: Bool { status == 201 || status / 100 == 3 }
}

/// Where a forwarding route sends its requests, and how.
final class ForwardAction: Sendable {
    let targets: Targets
    let clusterNotFoundStatus: Int
    let pathRewrite: CompiledPathRewrite?
    let hostRewrite: CompiledHostRewrite?
    let appendXForwardedHost: Bool
    /// Nanoseconds; 0: none.
    let timeout: Int64
    /// Nanoseconds; 0: none; nil: the connection manager's `stream_idle_timeout`.
    let idleTimeout: Int64?
    /// Nanoseconds; nil: the connection manager's; 0: none.
    /// The route has limits for streams, which stand in the place of its timeout.
    let limitsStreams: Bool
    let maxStreamDuration: Int64?
    let grpcTimeoutHeaderMax: Int64?
    let grpcTimeoutHeaderOffset: Int64?
    let retry: CompiledRetryPolicy?
    let mirrors: [CompiledMirror]
    let priority: RoutingPriority
    let hashPolicy: CompiledHashPolicy?
    /// Lower-case upgrade types that the route itself allows or forbids, before the connection manager's list.
    let upgrades: [String: Bool]

    init(
        targets: Targets, clusterNotFoundStatus: Int = 503, pathRewrite: CompiledPathRewrite? = nil,
        hostRewrite: CompiledHostRewrite? = nil, appendXForwardedHost: Bool = false, timeout: Int64 = 15_000_000_000,
        idleTimeout: Int64? = nil, limitsStreams: Bool = false, maxStreamDuration: Int64? = nil,
        grpcTimeoutHeaderMax: Int64? = nil,
        grpcTimeoutHeaderOffset: Int64? = nil, retry: CompiledRetryPolicy? = nil, mirrors: [CompiledMirror] = [],
        priority: RoutingPriority = .default, hashPolicy: CompiledHashPolicy? = nil, upgrades: [String: Bool] = [:]
    ) {
        self.targets = targets
        self.clusterNotFoundStatus = clusterNotFoundStatus
        self.pathRewrite = pathRewrite
        self.hostRewrite = hostRewrite
        self.appendXForwardedHost = appendXForwardedHost
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.limitsStreams = limitsStreams
        self.maxStreamDuration = maxStreamDuration
        self.grpcTimeoutHeaderMax = grpcTimeoutHeaderMax
        self.grpcTimeoutHeaderOffset = grpcTimeoutHeaderOffset
        self.retry = retry
        self.mirrors = mirrors
        self.priority = priority
        self.hashPolicy = hashPolicy
        self.upgrades = upgrades
    }

    enum Targets: Sendable {
        /// The cluster's index in the snapshot.
        case one(Int)
        case split(CompiledSplit)
        case header(HeaderName)
        /// No cluster has this name, which only configurations with `validate_clusters: false` may hold.
        case unknown(String)
    }
}

/// A weighted choice among clusters.
final class CompiledSplit: Sendable {
    struct Target: Sendable {
        /// nil with `header`: the cluster is named by the request; nil without: no cluster has the configured name.
        let cluster: Int?
        let header: HeaderName?
        /// The sum of the weights up to and including this target.
        let upTo: UInt64
        let policy: RoutePolicy
        let hostRewriteLiteral: String?
    }
    let targets: [Target]
    let total: UInt64
    /// `header_name`: its number, modulo `total`, replaces chance.
    let randomHeader: HeaderName?

    init(targets: [Target], total: UInt64, randomHeader: HeaderName?) {
        self.targets = targets
        self.total = total
        self.randomHeader = randomHeader
    }
}

enum CompiledPathRewrite: Sendable {
    case prefix(String)
    case regex(CompiledRegex, substitution: String)
}

enum CompiledHostRewrite: Sendable {
    case literal(String)
    case auto
    case header(HeaderName)
    case pathRegex(CompiledRegex, substitution: String)
}

final class CompiledMirror: Sendable {
    enum Target: Sendable {
        case cluster(Int)
        case header(HeaderName)
    }
    let target: Target
    /// nil: every request.
    let fraction: CompiledFraction?
    let appendSuffix: Bool
    let hostRewriteLiteral: String
    /// Behind the literal where the client's host has a port.
    let hostRewritePort: UInt32?
    let mutations: HeaderMutations
    /// Names of fields removed from the copy.
    let removed: [HeaderName]

    init(
        target: Target, fraction: CompiledFraction?, appendSuffix: Bool, hostRewriteLiteral: String,
        hostRewritePort: UInt32? = nil, mutations: HeaderMutations, removed: [HeaderName]
    ) {
        self.target = target
        self.fraction = fraction
        self.appendSuffix = appendSuffix
        self.hostRewriteLiteral = hostRewriteLiteral
        self.hostRewritePort = hostRewritePort
        self.mutations = mutations
        self.removed = removed
    }
}

/// A share of requests.
struct CompiledFraction: Sendable, Equatable {
    let numerator: UInt32
    let denominator: UInt32

    init(_ fraction: Fraction) {
        numerator = fraction.numerator
        denominator = fraction.denominator
    }

    /// Whether a random number falls into the share.
    @inline(__always)
    func contains(_ random: UInt64) -> Bool {
        numerator >= denominator || random % UInt64(denominator) < UInt64(numerator)
    }
}

final class CompiledRetryPolicy: Sendable {
    let on: RetryOn
    let retries: Int
    /// Nanoseconds; 0: none.
    let perTryTimeout: Int64
    let perTryIdleTimeout: Int64
    /// Nanoseconds.
    let baseInterval: Int64
    let maxInterval: Int64
    let rateLimited: RateLimitedRetryBackOff?
    let resetHeaders: [(name: HeaderName, format: ResetHeaderFormat)]
    let statusCodes: Set<Int>
    let headers: [CompiledHeaderMatcher]
    let requestHeaders: [CompiledHeaderMatcher]
    let avoidsPreviousHosts: Bool
    let hostSelectionAttempts: Int

    init(
        on: RetryOn, retries: Int, perTryTimeout: Int64, perTryIdleTimeout: Int64, baseInterval: Int64,
        maxInterval: Int64, rateLimited: RateLimitedRetryBackOff?,
        resetHeaders: [(name: HeaderName, format: ResetHeaderFormat)], statusCodes: Set<Int>,
        headers: [CompiledHeaderMatcher], requestHeaders: [CompiledHeaderMatcher], avoidsPreviousHosts: Bool,
        hostSelectionAttempts: Int
    ) {
        self.on = on
        self.retries = retries
        self.perTryTimeout = perTryTimeout
        self.perTryIdleTimeout = perTryIdleTimeout
        self.baseInterval = baseInterval
        self.maxInterval = maxInterval
        self.rateLimited = rateLimited
        self.resetHeaders = resetHeaders
        self.statusCodes = statusCodes
        self.headers = headers
        self.requestHeaders = requestHeaders
        self.avoidsPreviousHosts = avoidsPreviousHosts
        self.hostSelectionAttempts = hostSelectionAttempts
    }
}
