import ApusConfig
import Foundation
import Testing

@testable import ApusAdmin

@Suite("What outlives the process")
struct RuleStateTests {
    private func name(_ name: String) -> RuleName {
        RuleName(kind: .virtualService, namespace: "default", name: name)
    }

    /// Names and statuses after another start.
    private func restarted(_ state: String, paths: [String] = []) async throws -> [String] {
        StoreFixture.shown(try await StoreFixture.store(state: state, paths: paths).standing)
    }

    @Test("A way back restores the order of first apply, also across restarts")
    func order() async throws {
        let state = try StoreFixture.folder()
        do {
            let store = try await StoreFixture.store(state: state)
            _ = await store.apply(StoreFixture.rule("a", host: "x.example"))
            let both = await store.apply(StoreFixture.rule("b", status: 202, host: "x.example"))
            let target = try #require(both.revision)
            _ = await store.delete(name("a"))
            _ = await store.apply(StoreFixture.rule("a", host: "x.example"))
            #expect(StoreFixture.shown(await store.standing) == ["b 202", "a 201"])
            let back = await store.rollBack(to: target)
            #expect(back.revision == target + 3)
            #expect(StoreFixture.shown(await store.standing) == ["a 201", "b 202"])
        }
        #expect(try await restarted(state) == ["a 201", "b 202"])
    }

    @Test("Which rules are the files' is known after a restart, also when nothing else has changed")
    func files() async throws {
        let state = try StoreFixture.folder()
        let path = try StoreFixture.folder()
        do {
            let store = try await StoreFixture.store(state: state, paths: [path])
            _ = await store.apply(StoreFixture.rule("a"))
            let before = await store.revision
            // The same document appears in a file: no change, but the rule is the file's from now on.
            try StoreFixture.write(StoreFixture.rule("a"), path + "/a.yaml")
            try await StoreFixture.eventually {
                await store.lookAtFiles()
                return await store.standing.files.count == 1
            }
            #expect(await store.revision == before)
        }
        do {
            let store = try await StoreFixture.store(state: state, paths: [path])
            #expect(await store.revisions.count == 2)
            #expect(await store.standing.files.count == 1)
        }
        try FileManager.default.removeItem(atPath: path + "/a.yaml")
        #expect(try await restarted(state, paths: [path]) == [])
    }

    @Test("What was deleted here does not come back from unchanged files with a restart")
    func deletedStays() async throws {
        let state = try StoreFixture.folder()
        let path = try StoreFixture.folder()
        try StoreFixture.write(StoreFixture.rule("a") + "---\n" + StoreFixture.rule("b"), path + "/a.yaml")
        do {
            let store = try await StoreFixture.store(state: state, paths: [path])
            _ = await store.delete(name("a"))
        }
        #expect(try await restarted(state, paths: [path]) == ["b 201"])
    }

    @Test("A journal that was written anew says the same: rules, order, files, numbers")
    func shortened() async throws {
        let state = try StoreFixture.folder()
        let path = try StoreFixture.folder()
        try StoreFixture.write(StoreFixture.rule("f", status: 207), path + "/f.yaml")
        let count = 2 * RuleJournal.mostRecords + 60
        do {
            let store = try await StoreFixture.store(state: state, paths: [path])
            for number in 0..<count {
                _ = await store.apply(StoreFixture.rule("r\(number % 5)", status: 200 + number % 300))
                if number % 50 == 0 { _ = await store.delete(name("r\(number % 5)")) }
            }
            let bytes = try #require(FileManager.default.contents(atPath: state + "/journal"))
            #expect(RuleJournal.read(Array(bytes)).records.count < RuleJournal.mostRecords)
            #expect(await store.revisions.count == RuleStore.mostRevisions)
        }
        let before = try await StoreFixture.store(state: state, paths: [path])
        let (standing, revision) = await before.inForceNow
        let oldest = await before.revisions.first
        #expect(standing.files.count == 1)
        #expect(standing.rules.count >= 5)
        let reason = await before.rollBack(to: 1).unknown
        #expect(reason?.contains("forgotten") == true)
        let back = await before.rollBack(to: oldest?.number ?? 0)
        #expect(back.revision == revision + 1)
        #expect(StoreFixture.shown(await before.standing) == oldest.map { StoreFixture.shown($0.standing) })
    }

    @Test("A foreign file is put aside whole, and the start goes on without it")
    func foreign() async throws {
        let state = try StoreFixture.folder()
        let foreign = "somebody else's notes\n"
        try StoreFixture.write(foreign, state + "/journal")
        let store = try await StoreFixture.store(state: state)
        #expect(await store.journalProblems.count == 1)
        #expect(try String(contentsOfFile: state + "/journal.aside-1", encoding: .utf8) == foreign)
        #expect(await store.apply(StoreFixture.rule("a")).accepted?.isStored == true)
    }

    @Test("Wherever a kill cuts the journal off, what was there before is there, and what is cut is put aside")
    func cut() async throws {
        let state = try StoreFixture.folder()
        do {
            let store = try await StoreFixture.store(state: state)
            for number in 0..<4 { _ = await store.apply(StoreFixture.rule("r\(number)")) }
        }
        let whole = try #require(FileManager.default.contents(atPath: state + "/journal"))
        let records = RuleJournal.read(Array(whole)).records
        var ends = [RuleJournal.header.utf8.count]
        for record in records { ends.append((ends.last ?? 0) + record.bytes.count) }
        for end in stride(from: whole.count, to: 0, by: -37) {
            let place = try StoreFixture.folder()
            try whole[..<end].write(to: URL(fileURLWithPath: place + "/journal"))
            let store = try await StoreFixture.store(state: place)
            let complete = max(0, ends.count { $0 <= end } - 1)
            // The first record is the start's.
            #expect(await store.standing.rules.count == max(0, complete - 1))
            #expect(await store.journalProblems.isEmpty == ends.contains(end))
            try FileManager.default.removeItem(atPath: place)
        }
    }

    @Test("Nobody else may read the state: secrets are rules, too")
    func permissions() async throws {
        let state = try StoreFixture.folder() + "/new"
        let store = try await StoreFixture.store(state: state)
        _ = await store.apply(StoreFixture.rule("a"))
        for (path, wanted) in [(state, 0o700), (state + "/journal", 0o600), (state + "/lock", 0o600)] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == wanted, "\(path)")
        }
    }

    @Test("A bootstrap that was posted and cannot be read any more hinders no start once another is in force")
    func oldBootstrap() async throws {
        let state = try StoreFixture.folder()
        do {
            let store = try await StoreFixture.store(state: state)
            #expect(await store.post(bootstrap: "node: {id: one}\n").revision == 2)
            #expect(await store.post(bootstrap: "node: {id: two}\n").revision == 3)
        }
        var options = StoreFixture.options(state: state)
        options.read = { text, file in
            ConfigurationLoader.load(
                text: text.contains("one") ? "node: {is: gone}" : text, file: file, readFile: { _ in [] })
        }
        let store = RuleStore(options)
        _ = try await store.begin()
        #expect(await store.standing.posted == "node: {id: two}\n")
        #expect(await !store.rollBack(to: 2).findings.isEmpty)
        #expect(await store.revision == 3)
    }
}
