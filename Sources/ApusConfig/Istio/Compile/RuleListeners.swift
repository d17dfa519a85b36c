/// The listeners that rules make: the sidecar's, and one for each port of the Gateways. Keeps what it has compiled, so that
/// the work for a change is as large as the change. Owned by the rule compiler; one call at a time.
final class RuleListeners {
    private let identity: ProxyIdentity
    private(set) var index: VirtualServiceIndex
    private var outbound = OutboundTable()
    private var gateways: [GatewayTable] = []
    private var envoyFilters: [Rule] = []
    private var scripts: LuaFilters
    private var registry: (any ServiceDirectory)?
    /// Services and DestinationRules by name, as they were in the call before.
    private var hostRules: [RuleName: Rule] = [:]

    init(identity: ProxyIdentity) {
        self.identity = identity
        index = VirtualServiceIndex(namespace: identity.namespace)
        scripts = LuaFilters([], identity: identity, port: nil)
    }

    /// `registry`: that of these rules; the same object as before when nothing in it has changed. `changed`: the names
    /// that are not as they were in the call before; nil: look at everything.
    func compile(_ rules: RuleSet, registry: any ServiceDirectory, changed: [RuleName]? = nil) -> [Listener] {
        var change = RouteChange()
        if let changed, self.registry != nil {
            for name in changed { note(name, in: rules, &change) }
        } else {
            startOver(rules, &change)
        }
        let compilation = RouteCompilation(
            identity: identity, registry: registry, rules: rules, overrides: scripts.byPort)
        if registry !== self.registry { outbound.setServices(registry) }
        self.registry = registry
        compileOutbound(compilation, change)
        compileGateways(compilation, change)
        return listeners(compilation)
    }

    /// What should be known about VirtualServices and Gateways among these, as of the last call of `compile`.
    func warnings(of names: some Sequence<RuleName>, in rules: RuleSet) -> [RuleName: [String]] {
        guard let registry else { return [:] }
        let compilation = RouteCompilation(identity: identity, registry: registry, rules: rules)
        return RouteWarnings(compilation: compilation, index: index).warnings(of: names)
    }

    /// See `RuleCompiler.absentRules`.
    func absentRules(of name: RuleName, in rules: RuleSet, listener: String, port: UInt32) -> [AbsentRule] {
        guard let rule = rules[name], let registry else { return [] }
        let compilation = RouteCompilation(identity: identity, registry: registry, rules: rules)
        return compilation.absentRules(of: rule, in: scopes(of: listener, port: port))
    }

    /// The tables that the routes of a listener were made for; `port` is that of a virtual host in the mesh.
    private func scopes(of listener: String, port: UInt32) -> [RouteScope] {
        guard let table = gateways.first(where: { $0.port.name == listener }) else { return [.mesh(port: port)] }
        return table.port.servers.map { RouteScope(port: table.port.port, gateway: $0.gateway.qualified) }
    }

    private func startOver(_ rules: RuleSet, _ change: inout RouteChange) {
        change.isEverything = true
        index = VirtualServiceIndex(namespace: identity.namespace)
        hostRules = [:]
        for rule in rules.all {
            switch rule.name.kind {
            case .virtualService: index.update(rule.name, in: rules)
            case .service, .serviceEntry, .destinationRule: hostRules[rule.name] = rule
            default: break
            }
        }
        readEnvoyFilters(rules, &change)
    }

    private func note(_ name: RuleName, in rules: RuleSet, _ change: inout RouteChange) {
        switch name.kind {
        case .virtualService:
            change.note(index[name], named: name, index)
            index.update(name, in: rules)
            change.note(index[name], named: name, index)
        case .service, .serviceEntry, .destinationRule:
            change.note(hostsOf: hostRules[name], index)
            hostRules[name] = rules[name]
            change.note(hostsOf: hostRules[name], index)
        case .gateway: change.hasGateways = true
        case .envoyFilter: readEnvoyFilters(rules, &change)
        case .sidecar: change.isEverything = true
        case .workloadEntry, .secret: break
        }
    }

    private func readEnvoyFilters(_ rules: RuleSet, _ change: inout RouteChange) {
        envoyFilters = rules.oldestFirst(.envoyFilter)
        var listening: UInt32?
        if case .socket(_, let port)? = identity.outbound { listening = UInt32(port) }
        let before = scripts.byPort
        scripts = LuaFilters(envoyFilters, identity: identity, port: nil, listening: listening)
        if scripts.byPort != before { change.isEverything = true }
    }

    private func compileOutbound(_ compilation: RouteCompilation, _ change: RouteChange) {
        guard identity.outbound != nil else { return }
        guard !change.isEverything else { return outbound.compileAll(compilation, index) }
        for host in change.hosts { outbound.compile(host, compilation, index) }
        for wildcard in change.wildcards {
            for service in compilation.registry.services where wildcard.covers(HostPattern(service.host)) {
                outbound.compile(service.host.lowercased(), compilation, index)
            }
        }
    }

    private func compileGateways(_ compilation: RouteCompilation, _ change: RouteChange) {
        if change.isEverything || change.hasGateways {
            let ports = GatewayPort.all(of: compilation.rules.oldestFirst(.gateway), identity: identity)
            gateways = ports.filter { $0.kind == .http }.map { GatewayTable($0, compilation, index) }
        } else {
            for position in gateways.indices {
                for name in change.virtualServices { gateways[position].update(name, compilation, index) }
            }
        }
    }

    private func listeners(_ compilation: RouteCompilation) -> [Listener] {
        var listeners: [Listener] = []
        if let address = identity.outbound {
            let own = compilation.ownAddress().map { [$0] } ?? []
            let hosts = own + [compilation.unknownHosts()] + outbound.virtualHosts
            listeners.append(.outbound(hosts, at: address, scripts: scripts, identity: identity))
        }
        for table in gateways {
            let scripts = LuaFilters(envoyFilters, identity: identity, port: table.port.port)
            guard let listener = Listener.gateway(table, scripts: scripts, identity: identity) else { continue }
            listeners.append(listener)
        }
        return listeners
    }
}
