/// What a change of a rule means for requests, in words.
public enum RuleEffects {
    /// From one state of a rule to the next; nil: there is none.
    public static func of(_ before: Rule?, _ after: Rule?) -> [String] {
        guard let rule = after ?? before else { return [] }
        if let before, let after, before.spec == after.spec, !Portrait.countsLabels(before, after) { return [] }
        if case .virtualService(let new) = rule.spec {
            return virtualService(rule.name, before: virtualService(before), after: after == nil ? nil : new)
        }
        return Portrait.changes(before.map(Portrait.init), after.map(Portrait.init))
    }

    private static func virtualService(_ rule: Rule?) -> VirtualService? {
        if case .virtualService(let service)? = rule?.spec { service } else { nil }
    }

    private static func virtualService(_ name: RuleName, before: VirtualService?, after: VirtualService?) -> [String] {
        guard let after else { return before.map { [VirtualServiceEffects.gone($0, name)] } ?? [] }
        return before.map { VirtualServiceEffects.changes($0, after, name) } ?? VirtualServiceEffects.new(after, name)
    }
}
