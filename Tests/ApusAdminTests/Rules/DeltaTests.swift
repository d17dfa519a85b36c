import ApusConfig
import ApusProxy
import Testing

@testable import ApusAdmin

@Suite("What a revision changes is told in a record that does it again")
struct DeltaTests {
    /// Chance that is the same every time.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    /// Names, documents and what the files said, in order.
    private func shown(_ standing: Standing) -> [String] {
        standing.rules.all.map { "\($0.name) \($0.document.json)" }
            + standing.files.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.value.json)" }
            + standing.routes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
            + [standing.posted ?? "-"]
    }

    private func readAgain(_ delta: Delta, number: Int) throws -> RecordedChange {
        let revision = Revision(
            number: number, time: "now", origin: "test", changes: [], standing: Standing(base: StoreFixture.empty))
        let bytes = delta.record(of: revision).bytes
        let (record, end) = try #require(RuleJournal.Record.read(bytes, at: 0))
        #expect(end == bytes.count)
        return try RecordedChange(record, namespace: "other")
    }

    @Test("Whatever is done, doing its record again gives the same rules in the same order", arguments: 1...40)
    func again(seed: Int) throws {
        var dice = Dice(state: UInt64(seed))
        var real = Standing(base: StoreFixture.empty)
        var again = real
        var history = [real]
        let names = ["a", "b", "c", "d", "e", "f"]
        for number in 1...25 {
            var next = real
            switch Int.random(in: 0..<6, using: &dice) {
            case 0, 1:
                for _ in 0...Int.random(in: 0...3, using: &dice) {
                    let text = StoreFixture.rule(
                        names.randomElement(using: &dice) ?? "a", status: Int.random(in: 200...203, using: &dice))
                    for rule in try StoreFixture.rules(text) { next.rules.apply(rule) }
                }
            case 2:
                next.rules.remove(
                    RuleName(
                        kind: .virtualService, namespace: "default", name: names.randomElement(using: &dice) ?? "a"))
            case 3:
                next = history.randomElement(using: &dice) ?? real
            case 4:
                let text = names.filter { _ in Bool.random(using: &dice) }.map { StoreFixture.rule($0, status: 204) }
                _ = next.adopt(try StoreFixture.rules(text.joined(separator: "---\n")))
            default:
                next.posted = Bool.random(using: &dice) ? "static_resources: {}\n" : nil
                let routes = "name: r\nvirtual_hosts: []\n"
                next.routes["r"] = Bool.random(using: &dice) ? try PutRoutes.read(routes, name: "r") : nil
            }
            let recorded = try readAgain(Delta(from: real, to: next), number: number)
            #expect(recorded.number == number)
            try again.apply(recorded.delta, StoreFixture.options())
            real = next
            history.append(real)
            #expect(shown(again) == shown(real))
        }
        // And all at once, as a journal that is written anew has it.
        var atOnce = Standing(base: StoreFixture.empty)
        try atOnce.apply(
            readAgain(Delta(from: atOnce, to: real), number: 1).delta, StoreFixture.options())
        #expect(shown(atOnce) == shown(real))
    }

    @Test("Documents of odd texts are the same after a record")
    func oddTexts() throws {
        let pieces = [
            "1.0", "yes", "~", "\n", " ", "\t", "-- lua\n", "a: b", "#", "'", "\"", "\\", "é", "😀", "\u{85}",
            "\u{2028}",
            "\u{FEFF}", "%", "|", ">", "&a", "*a", "---", "...", "{", "]", ",", "\r\n", "\u{1}", "0x1", "null", "-",
            "?",
            "\u{7F}", "\u{FFFD}", "=", "<<", "1_000", "1e3", "0o7", ".inf", "12:30:45", "@", "`", "!",
        ]
        var dice = Dice(state: 99)
        for _ in 0..<3000 {
            let length = Int.random(in: 0...5, using: &dice)
            let text = (0..<length).map { _ in pieces.randomElement(using: &dice) ?? "" }.joined()
            let value = ConfigValue.members(
                ("v", .string(text)), ("list", .array([.string(text), .null, .bool(true), .number(1.5)])),
                ("deep", .members((text.isEmpty ? "key" : text, .members(("x", .string(text)))))))
            let isSame = (ConfigValue(text: value.yaml) == value, ConfigValue(text: value.json) == value)
            #expect(isSame == (true, true), "\(value.json)")
        }
    }

    @Test("Code of many lines, numbers as texts and long documents come back as they were written")
    func realDocuments() throws {
        let code = "function envoy_on_request(h)\n  h:headers():add(\"a\", \"1.0\") -- 'x'\n\tend\n\n  --[[\n ]]\n"
        let document = ConfigValue.members(
            ("apiVersion", .string("v1")), ("kind", .string("Secret")),
            (
                "metadata",
                .members(
                    ("name", .string("s")), ("namespace", .string("default")),
                    (
                        "annotations",
                        .members(("code", .string(code)), ("yes", .string("1.0")), ("time", .string("12:30")))
                    ))
            ), ("stringData", .members(("cert", .string("x")), ("key", .string("y")))))
        let rules = try StoreFixture.rules(document.yaml)
        var standing = Standing(base: StoreFixture.empty)
        for rule in rules { standing.rules.apply(rule) }
        #expect(standing.rules.all.first?.document == document)
        let recorded = try readAgain(Delta(from: Standing(base: StoreFixture.empty), to: standing), number: 1)
        #expect(recorded.delta.applied.map(\.document) == [document])
    }

    @Test("What was within the limits once is no matter of limits in the record")
    func limits() throws {
        // Small values close together, which many documents of one text could not have.
        let list = ConfigValue.array((0..<3000).map { .number(Double($0 % 10)) })
        var standing = Standing(base: StoreFixture.empty)
        for number in 0..<600 {
            let document = ConfigValue.members(
                ("apiVersion", .string("v1")), ("kind", .string("Secret")),
                ("metadata", .members(("name", .string("s\(number)")), ("x", number == 0 ? list : .null))),
                ("stringData", .members(("cert", .string("x")))))
            for rule in try StoreFixture.rules(document.json) { standing.rules.apply(rule) }
        }
        let recorded = try readAgain(Delta(from: Standing(base: StoreFixture.empty), to: standing), number: 1)
        #expect(recorded.delta.applied.count == 600)
    }
}
