import ApusConfig
import Testing

@testable import apus

@Suite("Rules that people name")
struct NamedRulesTests {
    private func parse(_ words: String...) throws -> [NamedRules] { try NamedRules.parse(words) }

    @Test("Kinds, kinds with names, and kind/name, in kubectl's ways")
    func ways() throws {
        #expect(try parse() == [NamedRules()])
        #expect(try parse("all") == [NamedRules()])
        #expect(try parse("vs") == [NamedRules(kind: .virtualService)])
        #expect(try parse("vs,dr") == [NamedRules(kind: .virtualService), NamedRules(kind: .destinationRule)])
        #expect(try parse("vs/reviews") == [NamedRules(kind: .virtualService, name: "reviews")])
        #expect(
            try parse("virtualservices", "a", "b")
                == [NamedRules(kind: .virtualService, name: "a"), NamedRules(kind: .virtualService, name: "b")])
        #expect(
            try parse("VirtualService/shop/reviews")
                == [NamedRules(kind: .virtualService, namespace: "shop", name: "reviews")])
        #expect(try parse("serviceentries.networking.istio.io") == [NamedRules(kind: .serviceEntry)])
    }

    @Test("What is wrong is said with a way out")
    func wrong() {
        for (words, reason) in [
            (["reviews"], "there is no kind 'reviews'; kinds are virtualservice (vs)"),
            (["vs/a", "b"], "'b' is not kind/name"), (["vs/"], "'vs/' is not kind/name"),
            (["all", "a"], "write 'all' alone"), (["vs,"], "there is no kind ''"),
        ] {
            do {
                _ = try NamedRules.parse(words)
                Issue.record("\(words) was taken")
            } catch { #expect(error.description.contains(reason), "\(error)") }
        }
    }
}
