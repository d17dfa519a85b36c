import ApusConfig
import ApusProxy
import Logging

/// What serves a configuration; a running proxy.
public protocol ConfigurationServing: Sendable {
    /// All or nothing; returns once every worker serves it.
    func replace(with configuration: LoadResult) async throws
    /// The same, with the rules that went into it, for one who serves them to several sidecars.
    func replace(with configuration: LoadResult, rules: RuleSet) async throws
    /// Gauges to show among the statistics, by name, from now on.
    func show(gauges: [String: Int]) async
    /// The answers so far of the clusters that a test of their names picks.
    func answers(of isWanted: @escaping @Sendable (String) -> Bool) async -> ServiceReading
    /// What a listener's routes make of a request; nil: nothing listens there, or not for these virtual hosts.
    func find(_ request: AskedRequest, listener: String, hosts: [VirtualHost]) async -> RouteFinding?
}

extension ConfigurationServing {
    public func replace(with configuration: LoadResult, rules: RuleSet) async throws {
        try await replace(with: configuration)
    }
}

extension Proxy: ConfigurationServing {}

/// The rules in force, their history, and the way from a change that somebody asks for to its being in force, stored and
/// confirmed. One change at a time.
public actor RuleStore {
    /// Revisions that can be gone back to: so many, and fewer when they have changed more than so many bytes.
    static let mostRevisions = 200
    static let mostBytes = 32 << 20
    /// Warnings of one document, and effects of its change, that are told and remembered: a document of a hundred
    /// thousand rules has something to say of each.
    static let mostLines = 100

    public struct Options: Sendable {
        public var identity = ProxyIdentity()
        /// The bootstrap of the start.
        public var base: LoadResult
        /// Reads the bootstrap's file again; nil: there is none.
        public var loadBase: (@Sendable () -> LoadResult)?
        /// Reads a bootstrap that was posted.
        public var read: @Sendable (_ text: String, _ file: String) -> LoadResult
        /// Files and directories of rules.
        public var paths: [String] = []
        /// Where rules and history outlive this process; nil: nowhere.
        public var stateDirectory: String?
        public var log = Logger(label: "apus.rules")

        public init(base: LoadResult, read: @escaping @Sendable (_ text: String, _ file: String) -> LoadResult) {
            self.base = base
            self.read = read
        }
    }

    let options: Options
    var log: Logger { options.log }
    var identity: ProxyIdentity { options.identity }
    let compiler: RuleCompiler
    private(set) var serving: (any ConfigurationServing)?
    private var journal: RuleJournal?
    private(set) var standing: Standing
    /// What the bootstrap's file said when it was read last.
    var fileBase: LoadResult
    private(set) var revisions: [Revision] = []
    /// What is served, rules and all, in Envoy's terms.
    private(set) var inForce: Bootstrap?
    /// The revision in which a rule was last changed.
    private(set) var lastChanged: [RuleName: Int] = [:]
    /// Rules of which the compiler was last told something else than what stands.
    private var unsettled: Set<RuleName> = []
    private var isFirstCompile = true
    var directories: RuleDirectories
    var watching: Task<Void, Never>?
    /// The newest change that is, or was, watched.
    var watch: ApplyWatch?
    /// What was put aside when the journal was opened.
    private(set) var journalProblems: [String] = []
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Why there can be no start.
    public struct Refusal: Error {
        public let findings: [RuleFinding]
        public let message: String
    }

    public init(_ options: Options) {
        self.options = options
        compiler = RuleCompiler(identity: options.identity)
        standing = Standing(base: options.base)
        fileBase = options.base
        directories = RuleDirectories(paths: options.paths, namespace: options.identity.namespace)
    }

    public var isStored: Bool { journal != nil }
    /// The rules in force.
    public var rules: RuleSet { standing.rules }
    var revision: Int { revisions.last?.number ?? 0 }
    /// What is in force and its number: both of the same moment.
    var inForceNow: (standing: Standing, revision: Int) { (standing, revision) }
    /// A rule and the revision that changed it last: both of the same moment.
    func rule(_ name: RuleName) -> (rule: Rule, tag: String)? { standing.rules[name].map { ($0, tag(of: name)) } }

    // MARK: Start

    /// Takes up what was stored, then the files, and gives the configuration to start with. Throws a `Refusal` when
    /// there is a bad document in the files, or the state cannot be used.
    public func begin() throws -> LoadResult {
        if let directory = options.stateDirectory { try takeUp(directory) }
        guard standing.base.errors.isEmpty else {
            throw Refusal(findings: standing.base.errors.map(Self.finding), message: "")
        }
        let found = directories.read()
        guard found.errors.isEmpty else { throw Refusal(findings: found.findings, message: "") }
        for warning in found.warnings { log.warning("\(warning.diagnostic)") }
        var next = standing
        let changes = next.adopt(found.rules)
        let compiled = compile(next, changed: nil)
        let delta = Delta(from: standing, to: next)
        do {
            if revisions.isEmpty || changes.contains(where: { $0.change != .unchanged }) {
                let first = Revision(
                    number: revision + 1, time: TimeText.now, origin: "start", changes: told(changes, by: compiled),
                    standing: next)
                try journal?.append(delta.record(of: first))
                standing = next
                note(first, delta)
            } else {
                try amend(next, delta)
            }
        } catch {
            throw Refusal(findings: [], message: "\(error)")
        }
        let configuration = configuration(next, compiled)
        inForce = configuration.bootstrap
        return configuration
    }

    /// The proxy that serves what `begin` gave; changes go there from now on, and files are watched.
    public func attach(_ serving: any ConfigurationServing) async {
        self.serving = serving
        await tellGauges()
        watchFiles()
    }

    public func stop() { watching?.cancel() }

    private func takeUp(_ directory: String) throws {
        do {
            let (journal, found) = try RuleJournal.open(directory)
            journalProblems = found.problems
            for problem in found.problems { log.error("state put aside", metadata: ["problem": "\(problem)"]) }
            for record in found.records {
                let recorded = try RecordedChange(record, namespace: identity.namespace)
                try standing.apply(recorded.delta, options)
                if let last = revisions.indices.last, revisions[last].number == recorded.number {
                    revisions[last].standing = standing
                    continue
                }
                let revision = Revision(
                    number: recorded.number, time: recorded.time, origin: recorded.origin, changes: recorded.changes,
                    standing: standing)
                note(revision, recorded.delta)
            }
            if journal.records > RuleJournal.mostRecords || journal.isLong { try shorten(journal) }
            self.journal = journal
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(findings: [], message: "state: \(error)")
        }
    }

    private func note(_ revision: Revision, _ delta: Delta) {
        var revision = revision
        revision.size = delta.size
        revisions.append(revision)
        // What the oldest that stays is made of is there in any case.
        var size = revisions.dropFirst().reduce(0) { $0 + $1.size }
        var forgotten = 0
        while forgotten < revisions.count - 1, revisions.count - forgotten > Self.mostRevisions || size > Self.mostBytes
        {
            forgotten += 1
            size -= revisions[forgotten].size
        }
        revisions.removeFirst(forgotten)
        for name in delta.changedRules {
            lastChanged[name] = revision.standing.rules[name] == nil ? nil : revision.number
        }
    }

    /// Keeps what is none of a rule's business but must outlive the process: which rules are those of files.
    private func amend(_ next: Standing, _ delta: Delta) throws {
        guard !delta.files.isEmpty, let last = revisions.indices.last else { return }
        var record = Delta()
        record.files = delta.files
        var same = revisions[last]
        same.changes = []
        try journal?.append(record.record(of: same))
        standing.files = next.files
        revisions[last].standing.files = next.files
    }

    /// Leaves out of the journal what can no longer be gone back to.
    private func shorten(_ journal: RuleJournal) throws {
        var records: [RuleJournal.Record] = []
        var before = Standing(base: options.base)
        for revision in revisions {
            records.append(Delta(from: before, to: revision.standing).record(of: revision))
            before = revision.standing
        }
        try journal.rewrite(records)
    }

    // MARK: Changes

    /// Waits for its turn: changes come one after the other, however many ask at once.
    func enter() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    }

    /// Puts what is to stand in force, stores it, and only then says so. `reading` is what findings are told about.
    func commit(
        _ next: Standing, _ changes: [Revision.Change], origin: String, isDryRun: Bool = false,
        reading: RuleReading = RuleReading()
    ) async -> RuleOutcome {
        let delta = Delta(from: standing, to: next)
        let compiled = compile(next, changed: delta.changedRules)
        let told = told(changes, by: compiled)
        let isChange = changes.contains { $0.change != .unchanged }
        if isDryRun || !isChange {
            unsettled.formUnion(delta.changedRules)
            let problems = isDryRun ? check(next, compiled, reading) : []
            if !problems.isEmpty { return .refused(problems) }
            if !isDryRun {
                do { try amend(next, delta) } catch {
                    return .failed("the names of files' rules could not be stored: \(error)")
                }
            }
            return .done(
                AcceptedChange(changes: told, revision: revision, isDryRun: isDryRun, isStored: isStored))
        }
        let fresh = Revision(
            number: revision + 1, time: TimeText.now, origin: origin, changes: told, standing: next)
        let configuration = configuration(next, compiled)
        do {
            try await serving?.replace(with: configuration, rules: next.rules)
        } catch {
            unsettled.formUnion(delta.changedRules)
            return refusal(error, reading)
        }
        do {
            try journal?.append(delta.record(of: fresh))
        } catch {
            unsettled.formUnion(delta.changedRules)
            let old = compile(standing, changed: nil)
            try? await serving?.replace(with: self.configuration(standing, old), rules: standing.rules)
            log.error("change not stored, the old rules stay", metadata: ["reason": "\(error)"])
            return .failed("the change could not be stored, so that the old rules stay: \(error)")
        }
        standing = next
        inForce = configuration.bootstrap
        note(fresh, delta)
        if let journal, journal.isLong {
            do { try shorten(journal) } catch { log.warning("journal not shortened", metadata: ["reason": "\(error)"]) }
        }
        log.info(
            "rules changed",
            metadata: ["revision": "\(fresh.number)", "origin": "\(origin)", "changes": "\(changes.count)"])
        await tellGauges()
        return .done(AcceptedChange(changes: told, revision: fresh.number, isStored: isStored))
    }

    private func compile(_ next: Standing, changed: [RuleName]?) -> CompiledRules {
        defer { isFirstCompile = false }
        guard let changed, !isFirstCompile else {
            unsettled = []
            return compiler.compile(next.rules)
        }
        let all = unsettled.union(changed)
        unsettled = []
        return compiler.compile(next.rules, changed: Array(all))
    }

    private func told(_ changes: [Revision.Change], by compiled: CompiledRules) -> [Revision.Change] {
        changes.map { change in
            var change = change
            if let name = RuleName(change.resource) { change.warnings += compiled.warnings[name] ?? [] }
            change.warnings.limit(to: Self.mostLines, "warnings")
            change.effects.limit(to: Self.mostLines, "effects")
            return change
        }
    }

    private func configuration(_ standing: Standing, _ compiled: CompiledRules) -> LoadResult {
        standing.configuration(compiled)
    }

    /// What serving would refuse.
    private func check(_ next: Standing, _ compiled: CompiledRules, _ reading: RuleReading) -> [RuleFinding] {
        Proxy.check(configuration(next, compiled)).filter { $0.severity == .error }.map { finding($0, reading) }
    }

    private func refusal(_ error: any Error, _ reading: RuleReading) -> RuleOutcome {
        guard let refusal = error as? Proxy.Refusal else { return .failed("\(error)") }
        let errors = refusal.diagnostics.filter { $0.severity == .error }
        return errors.isEmpty ? .failed(refusal.message) : .refused(errors.map { finding($0, reading) })
    }

    /// Says which document a place is in.
    private func finding(_ diagnostic: Diagnostic, _ reading: RuleReading) -> RuleFinding {
        let index = reading.rules.lastIndex {
            $0.source.file == diagnostic.source.file && $0.source.line <= diagnostic.source.line
        }
        return RuleFinding(
            document: index.map { $0 + 1 } ?? 0, resource: index.map { reading.rules[$0].name.description } ?? "",
            diagnostic: diagnostic)
    }
}

extension [String] {
    /// Leaves out what is behind a number of lines, and says so.
    fileprivate mutating func limit(to most: Int, _ what: String) {
        guard count > most else { return }
        let rest = count - most
        removeLast(rest)
        append("and \(rest) more \(what)")
    }
}
