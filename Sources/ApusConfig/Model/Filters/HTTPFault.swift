/// `envoy.extensions.filters.http.fault.v3.HTTPFault`.
public struct HTTPFault: Sendable, Equatable {
    public var delay: FaultDelay?
    public var abort: FaultAbort?
    public var responseRateLimit: FaultRateLimit?
    /// Empty: any.
    public var upstreamCluster: String
    /// All must match.
    public var headers: [HeaderMatcher]
    /// `x-envoy-downstream-service-node` must be one of these; empty: any.
    public var downstreamNodes: [String]
    /// nil: no limit.
    public var maxActiveFaults: UInt32?
    public var disableDownstreamClusterStats: Bool
    public var source: SourceMark

    public init(
        delay: FaultDelay? = nil,
        abort: FaultAbort? = nil,
        responseRateLimit: FaultRateLimit? = nil,
        upstreamCluster: String = "",
        headers: [HeaderMatcher] = [],
        downstreamNodes: [String] = [],
        maxActiveFaults: UInt32? = nil,
        disableDownstreamClusterStats: Bool = false,
        source: SourceMark = SourceMark()
    ) {
        self.delay = delay
        self.abort = abort
        self.responseRateLimit = responseRateLimit
        self.upstreamCluster = upstreamCluster
        self.headers = headers
        self.downstreamNodes = downstreamNodes
        self.maxActiveFaults = maxActiveFaults
        self.disableDownstreamClusterStats = disableDownstreamClusterStats
        self.source = source
    }
}

public struct FaultDelay: Sendable, Equatable {
    public var duration: FaultDuration
    public var percentage: Fraction

    public init(duration: FaultDuration, percentage: Fraction = .never) {
        self.duration = duration
        self.percentage = percentage
    }
}

public enum FaultDuration: Sendable, Equatable {
    case fixed(Duration)
    /// `x-envoy-fault-delay-request`, in milliseconds.
    case header
}

public struct FaultAbort: Sendable, Equatable {
    public var status: FaultStatus
    public var percentage: Fraction

    public init(status: FaultStatus, percentage: Fraction = .never) {
        self.status = status
        self.percentage = percentage
    }
}

public enum FaultStatus: Sendable, Equatable {
    /// 200 to 599.
    case http(UInt32)
    case grpc(UInt32)
    /// `x-envoy-fault-abort-request` or `x-envoy-fault-abort-grpc-request`.
    case header
}

public struct FaultRateLimit: Sendable, Equatable {
    public var limit: FaultRate
    public var percentage: Fraction

    public init(limit: FaultRate, percentage: Fraction = .never) {
        self.limit = limit
        self.percentage = percentage
    }
}

public enum FaultRate: Sendable, Equatable {
    /// KiB per second.
    case fixed(limitKbps: UInt64)
    /// `x-envoy-fault-throughput-response`, in KiB per second.
    case header
}
