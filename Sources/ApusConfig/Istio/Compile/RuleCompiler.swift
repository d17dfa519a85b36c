/// Turns rules into the configuration that the proxy serves, and keeps what it needs to do so again quickly after a
/// small change. Owned by whoever applies rules; one call at a time.
public final class RuleCompiler {
    public let identity: ProxyIdentity
    private let routes: RuleListeners
    private var registry: ServiceRegistry?
    private var clusters: [Cluster] = []

    public init(identity: ProxyIdentity) {
        self.identity = identity
        routes = RuleListeners(identity: identity)
    }

    /// What the rules make. `changed`: the names that are not as they were in the call before; nil: look at everything.
    public func compile(_ rules: RuleSet, changed: [RuleName]? = nil) -> CompiledRules {
        var compiled = CompiledRules()
        // Without any rule, and nowhere to listen for them, there is nothing to serve.
        guard rules.count > 0 || identity.outbound != nil || registry != nil else { return compiled }
        let services: ServiceRegistry
        if let registry, let changed, !changed.contains(where: { needsServices($0, registry) }) {
            services = registry
        } else {
            services = ServiceRegistry(rules, identity: identity)
            clusters = services.clusters()
            registry = services
        }
        compiled.listeners = routes.compile(rules, registry: services, changed: changed)
        compiled.clusters = clusters
        let asked = changed ?? rules.all.map(\.name)
        compiled.warnings = routes.warnings(of: asked, in: rules)
        for name in asked {
            if let own = services.warnings[name] { compiled.warnings[name, default: []] += own }
        }
        return compiled
    }

    /// The rules of a VirtualService that have no route on a listener, as of the last call of `compile`. `port`: of the
    /// virtual host, which only the sidecar's listener has several of.
    public func absentRules(of name: RuleName, in rules: RuleSet, listener: String, port: UInt32) -> [AbsentRule] {
        routes.absentRules(of: name, in: rules, listener: listener, port: port)
    }

    /// All VirtualServices of a host in the mesh (in lower case), the oldest first.
    public func virtualServices(of host: String) -> [RuleName] { routes.index.rules(of: host) }

    /// Whether a change of this rule may change services, endpoints or policies.
    private func needsServices(_ name: RuleName, _ registry: ServiceRegistry) -> Bool {
        switch name.kind {
        case .virtualService: registry.dependsOnVirtualServices
        case .gateway, .envoyFilter, .secret: false
        case .destinationRule, .serviceEntry, .workloadEntry, .sidecar, .service: true
        }
    }
}

/// What rules become: Envoy's own terms.
public struct CompiledRules: Sendable {
    public var listeners: [Listener] = []
    public var clusters: [Cluster] = []
    /// What does not refuse a rule but should be known, by the rule it is about: `[IST0101] ...`.
    public var warnings: [RuleName: [String]] = [:]

    public init() {}
}
