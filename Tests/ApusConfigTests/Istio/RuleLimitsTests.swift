import Testing

@testable import ApusConfig

@Suite("Texts that are made to cost much are refused before they do")
struct RuleLimitsTests {
    /// What is said first about a text, which must not take long.
    private func refusal(_ text: String) -> String? {
        let start = ContinuousClock.now
        let reading = RuleReader.read(text: text, file: "body")
        // Many times what it takes when other tests run beside it.
        #expect(ContinuousClock.now - start < .seconds(20))
        return reading.errors.first?.diagnostic.message
    }

    @Test("Millions of lines that each open an object are looked at once")
    func openObjects() {
        #expect(refusal(String(repeating: "{\n", count: 2 << 20)) != nil)
        #expect(refusal(String(repeating: "{\"a\":\n", count: 1 << 20)) != nil)
        #expect(refusal(String(repeating: "{\"a\":1}\n[\n", count: 1 << 18)) != nil)
    }

    @Test("Deep nesting of every kind is refused")
    func nesting() {
        for piece in ["[", "{a: ", "- ", "? "] {
            #expect(refusal("a: 1\nb: \n  " + String(repeating: piece, count: 1 << 20)) != nil, "\(piece)")
        }
        var text = ""
        for depth in 0..<2000 { text += String(repeating: " ", count: depth) + "a:\n" }
        #expect(refusal(text) != nil)
    }

    @Test("Aliases of aliases are refused, and many aliases of one long text, too")
    func aliases() throws {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<20 {
            let previous = "*a\(level - 1)"
            bomb += "a\(level): &a\(level) [\(Array(repeating: previous, count: 9).joined(separator: ", "))]\n"
        }
        #expect(try #require(refusal(bomb)).contains("values"))
        let names = (0..<20_000).map { "n\($0): *long" }.joined(separator: ", ")
        let long = """
            apiVersion: v1
            kind: Secret
            metadata: {name: s, annotations: {n: &long "\(String(repeating: "x", count: 1 << 20))", \(names)}}
            stringData: {}
            """
        #expect(try #require(refusal(long)).contains("values"))
    }

    @Test("A script that two rules share by an alias is nothing to refuse")
    func sharedText() {
        let code = String(repeating: "-- a line of a script\\n", count: 400)
        let text = """
            apiVersion: v1
            kind: Secret
            metadata: {name: s, annotations: {a: &code "\(code)", b: *code, c: *code}}
            stringData: {}
            """
        let reading = RuleReader.read(text: text, file: "body")
        #expect(reading.errors.isEmpty)
        #expect(reading.rules.first?.annotations["c"]?.utf8.count == 400 * 22)
    }

    @Test("Objects that follow each other are documents, whatever is inside them")
    func objects() {
        func object(_ name: String) -> String {
            "{\"apiVersion\": \"v1\", \"kind\": \"Secret\",\n\"metadata\": {\"name\": \"\(name)\",\n"
                + "\"x\": {\n\"}{\": \"\\\"{\"\n}},\n\"stringData\": {}}\n"
        }
        let reading = RuleReader.read(text: object("a") + object("b") + "---\n" + object("c"), file: "body")
        #expect(reading.errors.isEmpty, "\(reading.errors)")
        #expect(reading.rules.map(\.name.name) == ["a", "b", "c"])
        #expect(reading.rules.map(\.source.line) == [1, 7, 14])
        // A document that does not end hides nothing of those behind it.
        let broken = RuleReader.read(text: "{\"a\": {\n---\n" + object("b") + object("c"), file: "body")
        #expect(broken.errors.count == 1)
        #expect(broken.rules.map(\.name.name) == ["b", "c"])
    }
}
