extension Portrait {
    mutating func draw(_ destination: DestinationRule) {
        subject = destination.host
        names = [.setting("host", destination.host)]
        facts = Fact.list("seen by namespaces", unlessEmpty: EffectText.namespaces(destination.exportTo))
        if let labels = destination.workloadSelector {
            facts.append(.setting("only for workloads with", EffectText.labels(labels)))
        }
        if let policy = destination.trafficPolicy { facts += PolicyFacts.of(policy) }
        groups = destination.subsets.map { subset in
            FactGroup(
                name: "subset \(subset.name)",
                facts: [.setting("labels", EffectText.labels(subset.labels))]
                    + (subset.trafficPolicy.map { PolicyFacts.of($0) } ?? []))
        }
    }
}

/// How endpoints are reached.
enum PolicyFacts {
    /// Settings of a port are told with the port before them.
    static func of(_ policy: TrafficPolicy, of place: String = "") -> [Fact] {
        var facts: [Fact] = []
        if let balancer = policy.loadBalancer { facts += LoadBalancerFacts.of(balancer) }
        if let pool = policy.connectionPool { facts += ConnectionPoolFacts.of(pool) }
        if let outliers = policy.outlierDetection { facts += OutlierFacts.of(outliers) }
        if let tls = policy.tls { facts += TLSFacts.of(tls) }
        if let budget = policy.retryBudget {
            let percent = EffectText.number(budget.percent)
            facts.append(
                .setting("retry budget", "at most \(percent) % of requests, but \(budget.minRetryConcurrency)"))
        }
        for (port, policy) in policy.portLevel.sorted(by: { $0.key < $1.key }) {
            let own = of(policy, of: "port \(port), ")
            facts += own.isEmpty ? [.setting("port \(port)", "settings of its own")] : own
        }
        return facts.map { $0.placed(place) }
    }
}
