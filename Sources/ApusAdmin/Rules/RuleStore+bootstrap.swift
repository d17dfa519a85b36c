import ApusConfig

extension RuleStore {
    /// Puts a whole bootstrap in the place of the one in force, and of the route configurations that were put into that.
    /// Connections stay where their listener's address stays.
    func post(bootstrap text: String, isDryRun: Bool = false, ifMatch: String? = nil) async -> RuleOutcome {
        await enter()
        defer { leave() }
        if let conflict = conflict(ifMatch) { return conflict }
        let result = options.read(text, "body")
        guard result.errors.isEmpty, result.bootstrap != nil else {
            return .refused(result.errors.map(Self.finding))
        }
        var next = standing
        next.base = result
        next.posted = text
        next.routes = [:]
        let change = Revision.Change(
            resource: "bootstrap", change: standing.posted == text ? .unchanged : .configured,
            warnings: result.warnings.map(\.description))
        return await commit(next, [change] + routesGone, origin: "api", isDryRun: isDryRun)
    }

    /// Puts a route configuration in the place of the bootstrap's of that name.
    func put(routes text: String, name: String, isDryRun: Bool = false, ifMatch: String? = nil) async -> RuleOutcome {
        await enter()
        defer { leave() }
        if let conflict = conflict(ifMatch) { return conflict }
        let known = standing.base.bootstrap?.routeNames ?? []
        guard known.contains(name) else {
            let names = known.filter { !$0.isEmpty }.map { "'\($0)'" }.joined(separator: ", ")
            return .unknown(
                "the bootstrap has no route configuration named '\(name)'"
                    + (names.isEmpty ? "" : "; there is \(names)"))
        }
        var next = standing
        do {
            next.routes[name] = try PutRoutes.read(text, name: name)
        } catch {
            return .refused(error.diagnostics.map(Self.finding))
        }
        let change = Revision.Change(
            resource: "routes/\(name)", change: standing.routes[name]?.text == text ? .unchanged : .configured)
        return await commit(next, [change], origin: "api", isDryRun: isDryRun)
    }

    /// Reads the bootstrap's file again: all or nothing, and in the place of whatever was posted or put. The errors, when it
    /// was refused.
    public func reload() async -> [Diagnostic] {
        guard let load = options.loadBase else {
            return [Diagnostic(source: SourceMark(), path: "", message: "this proxy was not started from a file")]
        }
        await enter()
        defer { leave() }
        let result = load()
        guard result.errors.isEmpty, result.bootstrap != nil else { return result.errors }
        var next = standing
        next.base = result
        next.posted = nil
        next.routes = [:]
        let change = Revision.Change(resource: "bootstrap", change: .configured)
        switch await commit(next, [change] + routesGone, origin: "reload") {
        case .done:
            fileBase = result
            return []
        case .refused(let findings): return findings.map(\.diagnostic)
        case .failed(let reason), .conflict(let reason), .unknown(let reason):
            return [Diagnostic(source: SourceMark(file: "reload", line: 0), path: "", message: reason)]
        }
    }

    /// What a whole bootstrap takes the place of.
    private var routesGone: [Revision.Change] {
        standing.routes.keys.sorted().map { Revision.Change(resource: "routes/\($0)", change: .deleted) }
    }

    static func finding(_ diagnostic: Diagnostic) -> RuleFinding {
        RuleFinding(document: diagnostic.source.line > 0 ? 1 : 0, resource: "", diagnostic: diagnostic)
    }
}
