/// Where requests are forwarded to, and how.
public struct Cluster: Sendable, Equatable {
    public var name: String
    /// Not empty: the name in statistics.
    public var altStatName: String
    public var type: DiscoveryType
    /// For requests whose host names no port; only of `dynamicHost`.
    public var dynamicHostPort: UInt16
    /// Not nil: no connection may be made, and requests end as if making one had failed for this reason
    /// (`upstream_transport_failure_reason`).
    public var refusal: String?
    /// Made by rules: answers and statistics are as Istio's documents have them where Envoy 1.40 has come to differ. No
    /// field of Envoy's.
    public var isOfRules = false
    public var connectTimeout: Duration
    public var perConnectionBufferLimitBytes: UInt32
    public var lbPolicy: LoadBalancingPolicy
    /// nil: new endpoints are like others.
    public var slowStart: SlowStartSettings?
    public var loadAssignment: LoadAssignment
    public var commonLbConfig: CommonLbConfig
    public var circuitBreakers: CircuitBreakers
    /// nil: off.
    public var outlierDetection: OutlierDetection?
    public var httpProtocolOptions: UpstreamHTTPProtocolOptions
    /// The deprecated field of the cluster itself.
    public var maxRequestsPerConnection: UInt32?
    public var dnsRefreshRate: Duration
    public var dnsFailureRefreshRate: DNSFailureRefreshRate?
    public var dnsJitter: Duration
    public var respectDnsTtl: Bool
    public var dnsLookupFamily: DNSLookupFamily
    public var waitForWarmOnInit: Bool
    public var upstreamBindConfig: UpstreamBindConfig?
    public var upstreamConnectionOptions: UpstreamConnectionOptions
    public var closeConnectionsOnHostHealthFailure: Bool
    public var trackTimeoutBudgets: Bool
    public var metadata: Metadata
    public var source: SourceMark

    public init(
        name: String = "",
        altStatName: String = "",
        type: DiscoveryType = .static,
        dynamicHostPort: UInt16 = 80,
        refusal: String? = nil,
        connectTimeout: Duration = .seconds(5),
        perConnectionBufferLimitBytes: UInt32 = 1_048_576,
        lbPolicy: LoadBalancingPolicy = .roundRobin,
        loadAssignment: LoadAssignment = LoadAssignment(),
        commonLbConfig: CommonLbConfig = CommonLbConfig(),
        circuitBreakers: CircuitBreakers = CircuitBreakers(),
        outlierDetection: OutlierDetection? = nil,
        httpProtocolOptions: UpstreamHTTPProtocolOptions = UpstreamHTTPProtocolOptions(),
        maxRequestsPerConnection: UInt32? = nil,
        dnsRefreshRate: Duration = .seconds(5),
        dnsFailureRefreshRate: DNSFailureRefreshRate? = nil,
        dnsJitter: Duration = .zero,
        respectDnsTtl: Bool = false,
        dnsLookupFamily: DNSLookupFamily = .auto,
        waitForWarmOnInit: Bool = true,
        upstreamBindConfig: UpstreamBindConfig? = nil,
        upstreamConnectionOptions: UpstreamConnectionOptions = UpstreamConnectionOptions(),
        closeConnectionsOnHostHealthFailure: Bool = false,
        trackTimeoutBudgets: Bool = false,
        metadata: Metadata = Metadata(),
        source: SourceMark = SourceMark()
    ) {
        self.name = name
        self.altStatName = altStatName
        self.type = type
        self.dynamicHostPort = dynamicHostPort
        self.refusal = refusal
        self.connectTimeout = connectTimeout
        self.perConnectionBufferLimitBytes = perConnectionBufferLimitBytes
        self.lbPolicy = lbPolicy
        self.loadAssignment = loadAssignment
        self.commonLbConfig = commonLbConfig
        self.circuitBreakers = circuitBreakers
        self.outlierDetection = outlierDetection
        self.httpProtocolOptions = httpProtocolOptions
        self.maxRequestsPerConnection = maxRequestsPerConnection
        self.dnsRefreshRate = dnsRefreshRate
        self.dnsFailureRefreshRate = dnsFailureRefreshRate
        self.dnsJitter = dnsJitter
        self.respectDnsTtl = respectDnsTtl
        self.dnsLookupFamily = dnsLookupFamily
        self.waitForWarmOnInit = waitForWarmOnInit
        self.upstreamBindConfig = upstreamBindConfig
        self.upstreamConnectionOptions = upstreamConnectionOptions
        self.closeConnectionsOnHostHealthFailure = closeConnectionsOnHostHealthFailure
        self.trackTimeoutBudgets = trackTimeoutBudgets
        self.metadata = metadata
        self.source = source
    }
}

public enum DiscoveryType: String, Sendable, Equatable {
    case `static` = "STATIC"
    case strictDNS = "STRICT_DNS"
    case logicalDNS = "LOGICAL_DNS"
    /// No endpoints: each request goes to the place that its host names. Made from rules only, not read from Envoy's
    /// configuration.
    case dynamicHost = "DYNAMIC_HOST"
    /// No endpoints: each request goes where its connection was going to before it was redirected here, and nowhere if it
    /// was not. Made from rules only.
    case originalDestination = "ORIGINAL_DST"

    /// Whether its endpoints are found out request by request.
    public var isDynamic: Bool { self == .dynamicHost || self == .originalDestination }
}

public enum DNSLookupFamily: String, Sendable, Equatable {
    case auto = "AUTO"
    case v4Only = "V4_ONLY"
    case v6Only = "V6_ONLY"
    case v4Preferred = "V4_PREFERRED"
    case all = "ALL"
}

public struct DNSFailureRefreshRate: Sendable, Equatable {
    public var baseInterval: Duration
    public var maxInterval: Duration?

    public init(baseInterval: Duration, maxInterval: Duration? = nil) {
        self.baseInterval = baseInterval
        self.maxInterval = maxInterval
    }
}

/// Where upstream connections come from.
public struct UpstreamBindConfig: Sendable, Equatable {
    public var sourceAddress: Address

    public init(sourceAddress: Address) {
        self.sourceAddress = sourceAddress
    }
}

public struct UpstreamConnectionOptions: Sendable, Equatable {
    /// nil: off.
    public var tcpKeepalive: TCPKeepalive?
    public var setLocalInterfaceNameOnUpstreamConnections: Bool

    public init(tcpKeepalive: TCPKeepalive? = nil, setLocalInterfaceNameOnUpstreamConnections: Bool = false) {
        self.tcpKeepalive = tcpKeepalive
        self.setLocalInterfaceNameOnUpstreamConnections = setLocalInterfaceNameOnUpstreamConnections
    }
}

public struct TCPKeepalive: Sendable, Equatable {
    public var keepaliveProbes: UInt32?
    /// Whole seconds.
    public var keepaliveTime: Duration?
    /// Whole seconds.
    public var keepaliveInterval: Duration?

    public init(keepaliveProbes: UInt32? = nil, keepaliveTime: Duration? = nil, keepaliveInterval: Duration? = nil) {
        self.keepaliveProbes = keepaliveProbes
        self.keepaliveTime = keepaliveTime
        self.keepaliveInterval = keepaliveInterval
    }
}
