extension RouteCompilation {
    /// The virtual hosts of a service in the mesh, one for each port that speaks HTTP. `virtualService`: the one that
    /// leads its requests; one without a rule for a port leaves that port to the service's default route.
    func virtualHosts(of service: RegisteredService, ledBy virtualService: Rule?) -> [VirtualHost] {
        var seen: Set<UInt32> = []
        let ports = service.ports.filter { $0.protocol.isHTTP && seen.insert($0.number).inserted }.map(\.number)
        let portless = ports.contains(80) ? 80 : ports.min()
        let names = service.names(in: identity.namespace)
        return ports.map { port in
            let scope = RouteScope.mesh(port: port)
            var routes = virtualService.map { self.routes(of: $0, in: scope) } ?? []
            if routes.isEmpty { routes = [defaultRoute(to: service, port: port)] }
            return VirtualHost(
                name: "\(service.host):\(port)",
                domains: Self.domains(names, port: port, alsoPortless: port == portless),
                routes: routes, typedPerFilterConfig: overrides[port] ?? [:], includeRequestAttemptCount: true,
                source: routes[0].source)
        }
    }

    /// The virtual host of a host that is no service: on port 80 only. nil when the VirtualService has no rule there.
    func virtualHost(outside host: String, ledBy virtualService: Rule) -> VirtualHost? {
        let routes = routes(of: virtualService, in: .mesh(port: 80))
        guard let first = routes.first else { return nil }
        return VirtualHost(
            name: "\(host):80", domains: Self.domains([host], port: 80, alsoPortless: true), routes: routes,
            typedPerFilterConfig: overrides[80] ?? [:], includeRequestAttemptCount: true, source: first.source)
    }

    /// Requests without a port have nothing else to say which table they mean.
    private static func domains(_ names: [String], port: UInt32, alsoPortless: Bool) -> [String] {
        names.flatMap { name in
            let host = IPText.family(of: name) == .v6 ? "[\(name)]" : name
            return alsoPortless ? ["\(host):\(port)", host] : ["\(host):\(port)"]
        }
    }
}

extension RegisteredService {
    /// What callers in a namespace may call it.
    fileprivate func names(in namespace: String) -> [String] {
        var names = [host, "\(host)."]
        if resolution == nil {
            names += ["\(name).\(self.namespace).svc", "\(name).\(self.namespace)"]
            if self.namespace == namespace { names.append(name) }
        }
        if isHeadless { names += names.map { "*.\($0)" } }
        return names + addresses.compactMap(Self.singleAddress)
    }

    /// An address without its `/32`; nil for a block of several.
    private static func singleAddress(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let address = String(parts[0])
        guard let family = IPText.family(of: address) else { return nil }
        return parts.count == 1 || parts[1] == (family == .v4 ? "32" : "128") ? address : nil
    }
}
