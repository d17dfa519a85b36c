import ApusConfig

extension ClusterReading {
    /// Membership, updates and circuit breakers, which no worker counts alone.
    var statReadings: [StatReading] {
        let prefix = "cluster.\(statName)."
        let healthy = endpoints.count { $0.isHealthy }
        let gauges: [(String, Int)] = [
            ("membership_total", endpoints.count), ("membership_healthy", healthy),
            ("membership_degraded", endpoints.count(where: \.isDegraded)), ("membership_excluded", 0),
            ("max_host_weight", endpoints.map { Int($0.weight) }.max() ?? 0), ("version", 0), ("warming_state", 0),
        ]
        let counters: [(String, Int)] = [
            ("membership_change", membershipChanges), ("update_attempt", updateAttempts),
            ("update_success", updateSuccesses), ("update_failure", updateFailures), ("update_empty", 0),
            ("update_no_rebuild", updatesWithoutChange),
        ]
        return gauges.map { StatReading(name: prefix + $0.0, gauge: $0.1) }
            + counters.map { StatReading(name: prefix + $0.0, counter: $0.1) }
            + Self.breaker("\(prefix)circuit_breakers.default.", defaultThresholds, defaultLoad)
            + Self.breaker("\(prefix)circuit_breakers.high.", highThresholds, highLoad)
    }

    private static func breaker(_ prefix: String, _ limits: BreakerThresholds, _ load: BreakerLoad) -> [StatReading] {
        let rows: [(name: String, limit: UInt32, used: Int)] = [
            ("cx", limits.maxConnections, load.connections), ("rq_pending", limits.maxPendingRequests, load.pending),
            ("rq", limits.maxRequests, load.requests),
            ("rq_retry", load.retryLimit ?? limits.maxRetries, load.retries),
        ]
        var readings = rows.map { row in
            StatReading(name: "\(prefix)\(row.name)_open", gauge: row.used > 0 && row.used >= Int(row.limit) ? 1 : 0)
        }
        readings.append(StatReading(name: "\(prefix)cx_pool_open", gauge: 0))
        guard limits.trackRemaining else { return readings }
        let names = ["cx": "cx", "rq_pending": "pending", "rq": "rq", "rq_retry": "retries"]
        return readings
            + rows.compactMap { row in
                names[row.name].map {
                    StatReading(name: "\(prefix)remaining_\($0)", gauge: max(Int(row.limit) - row.used, 0))
                }
            }
    }
}

extension EndpointReading {
    /// Whether requests may be sent there.
    public var isHealthy: Bool {
        if hasFailed { return false }
        return switch configuredHealth {
        case .unknown, .healthy: true
        case .unhealthy, .draining, .timeout, .degraded: false
        }
    }

    /// Whether requests are sent there when others do not suffice.
    var isDegraded: Bool { configuredHealth == .degraded && !hasFailed }

    private var hasFailed: Bool { failedActiveHealthCheck || failedOutlierCheck }
}
