import ApusConfig
import Testing

@testable import ApusAdmin

@Suite("What files say beside what is applied")
final class StandingTests {
    private var standing = Standing(base: StoreFixture.empty)

    private func files(_ texts: String...) throws -> [String] {
        standing.adopt(try StoreFixture.rules(texts.joined(separator: "---\n"))).map {
            "\($0.resource.split(separator: "/").last ?? "") \($0.change.rawValue)"
        }
    }

    private func apply(_ text: String) throws {
        for rule in try StoreFixture.rules(text) { standing.rules.apply(rule) }
    }

    private func remove(_ name: String) {
        standing.rules.remove(RuleName(kind: .virtualService, namespace: "default", name: name))
    }

    @Test("What is applied over a file's rule stays until the file says something else")
    func appliedOver() throws {
        #expect(try files(StoreFixture.rule("a"), StoreFixture.rule("b")) == ["a created", "b created"])
        try apply(StoreFixture.rule("a", status: 202))
        #expect(try files(StoreFixture.rule("a"), StoreFixture.rule("b", status: 203)) == ["b configured"])
        #expect(StoreFixture.shown(standing) == ["a 202", "b 203"])
        #expect(try files(StoreFixture.rule("a", status: 204), StoreFixture.rule("b", status: 203)) == ["a configured"])
        #expect(StoreFixture.shown(standing) == ["a 204", "b 203"])
    }

    @Test("What was deleted here does not come back with the next look, and what leaves the files is removed")
    func removed() throws {
        _ = try files(StoreFixture.rule("a"), StoreFixture.rule("b"))
        remove("a")
        #expect(try files(StoreFixture.rule("a"), StoreFixture.rule("b")) == [])
        #expect(StoreFixture.shown(standing) == ["b 201"])
        #expect(try files(StoreFixture.rule("a")) == ["b deleted"])
        #expect(standing.rules.count == 0)
    }

    @Test("Rules that never came from files are none of their business")
    func strangers() throws {
        try apply(StoreFixture.rule("x"))
        _ = try files(StoreFixture.rule("a"))
        #expect(try files() == ["a deleted"])
        #expect(StoreFixture.shown(standing) == ["x 201"])
    }

    @Test("Of a rule that is there twice the last counts, at every look")
    func twice() throws {
        let both = [StoreFixture.rule("a", status: 201), StoreFixture.rule("a", status: 202)]
        #expect(try files(both[0], both[1]) == ["a created"])
        #expect(StoreFixture.shown(standing) == ["a 202"])
        #expect(try files(both[0], both[1], StoreFixture.rule("b")) == ["b created"])
        #expect(StoreFixture.shown(standing) == ["a 202", "b 201"])
    }
}
