/// What in VirtualServices and Gateways is almost surely a mistake, in the numbers of Istio's analysis. Looks at the state
/// after a change, and at the rules asked for only.
struct RouteWarnings {
    let compilation: RouteCompilation
    let index: VirtualServiceIndex

    /// Rules without a warning are not in the answer.
    func warnings(of names: some Sequence<RuleName>) -> [RuleName: [String]] {
        var all: [RuleName: [String]] = [:]
        for name in names {
            guard let rule = compilation.rules[name] else { continue }
            var found: [RouteWarning] = []
            switch rule.spec {
            case .virtualService(let spec):
                let namespace = name.namespace
                found += destinations(of: spec, in: namespace) + gateways(of: spec, in: namespace)
                found += conflicts(of: spec, named: name) + spec.idleRules()
            case .gateway(let gateway): found += conflicts(of: gateway, named: name)
            default: break
            }
            var seen: Set<String> = []
            let texts = found.map(\.message).filter { seen.insert($0).inserted }
            if !texts.isEmpty { all[name] = texts }
        }
        return all
    }

    private func destinations(of spec: VirtualService, in namespace: String) -> [RouteWarning] {
        spec.http.flatMap { rule -> [RouteWarning] in
            var found: [RouteWarning] = []
            if let delegate = rule.delegate, compilation.rules[delegate.ruleName(in: namespace)] == nil {
                found.append(.notFound("delegate", delegate.ruleName(in: namespace).qualified))
            }
            for share in rule.route { found += check(share.destination, "host", in: namespace) }
            for mirror in rule.mirrors { found += check(mirror.destination, "mirror host", in: namespace) }
            return found
        }
    }

    private func check(_ destination: Destination, _ what: String, in namespace: String) -> [RouteWarning] {
        let host = IstioName.full(destination.host, in: namespace)
        guard let service = compilation.registry.service(host) else { return [.notFound(what, destination.host)] }
        var found: [RouteWarning] = []
        if !destination.subset.isEmpty, !compilation.registry.hasSubset(destination.subset, of: host) {
            let name = "\(destination.host)+\(destination.subset)"
            found.append(.notFound("host+subset in destinationrule", name))
        }
        if destination.port == nil, service.ports.count > 1 {
            found.append(.portNeeded(destination.host, ports: service.ports.map(\.number)))
        }
        return found
    }

    private func gateways(of spec: VirtualService, in namespace: String) -> [RouteWarning] {
        let hosts = spec.hosts.map { HostPattern(IstioName.full($0, in: namespace)) }
        return Set(spec.gateways ?? []).sorted().flatMap { written -> [RouteWarning] in
            let full = GatewayName.full(written, in: namespace)
            guard full != GatewayName.mesh, let name = RuleName(gateway: full) else { return [] }
            guard case .gateway(let gateway)? = compilation.rules[name]?.spec else {
                return [.notFound("gateway", written)]
            }
            let admitted = gateway.servers.flatMap { BoundServer(gateway: name, server: $0).hosts(for: namespace) }
            let missing = hosts.filter { host in !admitted.contains { $0.intersection(host) != nil } }
            return missing.isEmpty ? [] : [.hostsNotInGateway(missing.map(\.text), gateway: full)]
        }
    }

    /// Of several VirtualServices of one host in the mesh only the oldest is heard.
    private func conflicts(of spec: VirtualService, named name: RuleName) -> [RouteWarning] {
        spec.meshHosts(in: name.namespace).sorted().compactMap { host in
            let rules = index.rules(of: host)
            return rules.count > 1 && rules.contains(name) ? .sameHost(host, rules.map(\.qualified)) : nil
        }
    }

    private func conflicts(of gateway: Gateway, named name: RuleName) -> [RouteWarning] {
        let others = compilation.rules.oldestFirst(.gateway).filter { $0.name != name }
        return gateway.servers.flatMap { server -> [RouteWarning] in
            var found: [RouteWarning] = []
            if server.tls?.httpsRedirect == true, !server.protocol.isHTTP { found.append(.idleRedirect(server.port)) }
            let identity = compilation.identity
            if gateway.isServed(by: identity), identity.listeningPort(of: server.port, at: server.address) == nil {
                found.append(
                    .notListening(server.port, number: Int(server.port) + identity.gatewayPortOffset))
            }
            let hosts = BoundServer(gateway: name, server: server).allHosts
            for other in others {
                guard case .gateway(let spec) = other.spec, spec.selector == gateway.selector else { continue }
                for rival in spec.servers where rival.port == server.port && rival.bind == server.bind {
                    let shared = BoundServer(gateway: other.name, server: rival).allHosts.filter(hosts.contains)
                    if GatewayPort.Kind(rival.protocol) != GatewayPort.Kind(server.protocol) {
                        found.append(.sameGatewayPort(server.port, with: other.name.qualified, hosts: []))
                    } else if !shared.isEmpty {
                        found.append(
                            .sameGatewayPort(server.port, with: other.name.qualified, hosts: shared.map(\.text)))
                    }
                }
            }
            return found
        }
    }
}

extension RuleName {
    /// Of a Gateway as `namespace/name`.
    fileprivate init?(gateway: String) {
        guard let slash = gateway.firstIndex(of: "/") else { return nil }
        let name = String(gateway[gateway.index(after: slash)...])
        self.init(kind: .gateway, namespace: String(gateway[..<slash]), name: name)
    }
}
