/// Which DestinationRule serves a host, merged where there are several.
final class DestinationRules {
    /// The rules of one host in one namespace, as one.
    final class Merged {
        /// In full, as written by the oldest.
        let host: String
        let namespace: String
        private(set) var trafficPolicy: TrafficPolicy?
        private(set) var subsets: [Subset] = []
        private(set) var exportTo: [String] = []
        private(set) var names: [RuleName] = []
        private var subsetNames: Set<String> = []

        init(host: String, namespace: String) {
            self.host = host
            self.namespace = namespace
        }

        /// The oldest first: a subset that is there already is dropped, and the first policy and export win whole.
        func add(_ rule: DestinationRule, _ name: RuleName) {
            names.append(name)
            trafficPolicy = trafficPolicy ?? rule.trafficPolicy
            if exportTo.isEmpty { exportTo = rule.exportTo }
            for subset in rule.subsets where subsetNames.insert(subset.name).inserted { subsets.append(subset) }
        }

        /// What holds for one port, and a subset if a route names one.
        func policy(port: UInt32, subset: Subset?) -> TrafficPolicy {
            var base = trafficPolicy ?? TrafficPolicy()
            // A port's settings stand alone: what they leave out is the default, and not the rule's.
            base = base.portLevel[port] ?? base
            guard let own = subset?.trafficPolicy else { return base }
            if let port = own.portLevel[port] { return port }
            base.connectionPool = own.connectionPool ?? base.connectionPool
            base.loadBalancer = own.loadBalancer ?? base.loadBalancer
            base.outlierDetection = own.outlierDetection ?? base.outlierDetection
            base.tls = own.tls ?? base.tls
            base.retryBudget = own.retryBudget ?? base.retryBudget
            return base
        }
    }

    /// Those of one namespace.
    private struct Space {
        var exact: [String: Merged] = [:]
        /// By the host without its star.
        var wildcards: [String: Merged] = [:]
        var lengths: [Int] = []

        func find(_ host: String) -> Merged? {
            if let found = exact[host] ?? wildcards["*" + host] { return found }
            for length in lengths where length <= host.utf8.count {
                if let found = wildcards[String(host.suffix(length))] { return found }
            }
            return wildcards[""]
        }
    }

    private var spaces: [String: Space] = [:]
    private let identity: ProxyIdentity

    /// The oldest first.
    init(_ rules: [Rule], identity: ProxyIdentity) {
        self.identity = identity
        var chosen: Set<String> = []
        // A rule that selects this workload comes before those for all.
        for isSelective in [true, false] {
            for rule in rules {
                guard case .destinationRule(let destination) = rule.spec else { continue }
                let namespace = rule.name.namespace
                let host = IstioName.full(destination.host, in: namespace)
                let key = "\(namespace)/\(host.lowercased())"
                if let selector = destination.workloadSelector, !selector.isEmpty {
                    guard isSelective, namespace == identity.namespace, identity.labels.hold(selector) else { continue }
                    chosen.insert(key)
                } else if isSelective || chosen.contains(key) {
                    continue
                }
                add(destination, rule.name, host: host)
            }
        }
        for name in spaces.keys {
            let lengths = Set(spaces[name]?.wildcards.keys.map(\.utf8.count) ?? [])
            spaces[name]?.lengths = lengths.sorted(by: >).filter { $0 > 0 }
        }
    }

    private func add(_ rule: DestinationRule, _ name: RuleName, host: String) {
        let key = host.lowercased()
        var space = spaces[name.namespace] ?? Space()
        let merged: Merged
        if key.hasPrefix("*") {
            let suffix = String(key.dropFirst())
            merged = space.wildcards[suffix] ?? Merged(host: host, namespace: name.namespace)
            space.wildcards[suffix] = merged
        } else {
            merged = space.exact[key] ?? Merged(host: host, namespace: name.namespace)
            space.exact[key] = merged
        }
        merged.add(rule, name)
        spaces[name.namespace] = space
    }

    /// The first hit of: the proxy's namespace, the service's, the mesh's; the last two only if exported here.
    func rule(for host: String, namespace: String) -> Merged? {
        let host = host.lowercased()
        if let own = spaces[identity.namespace]?.find(host) { return own }
        for other in [namespace, identity.rootNamespace] where other != identity.namespace {
            guard let found = spaces[other]?.find(host) else { continue }
            if Export.reaches(identity.namespace, from: other, exportTo: found.exportTo) { return found }
        }
        return nil
    }
}
