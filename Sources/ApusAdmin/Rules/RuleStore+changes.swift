import ApusConfig

extension RuleStore {
    /// Applies every document of a text, or none. `ifMatch`: the revision that must still be in force.
    func apply(
        _ text: String, namespace: String? = nil, isDryRun: Bool = false, ifMatch: String? = nil,
        origin: String = "api"
    ) async -> RuleOutcome {
        await enter()
        defer { leave() }
        if let conflict = conflict(ifMatch) { return conflict }
        let namespace = namespace.flatMap { $0.isEmpty ? nil : $0 } ?? identity.namespace
        guard RuleReader.isNamespace(namespace) else {
            let diagnostic = Diagnostic(
                source: SourceMark(), path: "", message: "'\(namespace)' is no name of a namespace")
            return .refused([RuleFinding(document: 0, resource: "", diagnostic: diagnostic)])
        }
        let reading = RuleReader.read(text: text, file: "body", namespace: namespace)
        guard reading.errors.isEmpty else { return .refused(reading.errors) }
        var next = standing
        var changes = reading.leftOut
        let warnings = Dictionary(grouping: reading.warnings, by: \.resource)
        for rule in reading.rules {
            let before = next.rules[rule.name]
            let change = next.rules.apply(rule)
            let told = Revision.Change(
                resource: rule.name.description, change: change, effects: RuleEffects.of(before, rule),
                warnings: (warnings[rule.name.description] ?? []).map(\.diagnostic.message))
            changes.append((rule.source.line, told))
        }
        let ordered = changes.sorted { $0.line < $1.line }.map(\.change)
        return await commit(next, ordered, origin: origin, isDryRun: isDryRun, reading: reading)
    }

    /// Takes a rule away.
    func delete(_ name: RuleName, isDryRun: Bool = false, ifMatch: String? = nil, origin: String = "api") async
        -> RuleOutcome
    {
        await enter()
        defer { leave() }
        guard let rule = standing.rules[name] else { return .unknown("there is no \(name)") }
        if let ifMatch, ifMatch != "*", !Self.tags(ifMatch).contains(tag(of: name)) {
            return .conflict("\(name) was last changed in revision \(lastChanged[name] ?? 0), not in \(ifMatch)")
        }
        var next = standing
        next.rules.remove(name)
        let change = Revision.Change(
            resource: name.description, change: .deleted, effects: RuleEffects.of(rule, nil))
        return await commit(next, [change], origin: origin, isDryRun: isDryRun)
    }

    /// Puts what stood after a revision in force again.
    func rollBack(to number: Int, isDryRun: Bool = false, ifMatch: String? = nil, origin: String? = nil) async
        -> RuleOutcome
    {
        await enter()
        defer { leave() }
        if let conflict = conflict(ifMatch) { return conflict }
        guard let target = revisions.first(where: { $0.number == number }) else {
            let oldest = revisions.first?.number ?? 0
            return .unknown(
                number < oldest
                    ? "revision \(number) is forgotten; the oldest that is kept is \(oldest)"
                    : "there is no revision \(number); the newest is \(revision)")
        }
        var next = target.standing
        // What the files say is not undone: they are asked again when they change.
        next.files = standing.files
        if next.posted == nil {
            next.base = fileBase
            let names = Set(fileBase.bootstrap?.routeNames ?? [])
            next.routes = next.routes.filter { names.contains($0.key) }
        }
        guard next.base.errors.isEmpty else { return .refused(next.base.errors.map(Self.finding)) }
        let changes = Self.changes(from: standing, to: next)
        return await commit(next, changes, origin: origin ?? "rollback to \(number)", isDryRun: isDryRun)
    }

    /// Every rule that differs, and the bootstrap and routes if they do.
    static func changes(from old: Standing, to new: Standing) -> [Revision.Change] {
        let delta = Delta(from: old, to: new)
        var changes = delta.applied.map { rule in
            let before = old.rules[rule.name]
            let isSame = before?.written == rule.written
            return Revision.Change(
                resource: rule.name.description, change: before == nil ? .created : .configured,
                effects: isSame ? ["it is as old again as it was then"] : RuleEffects.of(before, rule))
        }
        changes += delta.removed.map { name in
            Revision.Change(
                resource: name.description, change: .deleted, effects: RuleEffects.of(old.rules[name], nil))
        }
        if delta.bootstrap != nil { changes.append(Revision.Change(resource: "bootstrap", change: .configured)) }
        changes += delta.routes.map { route in
            let change: RuleChange =
                route.text == nil ? .deleted : old.routes[route.name] == nil ? .created : .configured
            return Revision.Change(resource: "routes/\(route.name)", change: change)
        }
        return changes
    }

    // MARK: Locking

    func conflict(_ ifMatch: String?) -> RuleOutcome? {
        guard let ifMatch, ifMatch != "*", !Self.tags(ifMatch).contains("\(revision)") else { return nil }
        return .conflict("revision \(revision) is in force, not \(ifMatch): somebody else has changed the rules")
    }

    func tag(of name: RuleName) -> String { "\(lastChanged[name] ?? 0)" }

    /// The tags of an If-Match header (RFC 9110, 13.1.1), without their quotes.
    static func tags(_ header: String) -> [String] {
        header.split(separator: ",").map { tag in String(tag.filter { $0 != " " && $0 != "\t" && $0 != "\"" }) }
    }
}

extension RuleReading {
    /// Documents that are no rules, each with the warning that says so, by line.
    var leftOut: [(line: Int, change: Revision.Change)] {
        let kept = Set(rules.map(\.name.description))
        return warnings.filter { !kept.contains($0.resource) }.map { warning in
            (
                warning.diagnostic.source.line,
                Revision.Change(resource: warning.resource, change: .unchanged, warnings: [warning.diagnostic.message])
            )
        }
    }
}
