extension ServiceRegistry {
    /// What should be known about a service or DestinationRule, as Istio's analysis words it.
    func warnings(of name: RuleName, in rules: RuleSet) -> [String] {
        guard let rule = rules[name] else { return [] }
        switch rule.spec {
        case .service(let service): return Self.unprefixed(service.ports)
        case .serviceEntry(let entry): return Self.unprefixed(entry.ports)
        case .destinationRule(let destination): return unknown(destination, in: name.namespace)
        default: return []
        }
    }

    private static func unprefixed(_ ports: [ServicePort]) -> [String] {
        ports.filter { $0.protocol == .unnamed && !$0.name.isEmpty }.map { port in
            "[IST0118] Port name \(port.name) (port: \(port.number)) doesn't follow the naming convention of Istio port."
        }
    }

    private func unknown(_ rule: DestinationRule, in namespace: String) -> [String] {
        let host = IstioName.full(rule.host, in: namespace)
        guard !host.hasPrefix("*"), service(host) == nil else { return [] }
        return ["[IST0101] Referenced host not found: \"\(rule.host)\""]
    }
}
