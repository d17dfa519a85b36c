/// Which VirtualServices speak for which host, are bound to which Gateway, and look at what else; kept up to date rule by
/// rule. Holds those that are exported to the proxy's namespace, and delegates whatever their export.
struct VirtualServiceIndex {
    private let namespace: String
    private var known: [RuleName: Rule] = [:]
    /// Those of the mesh by full host in lower case, the oldest first.
    private var hosts: [String: [RuleName]] = [:]
    /// By Gateway (`namespace/name`), the oldest first.
    private var bound: [String: [RuleName]] = [:]
    /// By full host in lower case: those with a destination or mirror there.
    private var referrers: [String: Set<RuleName>] = [:]
    /// By delegate, there or not: those that name it.
    private var roots: [RuleName: Set<RuleName>] = [:]

    init(namespace: String) { self.namespace = namespace }

    /// What stands under a name now; to be called after `rules` has changed.
    mutating func update(_ name: RuleName, in rules: RuleSet) {
        if let old = known.removeValue(forKey: name) { forget(old) }
        guard let rule = rules[name], case .virtualService(let spec) = rule.spec else { return }
        known[name] = rule
        for host in spec.referredHosts(in: name.namespace) { referrers[host, default: []].insert(name) }
        for delegate in spec.delegates(in: name.namespace) { roots[delegate, default: []].insert(name) }
        guard isVisible(spec, from: name.namespace) else { return }
        for gateway in Set(spec.gateways(in: name.namespace)) {
            if gateway == GatewayName.mesh {
                for host in spec.meshHosts(in: name.namespace) { rules.insert(name, into: &hosts[host, default: []]) }
            } else {
                rules.insert(name, into: &bound[gateway, default: []])
            }
        }
    }

    private mutating func forget(_ rule: Rule) {
        guard case .virtualService(let spec) = rule.spec else { return }
        let name = rule.name
        for host in spec.referredHosts(in: name.namespace) { referrers.take(name, from: host) }
        for delegate in spec.delegates(in: name.namespace) { roots.take(name, from: delegate) }
        guard isVisible(spec, from: name.namespace) else { return }
        for gateway in spec.gateways(in: name.namespace) { bound.take(name, from: gateway) }
        for host in spec.meshHosts(in: name.namespace) { hosts.take(name, from: host) }
    }

    private func isVisible(_ spec: VirtualService, from home: String) -> Bool {
        Visibility.reaches(namespace, from: home, exportTo: spec.exportTo)
    }

    subscript(name: RuleName) -> Rule? { known[name] }

    /// All hosts of the mesh that some VirtualService names, in lower case, wildcards too.
    var meshHosts: some Collection<String> { hosts.keys }

    /// The oldest VirtualService of exactly this host (in lower case) that the proxy may see.
    func winner(of host: String, registry: any ServiceDirectory) -> Rule? {
        for name in hosts[host] ?? [] where registry.isReachable(host: host, namespace: name.namespace) {
            if let rule = known[name] { return rule }
        }
        return nil
    }

    /// The VirtualService that leads requests for a service: that of its own name, else that of the longest wildcard.
    func winner(of service: RegisteredService, registry: any ServiceDirectory) -> Rule? {
        let host = HostPattern(service.host)
        if let rule = winner(of: host.key, registry: registry) { return rule }
        for wildcard in host.wildcards where wildcard != host.key {
            if let rule = winner(of: wildcard, registry: registry) { return rule }
        }
        return nil
    }

    /// All VirtualServices of a host in the mesh, the oldest first.
    func rules(of host: String) -> [RuleName] { hosts[host] ?? [] }

    /// Whether a VirtualService may have hosts at a server: it names its Gateway and is seen here.
    func isBound(_ name: RuleName, to bound: BoundServer) -> Bool {
        guard case .virtualService(let spec)? = known[name]?.spec else { return false }
        return isVisible(spec, from: name.namespace)
            && spec.gateways(in: name.namespace).contains(bound.gateway.qualified)
    }

    /// Those that name this Gateway (`namespace/name`), the oldest first.
    func rules(boundTo gateway: String) -> [RuleName] { bound[gateway] ?? [] }

    /// Those that send requests or copies to this host (full, in lower case).
    func rules(referringTo host: String) -> Set<RuleName> { referrers[host] ?? [] }

    /// Those that delegate to this one.
    func rules(delegatingTo name: RuleName) -> Set<RuleName> { roots[name] ?? [] }
}

extension VirtualService {
    /// Full, in lower case; those that the rule has for the mesh.
    func meshHosts(in namespace: String) -> Set<String> {
        guard gateways(in: namespace).contains(GatewayName.mesh) else { return [] }
        return Set(hosts.map { IstioName.full($0, in: namespace).lowercased() })
    }

    fileprivate func referredHosts(in namespace: String) -> Set<String> {
        let destinations = http.flatMap { $0.route.map(\.destination) + $0.mirrors.map(\.destination) }
        return Set(destinations.map { IstioName.full($0.host, in: namespace).lowercased() })
    }

    fileprivate func delegates(in namespace: String) -> Set<RuleName> {
        Set(http.compactMap { $0.delegate?.ruleName(in: namespace) })
    }
}

extension RuleSet {
    /// Puts a name among others, the oldest first.
    fileprivate func insert(_ name: RuleName, into names: inout [RuleName]) {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if isOlder(names[middle], than: name) { low = middle + 1 } else { high = middle }
        }
        names.insert(name, at: low)
    }
}

extension Dictionary where Value: RangeReplaceableCollection, Value.Element: Equatable {
    /// Removes an element and, behind the last, its list.
    fileprivate mutating func take(_ element: Value.Element, from key: Key) {
        guard let index = self[key]?.firstIndex(of: element) else { return }
        self[key]?.remove(at: index)
        if self[key]?.isEmpty == true { self[key] = nil }
    }
}

extension Dictionary {
    fileprivate mutating func take<Element>(_ element: Element, from key: Key) where Value == Set<Element> {
        self[key]?.remove(element)
        if self[key]?.isEmpty == true { self[key] = nil }
    }
}
