/// The blocks of a DestinationRule that act on one port of a service or subset.
struct PolicyInForce: Equatable {
    private(set) var connectionPool: ConnectionPool?
    private(set) var loadBalancer: LoadBalancerSettings?
    private(set) var outlierDetection: OutlierSettings?
    private(set) var tls: ClientTLSSettings?
    private(set) var retryBudget: RetryBudgetSettings?

    /// The rule's blocks, then the subset's, each with what it says of the port.
    init(rule: TrafficPolicy?, subset: TrafficPolicy? = nil, port: UInt32) {
        if let rule { apply(rule, port: port) }
        if let subset { apply(subset, port: port) }
    }

    init(_ rule: MergedDestinationRule?, subset: Subset? = nil, port: UInt32) {
        self.init(rule: rule?.trafficPolicy, subset: subset?.trafficPolicy, port: port)
    }

    /// A block replaces a block whole. Settings of the port replace everything that a port can have, so that a block
    /// they leave out has its defaults.
    private mutating func apply(_ policy: TrafficPolicy, port: UInt32) {
        retryBudget = policy.retryBudget ?? retryBudget
        if let ofPort = policy.portLevel[port] {
            connectionPool = ofPort.connectionPool
            loadBalancer = ofPort.loadBalancer
            outlierDetection = ofPort.outlierDetection
            tls = ofPort.tls
        } else {
            connectionPool = policy.connectionPool ?? connectionPool
            loadBalancer = policy.loadBalancer ?? loadBalancer
            outlierDetection = policy.outlierDetection ?? outlierDetection
            tls = policy.tls ?? tls
        }
    }
}
