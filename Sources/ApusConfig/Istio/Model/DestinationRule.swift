/// `networking.istio.io` DestinationRule: how a service's endpoints are reached, and which subsets they have.
public struct DestinationRule: Sendable, Equatable {
    /// As written.
    public var host = ""
    public var trafficPolicy: TrafficPolicy?
    public var subsets: [Subset] = []
    /// Empty: everywhere.
    public var exportTo: [String] = []
    /// `workloadSelector.matchLabels`; nil: every workload.
    public var workloadSelector: [String: String]?
    public var source = SourceMark()

    public init() {}
}

public struct Subset: Sendable, Equatable {
    public var name: String
    public var labels: [String: String] = [:]
    public var trafficPolicy: TrafficPolicy?
    public var source = SourceMark()

    public init(name: String) { self.name = name }
}

/// `TrafficPolicy`: blocks that replace each other whole.
public struct TrafficPolicy: Sendable, Equatable {
    public var connectionPool: ConnectionPool?
    public var loadBalancer: LoadBalancerSettings?
    public var outlierDetection: OutlierSettings?
    public var tls: ClientTLSSettings?
    public var retryBudget: RetryBudgetSettings?
    /// `portLevelSettings`, by port; their own `portLevel` is empty.
    public var portLevel: [UInt32: TrafficPolicy] = [:]
    public var source = SourceMark()

    public init() {}
}

/// `ConnectionPoolSettings`; nil and 0 are the defaults of Istio.
public struct ConnectionPool: Sendable, Equatable {
    public var maxConnections: UInt32?
    public var connectTimeout: Duration?
    public var maxConnectionDuration: Duration?
    /// `tcp.idleTimeout`
    public var tcpIdleTimeout: Duration?
    public var tcpKeepalive: Keepalive?
    public var http1MaxPendingRequests: UInt32?
    public var http2MaxRequests: UInt32?
    public var maxRequestsPerConnection: UInt32?
    public var maxRetries: UInt32?
    /// `http.idleTimeout`
    public var httpIdleTimeout: Duration?
    public var h2UpgradePolicy: H2UpgradePolicy = .default
    public var useClientProtocol = false
    public var maxConcurrentStreams: UInt32?
    /// `http.http2KeepAlive`
    public var http2Keepalive: HTTP2Keepalive?
    public var source = SourceMark()

    public init() {}

    /// PINGs on HTTP/2 connections.
    public struct HTTP2Keepalive: Sendable, Equatable {
        public var interval: Duration
        public var timeout: Duration

        public init(interval: Duration, timeout: Duration) {
            self.interval = interval
            self.timeout = timeout
        }
    }

    public enum H2UpgradePolicy: Sendable, Equatable { case `default`, doNotUpgrade, upgrade }

    public struct Keepalive: Sendable, Equatable {
        public var probes: UInt32?
        public var time: Duration?
        public var interval: Duration?

        public init() {}
    }
}

/// `LoadBalancerSettings`.
public struct LoadBalancerSettings: Sendable, Equatable {
    public var policy: Policy = .leastRequest
    public var warmup: Warmup?
    /// nil: not written. Locality settings are refused or warned of where they are read.
    public var hasLocalitySettings = false
    /// False: `localityLbSetting.enabled` is false, and endpoints of all localities are alike.
    public var usesLocality = true
    public var source = SourceMark()

    public init() {}

    public enum Policy: Sendable, Equatable {
        case leastRequest
        case roundRobin
        case random
        case passthrough
        case consistentHash(ConsistentHash)
    }

    public struct Warmup: Sendable, Equatable {
        public var duration: Duration
        public var minimumPercent = 10.0
        public var aggression = 1.0

        public init(duration: Duration) { self.duration = duration }
    }

    public struct ConsistentHash: Sendable, Equatable {
        public var key: Key
        public var algorithm: Algorithm

        public init(key: Key, algorithm: Algorithm = .ringHash(minimumRingSize: 1024)) {
            self.key = key
            self.algorithm = algorithm
        }

        public enum Key: Sendable, Equatable {
            /// In lower case.
            case header(String)
            case cookie(HashCookie)
            case sourceIP
            case queryParameter(String)
        }

        public enum Algorithm: Sendable, Equatable {
            case ringHash(minimumRingSize: UInt64)
            case maglev(tableSize: UInt64)
        }
    }
}

/// `OutlierDetection` of Istio, translated by rules.md 6.3 later on; nil: not written.
public struct OutlierSettings: Sendable, Equatable {
    public var splitExternalLocalOriginErrors = false
    public var consecutiveLocalOriginFailures: UInt32?
    public var consecutive5xxErrors: UInt32?
    public var consecutiveGatewayErrors: UInt32?
    /// Deprecated.
    public var consecutiveErrors: UInt32?
    public var interval: Duration?
    public var baseEjectionTime: Duration?
    public var maxEjectionPercent: UInt32?
    public var minHealthPercent: UInt32?
    /// `outlierDetectionHttpErrorCodes`
    public var httpErrorCodes: [UInt32] = []
    public var source = SourceMark()

    public init() {}
}

/// `RetryBudget`.
public struct RetryBudgetSettings: Sendable, Equatable {
    public var percent = 20.0
    public var minRetryConcurrency: UInt32 = 3

    public init() {}
}

/// `ClientTLSSettings`. All modes but `disable` wait for TLS.
public struct ClientTLSSettings: Sendable, Equatable {
    public var mode: Mode = .disable
    public var clientCertificate = ""
    public var privateKey = ""
    public var caCertificates = ""
    public var credentialName = ""
    public var subjectAltNames: [String] = []
    public var sni = ""
    public var insecureSkipVerify: Bool?
    public var source = SourceMark()

    public init() {}

    public enum Mode: String, Sendable, Equatable {
        case disable = "DISABLE"
        case simple = "SIMPLE"
        case mutual = "MUTUAL"
        case istioMutual = "ISTIO_MUTUAL"
    }
}
