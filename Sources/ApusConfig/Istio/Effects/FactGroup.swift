/// A part of a rule with a name of its own and facts: a subset, a port, an endpoint.
struct FactGroup {
    /// `subset v1`, `port 9080`
    var name: String
    var facts: [Fact]

    /// As part of a new rule.
    var said: String {
        let name = EffectText.short(name)
        return facts.isEmpty ? name : "\(name) (\(EffectText.sentence(facts.map(\.said))))"
    }

    static func changes(_ old: [FactGroup], _ new: [FactGroup]) -> [String] {
        Paired(old, new) { $0.name }.all.flatMap { old, new -> [String] in
            guard let old else { return new.map { ["new \($0.said)"] } ?? [] }
            let name = EffectText.short(old.name)
            guard let new else { return ["no \(name) any more"] }
            return Fact.changes(old.facts, new.facts).map { "\(name), \($0)" }
        }
    }
}
