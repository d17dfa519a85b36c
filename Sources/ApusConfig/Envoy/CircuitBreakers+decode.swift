extension CircuitBreakers {
    static func decode(_ field: Field) -> CircuitBreakers? {
        field.message("envoy.config.cluster.v3.CircuitBreakers") { message in
            let thresholds = message.each("thresholds", BreakerThresholds.decode)
            return CircuitBreakers(thresholds: thresholds)
        }
    }
}

extension BreakerThresholds {
    static func decode(_ field: Field) -> BreakerThresholds? {
        field.message("envoy.config.cluster.v3.CircuitBreakers.Thresholds") { message in
            BreakerThresholds(
                priority: message["priority"].flatMap(RoutingPriority.decode) ?? .default,
                maxConnections: message.uint32("max_connections") ?? 1024,
                maxPendingRequests: message.uint32("max_pending_requests") ?? 1024,
                maxRequests: message.uint32("max_requests") ?? 1024,
                maxRetries: message.uint32("max_retries") ?? 3,
                retryBudget: message["retry_budget"].flatMap(RetryBudget.decode),
                trackRemaining: message.bool("track_remaining"),
                source: message.source)
        }
    }
}

extension RetryBudget {
    static func decode(_ field: Field) -> RetryBudget? {
        field.message("envoy.config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget") { message in
            RetryBudget(
                budgetPercent: message["budget_percent"].flatMap(Percent.decode) ?? 20,
                minRetryConcurrency: message.uint32("min_retry_concurrency") ?? 3)
        }
    }
}
