/// How an endpoint is chosen, with the settings of that way.
public enum LoadBalancingPolicy: Sendable, Equatable {
    case roundRobin
    case leastRequest(LeastRequestSettings)
    case random
    case ringHash(RingHashSettings)
    case maglev(MaglevSettings)
}

public struct LeastRequestSettings: Sendable, Equatable {
    public var choiceCount: UInt32
    public var activeRequestBias: Double

    public init(choiceCount: UInt32 = 2, activeRequestBias: Double = 1) {
        self.choiceCount = choiceCount
        self.activeRequestBias = activeRequestBias
    }
}

/// New endpoints get less than their share at first (`slow_start_config`): for ROUND_ROBIN and LEAST_REQUEST.
public struct SlowStartSettings: Sendable, Equatable {
    /// How long an endpoint counts as new.
    public var window: Duration
    /// Above 0; 1: the share grows with time, more: faster at the beginning.
    public var aggression: Double
    /// Per cent of its weight that an endpoint has from the start.
    public var minimumPercent: Double

    public init(window: Duration, aggression: Double = 1, minimumPercent: Double = 10) {
        self.window = window
        self.aggression = aggression
        self.minimumPercent = minimumPercent
    }
}

public struct RingHashSettings: Sendable, Equatable {
    public var minimumRingSize: UInt64
    public var maximumRingSize: UInt64
    public var hashFunction: RingHashFunction

    public init(
        minimumRingSize: UInt64 = 1024,
        maximumRingSize: UInt64 = 8_388_608,
        hashFunction: RingHashFunction = .xxHash
    ) {
        self.minimumRingSize = minimumRingSize
        self.maximumRingSize = maximumRingSize
        self.hashFunction = hashFunction
    }
}

public enum RingHashFunction: String, Sendable, Equatable {
    case xxHash = "XX_HASH"
    case murmurHash2 = "MURMUR_HASH_2"
}

public struct MaglevSettings: Sendable, Equatable {
    /// A prime.
    public var tableSize: UInt64

    public init(tableSize: UInt64 = 65537) {
        self.tableSize = tableSize
    }
}

public struct CommonLbConfig: Sendable, Equatable {
    /// Per cent; below this share of healthy endpoints all are used.
    public var healthyPanicThreshold: Double
    public var updateMergeWindow: Duration
    public var ignoreNewHostsUntilFirstHc: Bool
    public var closeConnectionsOnHostSetChange: Bool
    public var useHostnameForHashing: Bool
    /// At least 100.
    public var hashBalanceFactor: UInt32?

    public init(
        healthyPanicThreshold: Double = 50,
        updateMergeWindow: Duration = .seconds(1),
        ignoreNewHostsUntilFirstHc: Bool = false,
        closeConnectionsOnHostSetChange: Bool = false,
        useHostnameForHashing: Bool = false,
        hashBalanceFactor: UInt32? = nil
    ) {
        self.healthyPanicThreshold = healthyPanicThreshold
        self.updateMergeWindow = updateMergeWindow
        self.ignoreNewHostsUntilFirstHc = ignoreNewHostsUntilFirstHc
        self.closeConnectionsOnHostSetChange = closeConnectionsOnHostSetChange
        self.useHostnameForHashing = useHostnameForHashing
        self.hashBalanceFactor = hashBalanceFactor
    }
}
