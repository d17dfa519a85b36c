/// Turns rules into the configuration that the proxy serves, and keeps what it needs to do so again quickly after a
/// small change. Owned by whoever applies rules; one call at a time.
public final class RuleCompiler {
    public let identity: ProxyIdentity

    public init(identity: ProxyIdentity) {
        self.identity = identity
    }

    /// What the rules make. `changed`: the names that are not as they were in the call before; nil: look at everything.
    public func compile(_ rules: RuleSet, changed: [RuleName]? = nil) -> CompiledRules {
        CompiledRules()
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
