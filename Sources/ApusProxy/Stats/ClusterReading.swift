import ApusConfig

/// A cluster as `/clusters` and the membership statistics tell it.
public struct ClusterReading: Sendable, Equatable {
    public var name: String
    /// The name in statistics: `alt_stat_name` when there is one.
    public var statName: String
    public var addedViaAPI = false
    public var defaultThresholds: BreakerThresholds
    public var highThresholds: BreakerThresholds
    public var endpoints: [EndpointReading]
    /// What is in use now, for the circuit breakers' gauges.
    public var defaultLoad = BreakerLoad()
    public var highLoad = BreakerLoad()
    /// How often the endpoints have changed.
    public var membershipChanges = 0
    public var updateAttempts = 0
    public var updateSuccesses = 0
    public var updateFailures = 0
    /// Updates that changed nothing.
    public var updatesWithoutChange = 0
    /// nil: outlier detection is off.
    public var outliers: OutlierSummary?
    /// Its requests go to the host that each of them names.
    public var isDynamic = false

    public init(
        name: String, statName: String? = nil, defaultThresholds: BreakerThresholds = BreakerThresholds(),
        highThresholds: BreakerThresholds = BreakerThresholds(priority: .high), endpoints: [EndpointReading] = []
    ) {
        self.name = name
        self.statName = statName ?? name
        self.defaultThresholds = defaultThresholds
        self.highThresholds = highThresholds
        self.endpoints = endpoints
    }
}

/// What counts against the thresholds of one priority.
public struct BreakerLoad: Sendable, Equatable {
    public var connections = 0
    public var pending = 0
    public var requests = 0
    public var retries = 0
    /// What a retry budget allows now, in place of the threshold.
    public var retryLimit: UInt32?
    public init() {}
}

/// One endpoint with the numbers that the proxy keeps of it, all workers together.
public struct EndpointReading: Sendable, Equatable {
    public var address: Address
    public var hostname = ""
    public var weight: UInt32 = 1
    public var priority: UInt32 = 0
    public var locality = Locality()
    /// What the configuration says of it.
    public var configuredHealth = HealthStatus.unknown
    public var failedActiveHealthCheck = false
    public var failedOutlierCheck = false
    public var cxActive = 0
    public var cxConnectFail = 0
    public var cxTotal = 0
    public var rqActive = 0
    public var rqPendingActive = 0
    public var rqError = 0
    public var rqSuccess = 0
    public var rqTimeout = 0
    public var rqTotal = 0
    /// Per cent of the last interval of outlier detection; -1: too few requests.
    public var successRate = -1.0
    public var localOriginSuccessRate = -1.0

    public init(address: Address) { self.address = address }

    /// Whether requests go there, as far as health decides.
    public var isUsable: Bool {
        !failedOutlierCheck && !failedActiveHealthCheck && configuredHealth != .unhealthy
            && configuredHealth != .draining && configuredHealth != .timeout
    }
}

/// What outlier detection found out about a cluster in its last interval. -1: too few requests or endpoints.
public struct OutlierSummary: Sendable, Equatable {
    /// Per cent.
    public var average = -1.0
    /// Per cent: below it an endpoint is an outlier.
    public var threshold = -1.0
    public var localOriginAverage = -1.0
    public var localOriginThreshold = -1.0

    public init() {}
}

extension OutlierSummary {
    init(external: OutlierRates, localOrigin: OutlierRates) {
        average = external.average
        threshold = external.threshold
        localOriginAverage = localOrigin.average
        localOriginThreshold = localOrigin.threshold
    }
}
