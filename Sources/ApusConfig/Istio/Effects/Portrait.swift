/// A rule as facts; every kind but VirtualService, whose rules are compared in an order of their own.
struct Portrait {
    /// Whom the rule is about, at the beginning of each line.
    var subject: String
    /// Facts which the subject tells already.
    var names: [Fact] = []
    var facts: [Fact] = []
    var groups: [FactGroup] = []
    /// What is said when the rule is gone.
    var noun: String

    init(_ rule: Rule) {
        subject = rule.name.name
        noun = rule.name.kind.rawValue
        switch rule.spec {
        case .virtualService: break
        case .destinationRule(let destination): draw(destination)
        case .serviceEntry(let entry): draw(entry)
        case .workloadEntry(let entry):
            facts = WorkloadFacts.of(entry, labels: entry.labels.merging(rule.labels) { own, _ in own })
        case .gateway(let gateway): draw(gateway)
        case .sidecar(let sidecar): facts = SidecarFacts.of(sidecar)
        case .envoyFilter(let filter): draw(filter)
        case .service(let service): draw(service)
        // Of its content nothing is said, not even its names.
        case .secret: break
        }
    }

    /// Whether labels of the metadata, which are no part of what a rule says, make a difference.
    static func countsLabels(_ before: Rule, _ after: Rule) -> Bool {
        if case .workloadEntry = after.spec { before.labels != after.labels } else { false }
    }

    /// In words; nil: there is no such rule.
    static func changes(_ old: Portrait?, _ new: Portrait?) -> [String] {
        guard let old else { return new?.begins ?? [] }
        guard let new else { return [old.ends] }
        let changes =
            Fact.changes(old.names, new.names) + Fact.changes(old.facts, new.facts)
            + FactGroup.changes(old.groups, new.groups)
        return (changes.isEmpty ? [new.otherwise] : changes).map { "\(new.shownSubject): \($0)" }
    }

    private var shownSubject: String { EffectText.short(subject) }

    private var otherwise: String {
        noun == "Secret" ? "its content has changed" : "written otherwise, or in another order"
    }

    private var begins: [String] {
        let own = facts.isEmpty ? [] : [EffectText.sentence(facts.map(\.said))]
        let lines = own + groups.map(\.said)
        return (lines.isEmpty ? ["a new \(noun)"] : lines).map { "\(shownSubject): \($0)" }
    }

    private var ends: String {
        let with = groups.isEmpty ? "" : ", with \(EffectText.list(groups.map(\.name)))"
        return "\(shownSubject): its \(noun) is gone\(with)"
    }
}
