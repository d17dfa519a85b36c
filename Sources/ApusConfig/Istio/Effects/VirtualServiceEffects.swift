/// What another VirtualService means for requests.
enum VirtualServiceEffects {
    static func gone(_ service: VirtualService, _ name: RuleName) -> String {
        "\(subject(service, name)): its rules are gone"
    }

    static func new(_ service: VirtualService, _ name: RuleName) -> [String] {
        let subject = subject(service, name)
        let own = facts(service, isNew: true).map(\.said)
        let rules = service.http.indices.map { index in
            let rule = service.http[index]
            return "\(subject)\(label(service.http, index)): \(HTTPRuleEffects.said(rule))"
        }
        let lines = own.map { "\(subject): \($0)" } + rules
        return lines.isEmpty ? ["\(subject): no rules for HTTP"] : lines
    }

    static func changes(_ old: VirtualService, _ new: VirtualService, _ name: RuleName) -> [String] {
        guard old != new else { return [] }
        let subject = subject(new, name)
        var effects = Fact.changes(facts(old), facts(new)).map { "\(subject): \($0)" }
        let pairs = HTTPRulePairs(old.http, new.http)
        for (index, rule) in new.http.enumerated() {
            guard let before = pairs.old[index] else {
                effects.append(begins(new.http, index, subject))
                continue
            }
            let changes = HTTPRuleEffects.changes(old.http[before], rule)
            guard !changes.isEmpty else { continue }
            let label =
                rule.match == old.http[before].match
                ? label(new.http, index) : place(new.http, index, isOne: new.http.count == 1)
            effects += changes.map { "\(subject)\(label): \($0)" }
        }
        effects += pairs.gone.map { "\(subject)\(label(old.http, $0)): the rule is gone" }
        let moved = pairs.moved
        if !moved.isEmpty {
            let rules = EffectText.list(moved.map { title(new.http, $0) }, most: 3)
            effects.append("\(subject): tried in another order, which moves \(rules)")
        }
        return effects.isEmpty ? ["\(subject): written otherwise, or in another order"] : effects
    }

    /// The hosts, or the rule's own name where it is there for others to delegate to.
    private static func subject(_ service: VirtualService, _ name: RuleName) -> String {
        service.hosts.isEmpty ? EffectText.short(name.name) : EffectText.list(service.hosts, most: 3)
    }

    private static func facts(_ service: VirtualService, isNew: Bool = false) -> [Fact] {
        var facts: [Fact] = isNew ? [] : [.list("hosts", service.hosts)]
        if !isNew || service.gateways != nil { facts.append(.list("gateways", service.gateways ?? ["mesh"])) }
        facts += Fact.list("seen by namespaces", unlessEmpty: EffectText.namespaces(service.exportTo))
        if service.hasTCPOrTLS { facts.append(.setting("rules for TCP or TLS", "kept, not routed")) }
        return facts
    }

    private static func begins(_ rules: [HTTPRule], _ index: Int, _ subject: String) -> String {
        let rule = rules[index]
        let when = MatchWords.of(rule.match)
        let words = index == 0 && rules.count > 1 ? "a new first rule" : "a new rule"
        return
            "\(subject)\(place(rules, index)): \(words)\(when.isEmpty ? "," : " \(when):") \(HTTPRuleEffects.said(rule))"
    }

    // MARK: Which rule

    /// ` (jason)`, ` when end-user is jason`, or ` rule 2` where a rule has neither and is not the first.
    private static func label(_ rules: [HTTPRule], _ index: Int) -> String {
        let rule = rules[index]
        if !rule.name.isEmpty || rule.match.isEmpty { return place(rules, index) }
        return " \(MatchWords.of(rule.match))"
    }

    private static func place(_ rules: [HTTPRule], _ index: Int, isOne: Bool = true) -> String {
        let name = rules[index].name
        if !name.isEmpty { return " (\(EffectText.short(name)))" }
        return index == 0 && isOne ? "" : " rule \(index + 1)"
    }

    private static func title(_ rules: [HTTPRule], _ index: Int) -> String {
        let rule = rules[index]
        if !rule.name.isEmpty { return rule.name }
        return rule.match.isEmpty ? "the rule for everything" : "the rule \(MatchWords.of(rule.match))"
    }
}
