import Testing

@testable import ApusConfig

@Suite("YAML and JSON") struct YAMLTests {
    @Test("both spellings of names mean the same") func names() throws {
        let snake = load("static_resources: {clusters: [{name: a, connect_timeout: 1s, lb_policy: RANDOM}]}")
        let camel = load(
            "{\"staticResources\": {\"clusters\": [{\"name\": \"a\", \"connectTimeout\": \"1s\", \"lbPolicy\": 3}]}}")
        #expect(try #require(snake.bootstrap) == #require(camel.bootstrap))
        #expect(snake.document == camel.document)
    }

    @Test("anchors, comments and quotes are read") func anchors() throws {
        let result = load(
            """
            # a comment
            admin: {address: &here {socket_address: {address: "127.0.0.1", port_value: "9901"}}} # another
            static_resources:
              clusters:
              - {name: 'one', load_assignment: {cluster_name: one, endpoints: [{lb_endpoints: [{endpoint: {address: *here}}]}]}}
            """)
        let expected = Address.socket(host: "127.0.0.1", port: 9901)
        #expect(result.bootstrap?.admin?.address == expected)
        #expect(result.cluster?.loadAssignment.endpoints.first?.address == expected)
    }

    @Test("null is the same as absent") func null() {
        #expect(load("{node: null, admin: ~, static_resources: {clusters: }}").errors.isEmpty)
    }

    @Test("the document has names in snake_case and typed values") func document() {
        let result = load(
            "{admin: {address: {socketAddress: {address: 127.0.0.1, portValue: '9901'}}}, statsFlushInterval: 0.25s}")
        #expect(result.document["admin"]?["address"]?["socket_address"]?["port_value"] == .number(9901))
        #expect(result.document["stats_flush_interval"] == .string("0.250s"))
    }

    @Test("aliases of aliases are refused before they grow") func bomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(load(text).errors.first?.message.contains("aliases") == true)
    }

    @Test("keys are names", arguments: ["a: &a [x]\n? *a\n: x\n", "[x]: x\n", "? {a: b}\n: x\n"])
    func keys(text: String) {
        #expect(load(text).errors.first?.message.contains("name") == true)
    }

    @Test(
        "deep nesting is refused",
        arguments: [
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 300),
            String(repeating: "- ", count: 50_000),
            (0..<600).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
        ])
    func deep(text: String) {
        #expect(load(text).bootstrap == nil)
    }

    @Test("what is damaged is refused or read, and never crashes") func fuzz() {
        let seed = Array(bootstrap(routes: GoodTests.everyRoute, manager: GoodTests.everyManagerField).utf8)
        let marks = Array("{}[]:,*&!|>'\"%@`#-? \n\t~0aZ\u{0}".utf8) + [0xC3, 0xFF]
        var random = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: index)
                case 1: bytes.insert(marks[Int.random(in: 0..<marks.count, using: &random)], at: index)
                case 2: bytes[index] = marks[Int.random(in: 0..<marks.count, using: &random)]
                default:
                    let end = min(bytes.count, index + Int.random(in: 1...200, using: &random))
                    bytes.append(contentsOf: bytes[index..<end])
                }
            }
            let result = load(String(decoding: bytes, as: UTF8.self))
            #expect((result.bootstrap == nil) == result.diagnostics.contains { $0.severity == .error })
        }
    }

    @Test("base64 is read with both alphabets, padded or not") func base64() {
        #expect(Base64.decode("aGk=") == Array("hi".utf8))
        #expect(Base64.decode("aGk") == Array("hi".utf8))
        #expect(Base64.decode("-_-_") == Base64.decode("+/+/"))
        #expect(Base64.decode("") == [])
        #expect(Base64.decode("a") == nil)
        #expect(Base64.decode("a$k=") == nil)
        #expect(Base64.decode("aG=k") == nil)
    }

    @Test("the nearest name is near") func nearest() {
        #expect(nearestName(to: "reveiws", among: ["reviews", "ratings"]) == "reviews")
        #expect(nearestName(to: "caseSensitiv", among: ["case_sensitive"]) == "case_sensitive")
        #expect(nearestName(to: "v9", among: ["shadow"]) == nil)
        #expect(nearestName(to: "x", among: []) == nil)
    }
}
