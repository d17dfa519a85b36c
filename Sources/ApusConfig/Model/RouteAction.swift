/// Forwards a request: `RouteAction`.
public struct RouteAction: Sendable, Equatable {
    public var cluster: ClusterSpecifier
    /// 503, 404 or 500.
    public var clusterNotFoundResponseCode: UInt32
    @Boxed public var pathRewrite: PathRewrite?
    @Boxed public var hostRewrite: HostRewrite?
    public var appendXForwardedHost: Bool
    /// From the request's end to the response's end; nil: none (written as `0s`).
    public var timeout: Duration?
    public var idleTimeout: RouteIdleTimeout
    @Boxed public var maxStreamDuration: RouteMaxStreamDuration?
    /// Deprecated in favour of `max_stream_duration`.
    public var maxGrpcTimeout: Duration?
    public var grpcTimeoutOffset: Duration?
    @Boxed public var retryPolicy: RetryPolicy?
    public var requestMirrorPolicies: [RequestMirrorPolicy]
    public var priority: RoutingPriority
    public var hashPolicy: [HashPolicy]
    public var upgradeConfigs: [UpgradeConfig]
    /// Deprecated in favour of the filter's own override; the cors filter obeys it all the same.
    @Boxed public var cors: CorsPolicy?
    public var source: SourceMark

    public init(
        cluster: ClusterSpecifier,
        clusterNotFoundResponseCode: UInt32 = 503,
        pathRewrite: PathRewrite? = nil,
        hostRewrite: HostRewrite? = nil,
        appendXForwardedHost: Bool = false,
        timeout: Duration? = .seconds(15),
        idleTimeout: RouteIdleTimeout = .inherited,
        maxStreamDuration: RouteMaxStreamDuration? = nil,
        maxGrpcTimeout: Duration? = nil,
        grpcTimeoutOffset: Duration? = nil,
        retryPolicy: RetryPolicy? = nil,
        requestMirrorPolicies: [RequestMirrorPolicy] = [],
        priority: RoutingPriority = .default,
        hashPolicy: [HashPolicy] = [],
        upgradeConfigs: [UpgradeConfig] = [],
        cors: CorsPolicy? = nil,
        source: SourceMark = SourceMark()
    ) {
        self.cluster = cluster
        self.clusterNotFoundResponseCode = clusterNotFoundResponseCode
        self.pathRewrite = pathRewrite
        self.hostRewrite = hostRewrite
        self.appendXForwardedHost = appendXForwardedHost
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.maxStreamDuration = maxStreamDuration
        self.maxGrpcTimeout = maxGrpcTimeout
        self.grpcTimeoutOffset = grpcTimeoutOffset
        self.retryPolicy = retryPolicy
        self.requestMirrorPolicies = requestMirrorPolicies
        self.priority = priority
        self.hashPolicy = hashPolicy
        self.upgradeConfigs = upgradeConfigs
        self.cors = cors
        self.source = source
    }
}

public enum ClusterSpecifier: Sendable, Equatable {
    case cluster(String)
    case weightedClusters(WeightedClusters)
    /// The header whose value names the cluster.
    case clusterHeader(String)
}

public enum PathRewrite: Sendable, Equatable {
    /// Replaces what the route's prefix or path matched.
    case prefix(String)
    /// Replaces every match in the path, query left alone.
    case regex(RegexRewrite)
}

public enum HostRewrite: Sendable, Equatable {
    case literal(String)
    /// The endpoint's hostname.
    case auto
    /// The value of this header.
    case header(String)
    /// The path, rewritten; query left alone.
    case pathRegex(RegexRewrite)
}

public enum RouteIdleTimeout: Sendable, Equatable {
    /// The connection manager's stream idle timeout applies.
    case inherited
    case disabled
    case after(Duration)
}

public enum RoutingPriority: String, Sendable, Equatable, Hashable {
    case `default` = "DEFAULT"
    case high = "HIGH"
}

public struct RouteMaxStreamDuration: Sendable, Equatable {
    /// Zero: no limit, whatever the connection manager says; nil: not said.
    public var maxStreamDuration: Duration?
    /// Zero: the header counts in full; nil: the header is ignored.
    public var grpcTimeoutHeaderMax: Duration?
    public var grpcTimeoutHeaderOffset: Duration?

    public init(
        maxStreamDuration: Duration? = nil,
        grpcTimeoutHeaderMax: Duration? = nil,
        grpcTimeoutHeaderOffset: Duration? = nil
    ) {
        self.maxStreamDuration = maxStreamDuration
        self.grpcTimeoutHeaderMax = grpcTimeoutHeaderMax
        self.grpcTimeoutHeaderOffset = grpcTimeoutHeaderOffset
    }
}

/// Splits traffic by weight.
public struct WeightedClusters: Sendable, Equatable {
    public var clusters: [WeightedCluster]
    /// Not empty: the header whose number chooses, modulo the total weight.
    public var headerName: String
    public var useHashPolicy: Bool
    public var runtimeKeyPrefix: String
    public var source: SourceMark

    public init(
        clusters: [WeightedCluster],
        headerName: String = "",
        useHashPolicy: Bool = false,
        runtimeKeyPrefix: String = "",
        source: SourceMark = SourceMark()
    ) {
        self.clusters = clusters
        self.headerName = headerName
        self.useHashPolicy = useHashPolicy
        self.runtimeKeyPrefix = runtimeKeyPrefix
        self.source = source
    }
}

public struct WeightedCluster: Sendable, Equatable {
    public var cluster: WeightedClusterTarget
    public var weight: UInt32
    public var requestHeaders: HeaderMutation
    public var responseHeaders: HeaderMutation
    public var typedPerFilterConfig: [String: FilterOverride]
    public var hostRewriteLiteral: String?
    public var metadata: Metadata
    public var source: SourceMark

    public init(
        cluster: WeightedClusterTarget,
        weight: UInt32 = 0,
        requestHeaders: HeaderMutation = HeaderMutation(),
        responseHeaders: HeaderMutation = HeaderMutation(),
        typedPerFilterConfig: [String: FilterOverride] = [:],
        hostRewriteLiteral: String? = nil,
        metadata: Metadata = Metadata(),
        source: SourceMark = SourceMark()
    ) {
        self.cluster = cluster
        self.weight = weight
        self.requestHeaders = requestHeaders
        self.responseHeaders = responseHeaders
        self.typedPerFilterConfig = typedPerFilterConfig
        self.hostRewriteLiteral = hostRewriteLiteral
        self.metadata = metadata
        self.source = source
    }
}

public enum WeightedClusterTarget: Sendable, Equatable {
    case name(String)
    case header(String)
}
