extension Cluster {
    /// Limits on connections and requests. What is not given, or zero, has Istio's default: no limit.
    mutating func applyPool(_ pool: ConnectionPool?, retryBudget budget: RetryBudgetSettings?) {
        let pool = pool ?? ConnectionPool()
        connectTimeout = pool.connectTimeout.flatMap { $0 > .zero ? $0 : nil } ?? .seconds(10)
        circuitBreakers = CircuitBreakers(thresholds: [
            BreakerThresholds(
                maxConnections: Self.limit(pool.maxConnections),
                maxPendingRequests: Self.limit(pool.http1MaxPendingRequests),
                maxRequests: Self.limit(pool.http2MaxRequests), maxRetries: Self.limit(pool.maxRetries),
                retryBudget: budget.map {
                    RetryBudget(budgetPercent: $0.percent, minRetryConcurrency: $0.minRetryConcurrency)
                }, trackRemaining: true)
        ])
        var common = CommonHTTPProtocolOptions()
        if let idle = pool.httpIdleTimeout ?? pool.tcpIdleTimeout {
            common.idleTimeout = idle > .zero ? idle : nil
        }
        common.maxConnectionDuration = pool.maxConnectionDuration.flatMap { $0 > .zero ? $0 : nil }
        common.maxRequestsPerConnection = pool.maxRequestsPerConnection ?? 0
        httpProtocolOptions.commonHttpProtocolOptions = common
        upstreamConnectionOptions.tcpKeepalive = pool.tcpKeepalive.map {
            TCPKeepalive(keepaliveProbes: $0.probes, keepaliveTime: $0.time, keepaliveInterval: $0.interval)
        }
    }

    private static func limit(_ value: UInt32?) -> UInt32 {
        guard let value, value > 0 else { return .max }
        return value
    }
}
