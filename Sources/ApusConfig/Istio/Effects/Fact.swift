/// One thing that a rule says, so that two rules can be told apart thing by thing.
struct Fact {
    /// Tells it from the other facts of the same rule: `timeout`, `mirror to reviews v2`, `sets request header x`.
    var subject: String
    private var content: Content

    private enum Content: Equatable {
        case setting(full: String, shown: String)
        /// One of several; with its details, which may be empty.
        case item(String)
        /// What is done; with the end of the sentence, which may be empty.
        case deed(full: String, shown: String)
        case list([String])
    }

    /// `timeout: 5 s`
    static func setting(_ subject: String, _ value: String) -> Fact {
        Fact(subject: subject, content: .setting(full: value, shown: EffectText.short(value)))
    }

    /// Nothing when there is no value.
    static func setting(_ subject: String, _ value: String?) -> [Fact] { value.map { [setting(subject, $0)] } ?? [] }

    /// A value that is told by something else than itself.
    static func setting(_ subject: String, _ full: String, shownAs shown: String) -> Fact {
        Fact(subject: subject, content: .setting(full: full, shown: shown))
    }

    /// `mirror to reviews v2, 50 %`
    static func item(_ subject: String, _ details: String) -> Fact { Fact(subject: subject, content: .item(details)) }

    /// `sets request header x` to `b`: the subject begins with a verb.
    static func deed(_ subject: String, _ object: String = "", shownAs shown: String? = nil) -> Fact {
        Fact(subject: subject, content: .deed(full: object, shown: shown ?? EffectText.short(object)))
    }

    /// `hosts: a, b`
    static func list(_ subject: String, _ elements: [String]) -> Fact {
        Fact(subject: subject, content: .list(elements))
    }

    /// Nothing when it is empty.
    static func list(_ subject: String, unlessEmpty elements: [String]) -> [Fact] {
        elements.isEmpty ? [] : [list(subject, elements)]
    }

    /// The same of a part of the rule: `port 9080, `.
    func placed(_ place: String) -> Fact {
        var fact = self
        fact.subject = place + subject
        return fact
    }

    private var value: String {
        switch content {
        case .setting(_, let shown): shown
        case .item(let details): EffectText.short(details)
        case .deed(_, let shown): shown
        case .list(let elements): elements.isEmpty ? "none" : EffectText.list(elements)
        }
    }

    /// As part of what a new rule does.
    var said: String {
        let subject = EffectText.short(subject)
        switch content {
        case .setting, .list: return "\(subject): \(value)"
        case .item: return value.isEmpty ? subject : "\(subject), \(value)"
        case .deed: return value.isEmpty ? subject : "\(subject) \(value)"
        }
    }

    /// In words what is another with the second; either is nil where there is none.
    private static func change(_ old: Fact?, _ new: Fact?) -> String? {
        guard let old else { return new?.appears }
        guard let new else { return old.disappears }
        guard old.content != new.content else { return nil }
        let subject = EffectText.short(new.subject)
        if case (.list(let before), .list(let after)) = (old.content, new.content) {
            return "\(subject): \(lists(before, after))"
        }
        if old.value == new.value { return "\(subject): another value" }
        if case .deed = new.content { return "\(subject) \(new.value), no longer \(old.value)" }
        return "\(subject): \(old.value) becomes \(new.value)"
    }

    private var appears: String {
        let subject = EffectText.short(subject)
        return switch content {
        case .setting: "\(subject): none becomes \(value)"
        case .list: said
        case .item: "new \(said)"
        case .deed: said
        }
    }

    private var disappears: String {
        let subject = EffectText.short(subject)
        return switch content {
        case .setting, .list: "\(subject): \(value) becomes none"
        case .item: "no \(subject) any more"
        case .deed: "no longer \(subject)"
        }
    }

    private static func lists(_ old: [String], _ new: [String]) -> String {
        let (before, after) = (Set(old), Set(new))
        let added = new.filter { !before.contains($0) }
        let gone = old.filter { !after.contains($0) }
        if added.isEmpty && gone.isEmpty { return "listed otherwise" }
        return [(added, "added"), (gone, "gone")].filter { !$0.0.isEmpty }
            .map { "\(EffectText.list($0.0)) \($0.1)" }.joined(separator: "; ")
    }

    /// In words what is another with the second facts, in their order; what is gone comes last.
    static func changes(_ old: [Fact], _ new: [Fact]) -> [String] {
        Paired(old, new) { $0.subject }.all.compactMap(change)
    }
}
