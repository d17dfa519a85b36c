/// The services that this proxy knows: Kubernetes Services with their WorkloadEntries and ServiceEntries, as far as they
/// are exported to its namespace and within its Sidecar's egress hosts.
final class ServiceRegistry {
    /// Those that are visible, the oldest first; a host that is there twice belongs to the first.
    let services: [RegisteredService]
    let scope: SidecarScope
    let policies: DestinationRules
    let workloads: Workloads
    private let byHost: [String: RegisteredService]
    private let identity: ProxyIdentity

    init(_ rules: RuleSet, identity: ProxyIdentity) {
        self.identity = identity
        let scope = SidecarScope(rules.oldestFirst(.sidecar), identity: identity)
        self.scope = scope
        policies = DestinationRules(rules.oldestFirst(.destinationRule), identity: identity)
        workloads = Workloads(rules.oldestFirst(.workloadEntry))
        let documents = (rules.oldestFirst(.service) + rules.oldestFirst(.serviceEntry))
            .sorted { rules.isOlder($0.name, than: $1.name) }
        var services: [RegisteredService] = []
        var byHost: [String: RegisteredService] = [:]
        for service in documents.flatMap(RegisteredService.all) {
            let host = service.host.lowercased()
            guard byHost[host] == nil, service.isExported(to: identity.namespace),
                scope.isReachable(host: host, namespace: service.namespace)
            else { continue }
            byHost[host] = service
            services.append(service)
        }
        self.services = services
        self.byHost = byHost
    }

    /// By host, whatever its case; wildcard hosts of ServiceEntries are found by exactly their own spelling.
    func service(_ host: String) -> RegisteredService? { byHost[host] ?? byHost[host.lowercased()] }

    /// The Sidecar that applies to this proxy, if any.
    var sidecar: Sidecar? { scope.sidecar }

    /// Whether a host in a namespace is within the Sidecar's egress hosts; true without a Sidecar.
    func isReachable(host: String, namespace: String) -> Bool {
        scope.isReachable(host: host.lowercased(), namespace: namespace)
    }

    /// One cluster for each port and subset of each service, and those for unknown hosts.
    func clusters() -> [Cluster] {
        var clusters = [Cluster.passthrough, Cluster.blackHole]
        for service in services where service.externalName.isEmpty {
            let policy = policies.rule(for: service.host, namespace: service.namespace)
            for port in service.ports where port.protocol != .udp {
                let compilation = ClusterCompilation(service: service, port: port, rule: policy, workloads: workloads)
                clusters.append(compilation.cluster(of: nil))
                for subset in policy?.subsets ?? [] { clusters.append(compilation.cluster(of: subset)) }
            }
        }
        return clusters
    }

    /// The hash policies that the DestinationRule of a destination asks for; empty without consistent hashing.
    func hashPolicies(host: String, subset: String, port: UInt32) -> [HashPolicy] {
        guard let rule = policies.rule(for: host, namespace: service(host)?.namespace ?? "") else { return [] }
        let chosen = rule.subsets.first { $0.name == subset }
        guard case .consistentHash(let hash) = rule.policy(port: port, subset: chosen).loadBalancer?.policy else {
            return []
        }
        switch hash.key {
        case .header(let name): return [HashPolicy(key: .header(name: name, rewrite: nil))]
        case .cookie(let cookie): return [HashPolicy(key: .cookie(cookie))]
        case .sourceIP: return [HashPolicy(key: .sourceIP)]
        case .queryParameter(let name): return [HashPolicy(key: .queryParameter(name))]
        }
    }

    /// Whether the DestinationRule in force for a host defines a subset.
    func hasSubset(_ subset: String, of host: String) -> Bool {
        policies.rule(for: host, namespace: service(host)?.namespace ?? "")?
            .subsets.contains { $0.name == subset } ?? false
    }
}
