public struct CircuitBreakers: Sendable, Equatable {
    public var thresholds: [BreakerThresholds]

    public init(thresholds: [BreakerThresholds] = []) {
        self.thresholds = thresholds
    }
}

public struct BreakerThresholds: Sendable, Equatable {
    public var priority: RoutingPriority
    public var maxConnections: UInt32
    public var maxPendingRequests: UInt32
    public var maxRequests: UInt32
    public var maxRetries: UInt32
    public var retryBudget: RetryBudget?
    public var trackRemaining: Bool
    public var source: SourceMark

    public init(
        priority: RoutingPriority = .default,
        maxConnections: UInt32 = 1024,
        maxPendingRequests: UInt32 = 1024,
        maxRequests: UInt32 = 1024,
        maxRetries: UInt32 = 3,
        retryBudget: RetryBudget? = nil,
        trackRemaining: Bool = false,
        source: SourceMark = SourceMark()
    ) {
        self.priority = priority
        self.maxConnections = maxConnections
        self.maxPendingRequests = maxPendingRequests
        self.maxRequests = maxRequests
        self.maxRetries = maxRetries
        self.retryBudget = retryBudget
        self.trackRemaining = trackRemaining
        self.source = source
    }
}

public struct RetryBudget: Sendable, Equatable {
    /// Of active and pending requests, 0 to 100.
    public var budgetPercent: Double
    public var minRetryConcurrency: UInt32

    public init(budgetPercent: Double = 20, minRetryConcurrency: UInt32 = 3) {
        self.budgetPercent = budgetPercent
        self.minRetryConcurrency = minRetryConcurrency
    }
}
