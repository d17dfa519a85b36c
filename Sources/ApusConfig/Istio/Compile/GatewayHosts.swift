extension RouteCompilation {
    /// The virtual host of one host on a Gateway's port. `virtualServices`: those that have it there, the oldest first;
    /// their routes stand one behind the other, and behind them all those that take everything.
    func virtualHost(_ host: HostPattern, on port: GatewayPort, of virtualServices: [Rule]) -> VirtualHost {
        var result = VirtualHost(
            name: "\(host.text):\(port.port)", domains: [host.text], includeRequestAttemptCount: true)
        var seen: Set<RuleName> = []
        for bound in port.servers {
            let scope = RouteScope(
                port: port.port, gateway: bound.gateway.qualified, isTLS: bound.server.protocol == .https)
            var isServed = bound.redirectsToHTTPS && bound.allHosts.contains(host)
            for rule in virtualServices {
                guard case .virtualService(let spec) = rule.spec,
                    spec.gateways(in: rule.name.namespace).contains(scope.gateway),
                    bound.hosts(of: spec, in: rule.name.namespace).contains(host)
                else { continue }
                let routes = seen.contains(rule.name) ? [] : routes(of: rule, in: scope)
                if routes.isEmpty && !seen.contains(rule.name) { continue }
                seen.insert(rule.name)
                result.routes += routes
                isServed = true
            }
            if isServed && bound.redirectsToHTTPS { result.requireTls = .all }
        }
        result.routes = result.routes.filter { !$0.takesEverything } + result.routes.filter(\.takesEverything)
        if let first = result.routes.first { result.source = first.source }
        return result
    }
}

extension BoundServer {
    /// Whatever the namespaces before them.
    var allHosts: [HostPattern] {
        server.hosts.map { text in
            HostPattern(text.firstIndex(of: "/").map { String(text[text.index(after: $0)...]) } ?? text)
        }
    }
}
