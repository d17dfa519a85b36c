import ApusConfig
import ApusProxy

/// What one revision changed: what a record of the journal says.
struct Delta {
    var removed: [RuleName] = []
    /// Rules that stay but come behind others than before: age decides between rules of one host. They are among those
    /// that are applied.
    var moved: [RuleName] = []
    /// In their order.
    var applied: [Rule] = []
    /// Names that came from watched files with this change, with their documents there; nil: no longer there.
    var files: [(name: RuleName, document: WrittenDocument?)] = []
    /// Outer nil: as before; inner nil: the file's again.
    var bootstrap: String??
    /// Inner nil: that of the bootstrap again.
    var routes: [(name: String, text: String?)] = []
}

extension Delta {
    /// What makes the second of the first.
    init(from old: Standing, to new: Standing) {
        let (before, now) = (old.rules.all, new.rules.all)
        removed = before.map(\.name).filter { new.rules[$0] == nil }
        // The order that comes about when what has gone is removed and what is new is added.
        let order = before.filter { new.rules[$0.name] != nil } + now.filter { old.rules[$0.name] == nil }
        let inPlace = zip(order, now).prefix { $0.name == $1.name }.count
        moved = now[inPlace...].map(\.name).filter { old.rules[$0] != nil }
        let isMoved = Set(moved)
        applied = now.filter { rule in
            guard let before = old.rules[rule.name], !isMoved.contains(rule.name) else { return true }
            return before !== rule && before.written != rule.written
        }
        for (name, document) in new.files where old.files[name] != document { files.append((name, document)) }
        for name in old.files.keys where new.files[name] == nil { files.append((name, nil)) }
        if old.posted != new.posted { bootstrap = .some(new.posted) }
        for (name, put) in new.routes where old.routes[name]?.text != put.text { routes.append((name, put.text)) }
        for name in old.routes.keys where new.routes[name] == nil { routes.append((name, nil)) }
    }

    /// The names of rules that are not as they were.
    var changedRules: [RuleName] { removed + applied.map(\.name) }

    var isEmpty: Bool {
        removed.isEmpty && applied.isEmpty && files.isEmpty && bootstrap == nil && routes.isEmpty
    }

    /// Bytes that it takes to keep it, about.
    var size: Int {
        var size = applied.reduce(0) { $0 + $1.written.size } + files.reduce(0) { $0 + ($1.document?.size ?? 0) }
        if case .some(.some(let text)) = bootstrap { size += text.utf8.count }
        return size + routes.reduce(0) { $0 + ($1.text?.utf8.count ?? 0) }
    }
}

// MARK: As a record

extension Delta {
    /// `revision`: its number, time, origin and changes; its standing is not looked at.
    func record(of revision: Revision) -> RuleJournal.Record {
        var text = ""
        var sections: [ConfigValue] = []
        func add(_ kind: String, _ name: String?, _ content: String) {
            var members = [
                ConfigMember(name: "kind", value: .string(kind)),
                ConfigMember(name: "bytes", value: .number(Double(content.utf8.count))),
            ]
            if let name { members.append(ConfigMember(name: "name", value: .string(name))) }
            sections.append(.object(members))
            text += content
        }
        if !applied.isEmpty { add("rules", nil, Self.text(applied.lazy.map(\.document))) }
        let kept = files.lazy.compactMap { $0.document?.value }
        if !kept.isEmpty { add("files", nil, Self.text(kept)) }
        if case .some(.some(let posted)) = bootstrap { add("bootstrap", nil, posted) }
        if case .some(.none) = bootstrap { add("bootstrap-of-file", nil, "") }
        for route in routes { add(route.text == nil ? "routes-of-bootstrap" : "routes", route.name, route.text ?? "") }
        let head = ConfigValue.members(
            ("revision", .number(Double(revision.number))), ("time", .string(revision.time)),
            ("origin", .string(revision.origin)),
            ("removed", .array((removed + moved).map { .string($0.description) })),
            ("left_files", .array(files.filter { $0.document == nil }.map { .string($0.name.description) })),
            ("changes", .array(revision.changes.map(\.json))), ("sections", .array(sections)))
        return RuleJournal.Record(head: head.json, text: text)
    }

    static func text(_ documents: some Sequence<ConfigValue>) -> String {
        documents.map(\.yaml).joined(separator: "---\n")
    }
}

/// A record that was read: whose it is and what it changes.
struct RecordedChange {
    var number: Int
    var time: String
    var origin: String
    var changes: [Revision.Change]
    var delta: Delta

    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    init(_ record: RuleJournal.Record, namespace: String) throws(Unreadable) {
        guard let head = ConfigValue(text: record.head), let number = head["revision"]?.integer,
            let sections = head["sections"]
        else { throw Unreadable(description: "a record of the journal says nothing of its revision") }
        self.number = number
        time = head["time"]?.string ?? ""
        origin = head["origin"]?.string ?? ""
        changes = (head["changes"]?.elements ?? []).compactMap(Revision.Change.init)
        delta = Delta()
        delta.removed = (head["removed"]?.elements ?? []).compactMap { $0.string.flatMap(RuleName.init) }
        for name in head["left_files"]?.elements ?? [] {
            if let name = name.string.flatMap(RuleName.init) { delta.files.append((name, nil)) }
        }
        var rest = record.text.utf8[...]
        for section in sections.elements {
            guard let count = section["bytes"]?.integer, count >= 0, count <= rest.count else {
                throw Unreadable(description: "revision \(number) of the journal is shorter than it says")
            }
            let text = String(Substring(rest.prefix(count)))
            rest = rest.dropFirst(count)
            try read(section["kind"]?.string ?? "", section["name"]?.string ?? "", text, namespace)
        }
    }

    private mutating func read(_ kind: String, _ name: String, _ text: String, _ namespace: String) throws(Unreadable) {
        switch kind {
        case "rules": delta.applied = try rules(text, namespace)
        case "files": for rule in try rules(text, namespace) { delta.files.append((rule.name, rule.written)) }
        case "bootstrap": delta.bootstrap = .some(text)
        case "bootstrap-of-file": delta.bootstrap = .some(nil)
        case "routes": delta.routes.append((name, text))
        case "routes-of-bootstrap": delta.routes.append((name, nil))
        default:
            throw Unreadable(description: "revision \(number) of the journal holds '\(kind)', which is unknown here")
        }
    }

    private func rules(_ text: String, _ namespace: String) throws(Unreadable) -> [Rule] {
        let reading = RuleReader.read(
            text: text, file: "revision \(number)", namespace: namespace, isOwn: true)
        if let error = reading.errors.first {
            throw Unreadable(
                description: "revision \(number) of the journal cannot be read: \(error.resource): \(error.diagnostic)")
        }
        return reading.rules
    }
}

extension Revision.Change {
    init?(_ json: ConfigValue) {
        guard let resource = json["resource"]?.string, let change = json["change"]?.string.flatMap(RuleChange.init)
        else { return nil }
        self.init(
            resource: resource, change: change, effects: (json["effects"]?.elements ?? []).compactMap(\.string),
            warnings: (json["warnings"]?.elements ?? []).compactMap(\.string))
    }
}

extension RuleName {
    /// Reads `VirtualService/default/reviews`; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let kind = RuleKind(rawValue: String(parts[0])), !parts[1].isEmpty, !parts[2].isEmpty
        else { return nil }
        self.init(kind: kind, namespace: String(parts[1]), name: String(parts[2]))
    }
}

extension ConfigValue {
    var integer: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }
}
