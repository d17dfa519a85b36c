/// What an analysis finds about services and DestinationRules that are right in themselves.
enum ServiceWarnings {
    /// A port whose name does not begin with what it speaks.
    static func portNames(_ service: RegisteredService) -> [String] {
        guard service.isKubernetes, service.externalName.isEmpty else { return [] }
        return service.ports.filter { $0.protocol == .unnamed }.map { port in
            let target =
                switch port.target {
                case .name(let name): name
                case .number(let number): "\(number)"
                case nil: "\(port.number)"
                }
            return "[IST0118] Port name \(port.name) (port: \(port.number), targetPort: \(target)) doesn't follow the "
                + "naming convention of Istio port."
        }
    }

    /// HTTP/2 is what a port speaks, and not what Apus speaks to services.
    static func http2(_ service: RegisteredService) -> [String] {
        service.ports.filter { $0.protocol == .http2 || $0.protocol == .grpc }.map { port in
            "port \(port.number) ('\(port.name)') speaks HTTP/2, which Apus does not speak to services yet: it sends "
                + "HTTP/1.1"
        }
    }

    /// What a rule asks for that has no effect, and a host that nobody registered. `isKnown`: whether a full host is
    /// that of a service.
    static func destinationRule(_ rule: Rule, isKnown: (String) -> Bool) -> [String] {
        guard case .destinationRule(let spec) = rule.spec else { return [] }
        var warnings: [String] = []
        let host = IstioName.full(spec.host, in: rule.name.namespace)
        if !host.hasPrefix("*"), !isKnown(host) {
            warnings.append("[IST0101] Referenced host not found: \"\(spec.host)\"")
        }
        let policies = [spec.trafficPolicy].compactMap(\.self) + spec.subsets.compactMap(\.trafficPolicy)
        let all = policies + policies.flatMap(\.portLevel.values)
        if all.contains(where: { $0.connectionPool?.h2UpgradePolicy == .upgrade }) {
            warnings.append("'h2UpgradePolicy: UPGRADE' has no effect: Apus does not speak HTTP/2 to services yet")
        }
        return warnings
    }
}
