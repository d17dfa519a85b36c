import ApusConfig

/// Answers health checks of this server, or lets them pass and remembers the answer.
struct HealthCheckFilter: Filter {
    let headers: [CompiledHeaderMatcher]
    let passesThrough: Bool
    let cache: HealthCheckCache?
    let minimums: [ClusterMinimum]
    let health: ServerHealth
    let stats: StatGroup<HealthCheckCounter>
    /// Tells this filter's requests from those of other health-check filters of the chain.
    let key: String

    func onRequest(_ exchange: Exchange) -> Verdict {
        guard headers.allSatisfy({ $0.matches(exchange.request) }) else { return .next }
        exchange.isHealthCheck = true
        // An answer before the end of the request would cost the client its connection.
        if !passesThrough, !exchange.hasWholeRequest { return .buffer(limit: exchange.bodyLimit) }
        let cached = cache?.answer(at: exchange.worker.now)
        guard !passesThrough || health.isFailed || cached != nil else {
            if cache != nil { exchange.storage[key] = true }
            return .next
        }
        return .reply(count(outcome(cached, exchange), exchange))
    }

    func onResponse(_ exchange: Exchange) -> Verdict {
        let response = exchange.response
        if exchange.isHealthCheck {
            if let cache, exchange.storage[key] != nil {
                cache.keep(
                    HealthCheckCache.Answer(status: response.status, isDegraded: response.value(Self.degraded) != nil),
                    at: exchange.worker.now)
            }
            var cluster = exchange.worker.snapshot.node.cluster
            cluster.withUTF8 { response.set(Self.checkedCluster, $0) }
        } else if health.isFailed {
            response.set(.xEnvoyImmediateHealthCheckFail, "true")
        }
        return .next
    }

    private func outcome(_ cached: HealthCheckCache.Answer?, _ exchange: Exchange) -> HealthCheckOutcome {
        if health.isFailed { return .failed }
        if let cached { return .cached(cached) }
        if minimums.isEmpty { return .healthy }
        for minimum in minimums {
            let membership = minimum.cluster.flatMap { exchange.cluster(at: $0)?.membership }
            if let failure = minimum.failure(membership) { return failure }
        }
        return .clustersHealthy
    }

    private func count(_ outcome: HealthCheckOutcome, _ exchange: Exchange) -> LocalReply {
        let counters = exchange.worker.counters(stats)
        counters.add(.requestTotal)
        if let detail = outcome.counter { counters.add(detail) }
        var reply = outcome.reply
        counters.add(reply.flags.isEmpty ? .ok : .failed)
        var isDegraded = false
        if case .cached(let answer) = outcome, answer.isDegraded {
            counters.add(.degraded)
            isDegraded = true
        }
        let isTold = outcome == .failed
        reply.adjust = { head in
            if isTold { head.set(.xEnvoyImmediateHealthCheckFail, "true") }
            if isDegraded { head.set(Self.degraded, StaticString("").bytes) }
        }
        return reply
    }

    private static let checkedCluster = HeaderName("x-envoy-upstream-healthchecked-cluster")
    private static let degraded = HeaderName("x-envoy-degraded")
}

extension HealthCheckFilter {
    static func make(
        _ settings: FilterSettings, _ override: FilterOverride?, _ context: FilterContext
    ) throws -> (any Filter)? {
        guard case .healthCheck(let check) = settings else { return nil }
        return HealthCheckFilter(
            headers: try check.headers.map(CompiledHeaderMatcher.init),
            passesThrough: check.passThroughMode,
            cache: check.cacheTime.map(HealthCheckCache.init),
            minimums: check.clusterMinHealthyPercentages.sorted { $0.key < $1.key }.map {
                ClusterMinimum(cluster: context.clusterIndex[$0.key], percent: $0.value)
            },
            health: context.serverHealth,
            stats: context.stats.scope("\(context.statPrefix)health_check.").counters(),
            key: "envoy.filters.http.health_check \(check.source)")
    }
}

/// Statistics of `http.<stat_prefix>.health_check.`
enum HealthCheckCounter: Int, StatField, CaseIterable {
    case requestTotal, ok, failed, cachedResponse, degraded
    case failedClusterNotFound, failedClusterEmpty, failedClusterUnhealthy
    var kind: StatKind { .counter }
}
