extension RegisteredService {
    /// Every service that is exported to the proxy's namespace, the oldest first; hosts may be there twice.
    static func exported(_ rules: RuleSet, to namespace: String) -> [RegisteredService] {
        let services = rules.oldestFirst(.service)
        let entries = rules.oldestFirst(.serviceEntry)
        var result: [RegisteredService] = []
        result.reserveCapacity(services.count + entries.count)
        var next = entries.startIndex
        for rule in services {
            while next < entries.endIndex, rules.isOlder(entries[next].name, than: rule.name) {
                result += fromServiceEntry(entries[next], to: namespace)
                next += 1
            }
            if let service = fromService(rule, to: namespace) { result.append(service) }
        }
        for rule in entries[next...] { result += fromServiceEntry(rule, to: namespace) }
        return result
    }

    /// The annotation that says of a Service what `exportTo` says of other kinds.
    private static let exportAnnotation = "networking.istio.io/exportTo"

    private static func fromService(_ rule: Rule, to namespace: String) -> RegisteredService? {
        guard case .service(let spec) = rule.spec else { return nil }
        let exportTo = rule.annotations[exportAnnotation]?.split(separator: ",").map {
            String($0.drop { $0 == " " }.prefix { $0 != " " })
        }
        guard Visibility.reaches(namespace, from: rule.name.namespace, exportTo: exportTo ?? []) else { return nil }
        let name = rule.name.name
        return RegisteredService(
            host: "\(name).\(rule.name.namespace).svc.cluster.local", name: name, namespace: rule.name.namespace,
            ports: spec.ports.filter { $0.protocol != .udp }, addresses: spec.clusterIPs, isHeadless: spec.isHeadless,
            isExternal: false, externalName: spec.externalName, resolution: nil, rule: rule)
    }

    private static func fromServiceEntry(_ rule: Rule, to namespace: String) -> [RegisteredService] {
        guard case .serviceEntry(let spec) = rule.spec,
            Visibility.reaches(namespace, from: rule.name.namespace, exportTo: spec.exportTo)
        else { return [] }
        let ports = spec.ports.filter { $0.protocol != .udp }
        return spec.hosts.map { host in
            RegisteredService(
                host: host, name: host, namespace: rule.name.namespace, ports: ports, addresses: spec.addresses,
                isHeadless: false, isExternal: spec.location == .meshExternal, externalName: "",
                resolution: spec.resolution, rule: rule)
        }
    }

    /// The host that an ExternalName service stands for, when nobody registered it: found by its name.
    func foreign() -> RegisteredService {
        RegisteredService(
            host: externalName, name: name, namespace: namespace, ports: ports, addresses: [], isHeadless: false,
            isExternal: true, externalName: "", resolution: .dns, rule: rule)
    }
}
