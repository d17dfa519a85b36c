/// What another rule of a VirtualService means for its requests.
enum HTTPRuleEffects {
    /// All that it does: `90 % to reviews v1, 10 % to reviews v3; timeout: 5 s`.
    static func said(_ rule: HTTPRule) -> String {
        let shares = Shares(rule)
        let words = (shares.isEmpty ? [] : [shares.said]) + HTTPRuleFacts.of(rule).map(\.said)
        return words.isEmpty ? "nothing is done" : EffectText.sentence(words)
    }

    static func changes(_ old: HTTPRule, _ new: HTTPRule) -> [String] {
        guard old != new else { return [] }
        var changes: [String] = []
        if old.name != new.name {
            changes.append(old.name.isEmpty ? "now has a name" : "no longer called \(EffectText.short(old.name))")
        }
        changes += MatchWords.changes(old.match, new.match)
        changes += Shares.changes(Shares(old), Shares(new))
        changes += Fact.changes(HTTPRuleFacts.of(old), HTTPRuleFacts.of(new))
        return changes.isEmpty ? ["written otherwise, with the same shares"] : changes
    }
}
