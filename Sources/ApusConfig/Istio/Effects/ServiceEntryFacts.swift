extension Portrait {
    mutating func draw(_ entry: ServiceEntry) {
        subject = EffectText.list(entry.hosts, most: 3)
        names = [.list("hosts", entry.hosts)]
        facts = Fact.list("addresses", unlessEmpty: entry.addresses)
        facts.append(.setting("resolution", entry.resolution.rawValue))
        facts.append(.setting("location", entry.location == .meshInternal ? "in the mesh" : "outside the mesh"))
        if let labels = entry.workloadSelector {
            facts.append(.setting("endpoints are workloads with", EffectText.labels(labels)))
        }
        facts += Fact.list("seen by namespaces", unlessEmpty: EffectText.namespaces(entry.exportTo))
        facts += Fact.list("TLS names of the peer", unlessEmpty: entry.subjectAltNames)
        groups = entry.ports.map(PortFacts.of)
        groups += entry.endpoints.map { endpoint in
            FactGroup(
                name: "endpoint \(endpoint.address.isEmpty ? "of network \(endpoint.network)" : endpoint.address)",
                facts: Array(WorkloadFacts.of(endpoint, labels: endpoint.labels).dropFirst()))
        }
    }

    mutating func draw(_ service: KubernetesService) {
        if !service.selector.isEmpty { facts.append(.setting("selector", EffectText.labels(service.selector))) }
        facts += Fact.list("cluster addresses", unlessEmpty: service.clusterIPs)
        if service.isHeadless { facts.append(.setting("cluster address", "none, headless")) }
        if !service.externalName.isEmpty { facts.append(.setting("external name", service.externalName)) }
        groups = service.ports.map(PortFacts.of)
    }
}

/// A port of a service.
enum PortFacts {
    static func of(_ port: ServicePort) -> FactGroup {
        var facts = [Fact.setting("protocol", name(port.protocol))]
        if !port.name.isEmpty { facts.append(.setting("name", port.name)) }
        switch port.target {
        case nil: break
        case .number(let number): facts.append(.setting("target", "\(number)"))
        case .name(let name): facts.append(.setting("target", name))
        }
        return FactGroup(name: "port \(port.number)", facts: facts)
    }

    private static func name(_ protocol: PortProtocol) -> String {
        switch `protocol` {
        case .http: "HTTP"
        case .http2: "HTTP/2"
        case .grpc: "gRPC"
        case .grpcWeb: "gRPC-Web"
        case .https: "HTTPS"
        case .tls: "TLS"
        case .tcp: "TCP"
        case .mongo: "MongoDB"
        case .mysql: "MySQL"
        case .redis: "Redis"
        case .udp: "UDP"
        case .unnamed: "found out by looking"
        }
    }
}
