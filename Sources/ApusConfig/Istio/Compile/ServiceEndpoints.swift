/// The workloads behind a service, and where they serve its ports.
struct ServiceEndpoints {
    /// By document, with those that it finds.
    private let sources: [(rule: Rule, workloads: [Workload])]

    init(_ service: RegisteredService, workloads: Workloads) {
        sources = ([service.rule] + service.furtherRules).map { rule in
            (rule, Self.find(rule, host: service.host, workloads: workloads))
        }
    }

    private static func find(_ rule: Rule, host: String, workloads: Workloads) -> [Workload] {
        let namespace = rule.name.namespace
        switch rule.spec {
        case .service(let spec):
            return spec.externalName.isEmpty
                ? workloads.matching(spec.selector, in: namespace) : [itself(host, namespace)]
        case .serviceEntry(let spec):
            switch spec.resolution {
            case .none, .dynamicDNS: return []
            case .static, .dns, .dnsRoundRobin: break
            }
            if let selector = spec.workloadSelector { return workloads.matching(selector, in: namespace) }
            if spec.endpoints.isEmpty, spec.resolution != .static { return [itself(host, namespace)] }
            return spec.endpoints.map { Workload($0, namespace: namespace) }
        default: return []
        }
    }

    /// A host without endpoints is its own.
    private static func itself(_ host: String, _ namespace: String) -> Workload {
        var entry = WorkloadEntry()
        entry.address = host
        return Workload(entry, namespace: namespace)
    }

    /// Who serves a port, and where.
    func on(_ port: ServicePort) -> [(workload: Workload, endpoint: Endpoint)] {
        sources.flatMap { source -> [(workload: Workload, endpoint: Endpoint)] in
            guard let port = source.rule.port(port.number) else { return [] }
            return source.workloads.compactMap { workload in
                guard let number = workload.port(for: port), let endpoint = workload.endpoint(port: number) else {
                    return nil
                }
                return (workload, endpoint)
            }
        }
    }
}

extension Workload {
    /// A port that is aimed at by name must be there under that name. Else a port of the workload with the service
    /// port's name comes first, then the number that is aimed at, then the service port's own.
    fileprivate func port(for port: ServicePort) -> UInt32? {
        switch port.target {
        case .name(let name): ports[name]
        case .number(let number): ports[port.name] ?? number
        case nil: ports[port.name] ?? port.number
        }
    }
}

extension Rule {
    fileprivate func port(_ number: UInt32) -> ServicePort? {
        switch spec {
        case .service(let spec): spec.ports.first { $0.number == number && $0.protocol != .udp }
        case .serviceEntry(let spec): spec.ports.first { $0.number == number && $0.protocol != .udp }
        default: nil
        }
    }
}
