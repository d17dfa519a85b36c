/// The DestinationRules that this proxy may use, and which of them serves a service.
struct DestinationRules {
    private let identity: ProxyIdentity
    /// Of the proxy's namespace, private or not.
    private let own: HostTable<MergedDestinationRule>
    /// By namespace; without private ones.
    private let exported: [String: HostTable<MergedDestinationRule>]

    init(_ rules: RuleSet, identity: ProxyIdentity) {
        self.identity = identity
        var own: HostTable<[DestinationRuleInForce]> = HostTable()
        var exported: [String: HostTable<[DestinationRuleInForce]>] = [:]
        var ownHosts: [String] = []
        var exportedHosts: [(namespace: String, host: String)] = []
        let isRoot = identity.namespace == identity.rootNamespace
        for rule in rules.oldestFirst(.destinationRule) {
            guard let candidate = DestinationRuleInForce(rule, identity: identity) else { continue }
            let namespace = rule.name.namespace
            let isPrivate = Visibility.isPrivate(candidate.spec.exportTo)
            // In the root namespace, where gateways often are, rules for everybody come last.
            if namespace == identity.namespace, isPrivate || !isRoot {
                own[candidate.host, default: []].append(candidate)
                ownHosts.append(candidate.host)
            }
            if !isPrivate {
                exported[namespace, default: HostTable()][candidate.host, default: []].append(candidate)
                exportedHosts.append((namespace, candidate.host))
            }
        }
        var merged: HostTable<MergedDestinationRule> = HostTable()
        for host in ownHosts where merged[host] == nil { merged[host] = MergedDestinationRule(own[host] ?? []) }
        self.own = merged
        var tables: [String: HostTable<MergedDestinationRule>] = [:]
        for (namespace, host) in exportedHosts where tables[namespace]?[host] == nil {
            let found = exported[namespace]?[host] ?? []
            tables[namespace, default: HostTable()][host] = MergedDestinationRule(found)
        }
        self.exported = tables
    }

    /// From the proxy's namespace, else from the service's, else from the root namespace.
    func rule(of host: String, in namespace: String) -> MergedDestinationRule? {
        own.mostSpecific(host) ?? visible(host, from: namespace) ?? visible(host, from: identity.rootNamespace)
    }

    private func visible(_ host: String, from namespace: String) -> MergedDestinationRule? {
        guard let rule = exported[namespace]?.mostSpecific(host) else { return nil }
        let isVisible = Visibility.reaches(identity.namespace, from: namespace, exportTo: rule.exportTo)
        return isVisible ? rule : nil
    }
}

/// A DestinationRule that is there for this proxy's workload.
struct DestinationRuleInForce {
    let name: RuleName
    let spec: DestinationRule
    /// Full.
    let host: String

    /// nil: it selects other workloads. A selector counts only in the proxy's own namespace.
    init?(_ rule: Rule, identity: ProxyIdentity) {
        guard case .destinationRule(let spec) = rule.spec else { return nil }
        if let selector = spec.workloadSelector {
            guard rule.name.namespace == identity.namespace, selector.areWithin(identity.labels) else { return nil }
        }
        name = rule.name
        self.spec = spec
        host = IstioName.full(spec.host, in: rule.name.namespace)
    }
}

/// What the DestinationRules of one host and namespace say together.
struct MergedDestinationRule: Equatable {
    /// The first of them.
    let name: RuleName
    let trafficPolicy: TrafficPolicy?
    let subsets: [Subset]
    let exportTo: [String]

    /// The oldest first: subsets are joined, and where a name is there twice the first counts; of the rest the first
    /// that says something wins whole. Those that select the workload leave out those that select nothing and those
    /// that select otherwise. nil of none.
    init?(_ rules: [DestinationRuleInForce]) {
        let leader = rules.first { $0.spec.workloadSelector != nil } ?? rules.first
        guard let leader else { return nil }
        let selector = leader.spec.workloadSelector
        let rules = rules.filter { $0.spec.workloadSelector == selector }
        name = leader.name
        trafficPolicy = rules.lazy.compactMap(\.spec.trafficPolicy).first
        exportTo = rules.lazy.map(\.spec.exportTo).first { !$0.isEmpty } ?? []
        guard rules.count > 1 || Set(leader.spec.subsets.map(\.name)).count < leader.spec.subsets.count else {
            subsets = leader.spec.subsets
            return
        }
        var seen: Set<String> = []
        subsets = rules.flatMap(\.spec.subsets).filter { seen.insert($0.name).inserted }
    }

    func subset(_ name: String) -> Subset? { subsets.first { $0.name == name } }
}
