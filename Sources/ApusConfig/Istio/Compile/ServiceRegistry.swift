/// The services that this proxy knows: Kubernetes Services with their WorkloadEntries and ServiceEntries, as far as they
/// are exported to its namespace and within its Sidecar's egress hosts.
final class ServiceRegistry {
    /// Those that are visible, the oldest first; a host that is there twice belongs to the first, and before that to a
    /// Kubernetes Service.
    let services: [RegisteredService]
    /// What should be known about Services, ServiceEntries and DestinationRules, by the rule it is about.
    let warnings: [RuleName: [String]]
    /// VirtualServices have a say, too: what they lead to is known although it is outside the Sidecar's hosts.
    var dependsOnVirtualServices: Bool { scope.isRestricted }

    private let scope: SidecarScope
    /// By host in lower case, with those that only VirtualServices may lead to.
    private let byHost: [String: RegisteredService]
    /// Those outside the Sidecar's hosts that VirtualServices lead to.
    private let reached: [RegisteredService]
    /// By host in lower case: what ExternalName services stand for and nobody registered.
    private let foreign: [String: RegisteredService]
    private let rules: DestinationRules
    private let workloads: Workloads

    init(_ rules: RuleSet, identity: ProxyIdentity) {
        let scope = SidecarScope(rules, identity: identity)
        let exported = RegisteredService.exported(rules, to: identity.namespace)
        let admitted =
            scope.isRestricted
            ? exported.filter { scope.admits(service: $0.host, namespace: $0.namespace) } : exported
        let known = ServiceIndex(admitted)
        var byHost = known.byHost
        var reached: [RegisteredService] = []
        if scope.isRestricted {
            let destinations = Self.destinations(rules, seenFrom: identity.namespace)
            for service in ServiceIndex(exported.filter { byHost[$0.key] == nil }).services {
                byHost[service.key] = service
                if destinations.contains(service.key) { reached.append(service) }
            }
        }
        var foreign = ServiceIndex()
        for service in known.services + reached where !service.externalName.isEmpty {
            if byHost[service.externalName.lowercased()] == nil { foreign.insert(service.foreign()) }
        }
        var warnings: [RuleName: [String]] = [:]
        for service in exported {
            let found = ServiceWarnings.portNames(service) + ServiceWarnings.http2(service)
            if !found.isEmpty, warnings[service.rule.name] == nil { warnings[service.rule.name] = found }
        }
        for rule in rules.oldestFirst(.destinationRule) {
            let found = ServiceWarnings.destinationRule(rule) { host in
                byHost[host.lowercased()] != nil || foreign.byHost[host.lowercased()] != nil
            }
            if !found.isEmpty { warnings[rule.name] = found }
        }
        services = known.services
        self.warnings = warnings
        self.scope = scope
        self.byHost = byHost
        self.reached = reached
        self.foreign = foreign.byHost
        self.rules = DestinationRules(rules, identity: identity)
        workloads = Workloads(rules)
    }

    /// Full hosts in lower case that VirtualServices lead requests or copies to.
    private static func destinations(_ rules: RuleSet, seenFrom namespace: String) -> Set<String> {
        var hosts: Set<String> = []
        for rule in rules.oldestFirst(.virtualService) {
            guard case .virtualService(let spec) = rule.spec else { continue }
            // Delegates are seen by their roots.
            let isVisible = Visibility.reaches(namespace, from: rule.name.namespace, exportTo: spec.exportTo)
            guard isVisible || spec.hosts.isEmpty else { continue }
            for http in spec.http {
                for destination in http.route.map(\.destination) + http.mirrors.map(\.destination) {
                    hosts.insert(IstioName.full(destination.host, in: rule.name.namespace).lowercased())
                }
            }
        }
        return hosts
    }

    /// By host, whatever its case; wildcard hosts of ServiceEntries are found by exactly their own spelling.
    func service(_ host: String) -> RegisteredService? { byHost[host.lowercased()] }

    /// The Sidecar that applies to this proxy, if any.
    var sidecar: Sidecar? { scope.sidecar }
    /// Whether a host in a namespace is within the Sidecar's egress hosts; true without a Sidecar.
    func isReachable(host: String, namespace: String) -> Bool { scope.admits(rule: host, namespace: namespace) }

    /// One cluster for each port and subset of each service, and those for unknown hosts.
    func clusters() -> [Cluster] {
        var clusters = [Cluster.blackHole, .passthrough]
        clusters.reserveCapacity(services.count * 3)
        for service in services + reached {
            // Its cluster is that of another host.
            if service.externalName.isEmpty { clusters += compilation(of: service).clusters() }
        }
        for service in foreign.values.sorted(by: { $0.host < $1.host }) {
            clusters += compilation(of: service).clusters()
        }
        return clusters
    }

    private func compilation(of service: RegisteredService) -> ClusterCompilation {
        ClusterCompilation(
            service: service, rule: rules.rule(of: service.host, in: service.namespace),
            endpoints: ServiceEndpoints(service, workloads: workloads))
    }

    /// The hash policies that the DestinationRule of a destination asks for; empty without consistent hashing.
    func hashPolicies(host: String, subset: String, port: UInt32) -> [HashPolicy] {
        guard let rule = destinationRule(of: host) else { return [] }
        let policy = PolicyInForce(rule, subset: rule.subset(subset), port: port)
        return policy.loadBalancer?.hashPolicies ?? []
    }

    /// Whether the DestinationRule in force for a host defines a subset (for the warning IST0101).
    func hasSubset(_ subset: String, of host: String) -> Bool {
        destinationRule(of: host)?.subset(subset) != nil
    }

    private func destinationRule(of host: String) -> MergedDestinationRule? {
        let key = host.lowercased()
        guard let service = byHost[key] ?? foreign[key] else { return nil }
        return rules.rule(of: service.host, in: service.namespace)
    }
}
