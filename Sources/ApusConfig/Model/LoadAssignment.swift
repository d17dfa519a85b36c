/// A cluster's endpoints, localities flattened.
public struct LoadAssignment: Sendable, Equatable {
    public var clusterName: String
    public var endpoints: [Endpoint]
    /// Per cent.
    public var overprovisioningFactor: UInt32

    public init(clusterName: String = "", endpoints: [Endpoint] = [], overprovisioningFactor: UInt32 = 140) {
        self.clusterName = clusterName
        self.endpoints = endpoints
        self.overprovisioningFactor = overprovisioningFactor
    }
}

public struct Endpoint: Sendable, Equatable {
    public var address: Address
    public var hostname: String
    public var loadBalancingWeight: UInt32
    public var healthStatus: HealthStatus
    /// 0 is the highest.
    public var priority: UInt32
    public var locality: Locality
    public var metadata: Metadata
    public var source: SourceMark

    public init(
        address: Address,
        hostname: String = "",
        loadBalancingWeight: UInt32 = 1,
        healthStatus: HealthStatus = .unknown,
        priority: UInt32 = 0,
        locality: Locality = Locality(),
        metadata: Metadata = Metadata(),
        source: SourceMark = SourceMark()
    ) {
        self.address = address
        self.hostname = hostname
        self.loadBalancingWeight = loadBalancingWeight
        self.healthStatus = healthStatus
        self.priority = priority
        self.locality = locality
        self.metadata = metadata
        self.source = source
    }
}

public enum HealthStatus: String, Sendable, Equatable {
    case unknown = "UNKNOWN"
    case healthy = "HEALTHY"
    case unhealthy = "UNHEALTHY"
    case draining = "DRAINING"
    case timeout = "TIMEOUT"
    case degraded = "DEGRADED"
}
