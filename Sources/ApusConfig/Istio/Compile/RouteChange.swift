/// What has to be compiled anew after a change of rules.
struct RouteChange {
    var isEverything = false
    /// Some Gateway is not as it was.
    var hasGateways = false
    /// In lower case, wildcards included.
    private(set) var hosts: Set<String> = []
    /// Those among the hosts: the services under them are led by other rules now.
    private(set) var wildcards: Set<HostPattern> = []
    private(set) var virtualServices: Set<RuleName> = []

    /// A VirtualService before or after its change, nil where there is none. Those that delegate to it change with it.
    mutating func note(_ rule: Rule?, named name: RuleName, _ index: VirtualServiceIndex) {
        add(rule, named: name)
        for root in index.rules(delegatingTo: name) { add(index[root], named: root) }
    }

    private mutating func add(_ rule: Rule?, named name: RuleName) {
        virtualServices.insert(name)
        guard case .virtualService(let spec)? = rule?.spec else { return }
        for host in spec.meshHosts(in: name.namespace) {
            hosts.insert(host)
            let pattern = HostPattern(host)
            if pattern.isWildcard { wildcards.insert(pattern) }
        }
    }

    /// A service or DestinationRule before or after its change: routes to its hosts may have other ports or hashes, and a
    /// wildcard above them a virtual host of its own or none.
    mutating func note(hostsOf rule: Rule?, _ index: VirtualServiceIndex) {
        guard let rule else { return }
        for host in rule.serviceHosts {
            let pattern = HostPattern(host)
            // A wildcard may be said of any number of services.
            if pattern.isWildcard { isEverything = true }
            hosts.insert(pattern.key)
            hosts.formUnion(pattern.wildcards)
            for name in index.rules(referringTo: pattern.key) { note(index[name], named: name, index) }
        }
    }
}

extension Rule {
    /// The full hosts of the services that a Service, ServiceEntry or DestinationRule is about.
    fileprivate var serviceHosts: [String] {
        switch spec {
        case .service: [IstioName.full(name.name, in: name.namespace)]
        case .serviceEntry(let entry): entry.hosts
        case .destinationRule(let rule): [IstioName.full(rule.host, in: name.namespace)]
        default: []
        }
    }
}
