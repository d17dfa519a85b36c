import ApusConfig
import ApusProxy
import Foundation
import Synchronization
import Testing

@testable import ApusAdmin

private struct Told: Error {}

/// Takes configurations and remembers the newest; refuses them when told to.
private final class FakeServing: ConfigurationServing {
    private let state = Mutex((served: 0, refuses: false, gauges: [String: Int]()))

    var served: Int { state.withLock { $0.served } }
    var gauges: [String: Int] { state.withLock { $0.gauges } }
    func refuse(_ refuses: Bool) { state.withLock { $0.refuses = refuses } }

    func replace(with configuration: LoadResult) async throws {
        try state.withLock {
            if $0.refuses { throw Told() }
            $0.served += 1
        }
    }

    func show(gauges: [String: Int]) async { state.withLock { $0.gauges = gauges } }
    func answers(of isWanted: @escaping @Sendable (String) -> Bool) async -> ServiceReading { ServiceReading() }
    func find(_ request: AskedRequest, listener: String, hosts: [VirtualHost]) async -> RouteFinding? { nil }
}

@Suite("The store of rules")
struct RuleStoreTests {
    private func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func store(state: String? = nil, paths: [String] = []) async throws -> (RuleStore, FakeServing) {
        let empty = LoadResult(bootstrap: Bootstrap(), diagnostics: [], document: .object([]))
        var options = RuleStore.Options(base: empty) { text, file in
            ConfigurationLoader.load(text: text, file: file, readFile: { _ in [] })
        }
        options.identity.outbound = .socket(host: "127.0.0.1", port: 15001)
        options.stateDirectory = state
        options.paths = paths
        let store = RuleStore(options)
        _ = try await store.begin()
        let serving = FakeServing()
        await store.attach(serving)
        return (store, serving)
    }

    private func rule(_ name: String, status: Int = 201) -> String {
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: \(name)}
        spec: {hosts: [\(name).example], http: [{directResponse: {status: \(status)}}]}

        """
    }

    private func revision(_ outcome: RuleOutcome) -> Int? {
        if case .done(let accepted) = outcome { accepted.revision } else { nil }
    }

    @Test("A change is a revision; the same again is none; a bad document changes nothing")
    func changes() async throws {
        let (store, serving) = try await store()
        let first = await store.revision
        #expect(revision(await store.apply(rule("a"))) == first + 1)
        #expect(revision(await store.apply(rule("a"))) == first + 1)
        #expect(serving.served == 1)
        let outcome = await store.apply(rule("b") + "---\n" + rule("c", status: 7))
        guard case .refused(let findings) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(findings.first?.document == 2)
        #expect(findings.first?.resource == "VirtualService/default/c")
        #expect(findings.first.map { $0.diagnostic.source.line > 5 } == true)
        #expect(await store.standing.rules.count == 1)
        #expect(serving.gauges["apus.rules.count"] == 1)
    }

    @Test("What cannot be put in force is not kept, and a dry run changes nothing")
    func refusals() async throws {
        let (store, serving) = try await store()
        let first = await store.revision
        #expect(revision(await store.apply(rule("a"), isDryRun: true)) == first)
        #expect(await store.standing.rules.count == 0)
        serving.refuse(true)
        guard case .failed = await store.apply(rule("a")) else {
            Issue.record("a refused change was accepted")
            return
        }
        #expect(await store.standing.rules.count == 0)
        serving.refuse(false)
        #expect(revision(await store.apply(rule("a"))) == first + 1)
    }

    @Test("Whoever knows an older revision is told so")
    func locking() async throws {
        let (store, _) = try await store()
        let known = await store.revision
        _ = await store.apply(rule("a"))
        guard case .conflict = await store.apply(rule("b"), ifMatch: "\"\(known)\"") else {
            Issue.record("an old revision was taken")
            return
        }
        #expect(revision(await store.apply(rule("b"), ifMatch: "\"\(known + 1)\"")) == known + 2)
    }

    @Test("Going back brings what stood, as a revision of its own")
    func rollBack() async throws {
        let (store, _) = try await store()
        _ = await store.apply(rule("a"))
        let target = await store.revision
        _ = await store.apply(rule("a", status: 202))
        _ = await store.apply(rule("b"))
        #expect(revision(await store.rollBack(to: target)) == target + 3)
        #expect(await store.standing.rules.all.map(\.name.name) == ["a"])
        guard case .unknown = await store.rollBack(to: 99) else {
            Issue.record("there is no revision 99")
            return
        }
    }

    @Test("Rules, history and their order outlive the process, and a torn end of the journal does not hurt them")
    func restart() async throws {
        let state = try folder()
        do {
            let (store, _) = try await store(state: state)
            _ = await store.apply(rule("b"))
            _ = await store.apply(rule("a"))
            _ = await store.delete(RuleName(kind: .virtualService, namespace: "default", name: "b"))
            _ = await store.apply(rule("c"))
        }
        let journal = state + "/journal"
        let whole = try #require(FileManager.default.contents(atPath: journal))
        try (whole + Data("123 45 6".utf8)).write(to: URL(fileURLWithPath: journal))
        let (store, _) = try await store(state: state)
        #expect(await store.standing.rules.all.map(\.name.name) == ["a", "c"])
        #expect(await store.revisions.count >= 4)
        #expect(await !store.journalProblems.isEmpty)
        #expect(await store.isStored)
    }

    @Test("A second process may not use the same state")
    func lock() async throws {
        let state = try folder()
        let (store, _) = try await store(state: state)
        await #expect(throws: RuleStore.Refusal.self) { _ = try await self.store(state: state) }
        await store.stop()
    }

    @Test("Files are followed: a good change is applied, a bad one told, the old rules stay")
    func files() async throws {
        let path = try folder()
        try rule("a").write(toFile: path + "/a.yaml", atomically: true, encoding: .utf8)
        let (store, serving) = try await store(paths: [path])
        #expect(await store.standing.rules.all.map(\.name.name) == ["a"])
        try rule("a", status: 7).write(toFile: path + "/a.yaml", atomically: true, encoding: .utf8)
        try await eventually { serving.gauges["apus.rules.files_rejected"] == 1 }
        #expect(await store.standing.rules.count == 1)
        try rule("b").write(toFile: path + "/a.yaml", atomically: true, encoding: .utf8)
        try await eventually { await store.standing.rules.all.map(\.name.name) == ["b"] }
        #expect(serving.gauges["apus.rules.files_rejected"] == 0)
        await store.stop()
    }

    private func eventually(_ holds: () async -> Bool) async throws {
        for _ in 0..<600 {
            if await holds() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("it has not come about in 30 seconds")
    }
}

@Suite("The journal of rules")
struct RuleJournalTests {
    private let records = [
        RuleJournal.Record(head: "{\"revision\":1}", text: "a: 1\n"), RuleJournal.Record(head: "{}", text: ""),
        RuleJournal.Record(head: "{\"revision\":3}", text: String(repeating: "x\n", count: 300)),
    ]

    private var bytes: [UInt8] { records.reduce(Array(RuleJournal.header.utf8)) { $0 + $1.bytes } }

    @Test("Wherever the file ends, the records before that are whole")
    func truncated() {
        let bytes = bytes
        for end in 0...bytes.count {
            let (found, good) = RuleJournal.read(Array(bytes[..<end]))
            #expect(found == Array(records.prefix(found.count)))
            #expect(good <= end)
        }
        #expect(RuleJournal.read(bytes).records == records)
    }

    @Test("A byte that has changed ends what is read")
    func flipped() {
        let bytes = bytes
        for index in stride(from: 0, to: bytes.count, by: 3) {
            var broken = bytes
            broken[index] ^= 0x10
            let (found, _) = RuleJournal.read(broken)
            #expect(found.count < records.count)
            #expect(found == Array(records.prefix(found.count)))
        }
    }
}

@Suite("Terms of a watch")
struct ApplyWatchTests {
    @Test("Terms are read, and wrong ones refused")
    func terms() throws {
        let given = try ApplyWatch.Terms(watch: "1m30s", abortIf: "error_rate > 2%, p99 > 300ms")
        let terms = try #require(given)
        #expect(terms.length == .seconds(90))
        #expect(terms.mostErrors == 0.02)
        #expect(terms.slowest == 300)
        let none = try ApplyWatch.Terms(watch: nil, abortIf: nil)
        #expect(none == nil)
        for wrong in ["error_rate < 2%", "p99 > x", "p98 > 1s", "error_rate > 300%", ""] {
            #expect(throws: ApplyWatch.Terms.Wrong.self, "\(wrong)") {
                _ = try ApplyWatch.Terms(watch: "1s", abortIf: wrong)
            }
        }
    }

    @Test("A share of errors counts from ten answers on")
    func verdict() throws {
        let given = try ApplyWatch.Terms(watch: "1s", abortIf: "error_rate > 10%, p99 > 100ms")
        let terms = try #require(given)
        let watch = ApplyWatch(revision: 2, terms: terms, since: "")
        #expect(watch.reason(ServiceReading(answers: 9, errors: 9)) == nil)
        #expect(watch.reason(ServiceReading(answers: 100, errors: 10)) == nil)
        #expect(watch.reason(ServiceReading(answers: 100, errors: 11)) != nil)
        let slow = ServiceReading(answers: 10, errors: 0, milliseconds: Array(repeating: 500, count: 10))
        #expect(watch.reason(slow) != nil)
    }
}
