import Testing

@testable import ApusConfig

@Suite("Rules are read") struct RuleReaderTests {
    static let head = "apiVersion: networking.istio.io/v1\nkind: VirtualService\n"

    /// A VirtualService whose first HTTP rule is given, from line 6 on.
    static func service(_ rule: String) -> String {
        head + "metadata: {name: x}\nspec:\n  hosts: [a]\n  http:\n"
            + rule.split(separator: "\n").enumerated().map { ($0 == 0 ? "  - " : "    ") + $1 + "\n" }.joined()
    }

    static func rule(_ text: String) -> HTTPRule? {
        guard case .virtualService(let service) = RuleReader.read(text: service(text), file: "t").rules.first?.spec
        else { return nil }
        return service.http.first
    }

    @Test("both spellings of a field mean the same") func spellings() throws {
        let snake = try #require(Self.rule("route: [{destination: {host: b}}]\nmirror: {host: c}\nmirror_percent: 50"))
        let camel = try #require(Self.rule("route: [{destination: {host: b}}]\nmirror: {host: c}\nmirrorPercent: '50'"))
        #expect(snake == camel)
        #expect(snake.mirrors.first?.percentage == Percentage(percent: 50))
    }

    @Test("documents are counted, empty ones are not, and lines are those of the whole text") func numbers() {
        let bad = Self.service("route: [{destination: {host: b}, weight: -1}]")
        let text = "# nothing\n---\n" + bad + "---\n# nothing\n---\n" + bad
        let reading = RuleReader.read(text: text, file: "t")
        #expect(reading.errors.map(\.document) == [1, 2])
        #expect(reading.errors.map(\.diagnostic.source.line) == [9, 19])
        #expect(reading.errors.map(\.resource) == ["VirtualService/default/x", "VirtualService/default/x"])
        #expect(reading.errors.first?.diagnostic.path == "spec.http[0].route[0].weight")
    }

    @Test("items of a list share its number") func list() {
        let item = "{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: g}, spec: {server: []}}"
        let reading = RuleReader.read(text: "apiVersion: v1\nkind: List\nitems:\n- \(item)\n- \(item)\n", file: "t")
        #expect(Set(reading.errors.map(\.document)) == [1])
        #expect(reading.errors.contains { $0.diagnostic.path == "items[1].spec.server" })
    }

    @Test("anchors and merge keys work, and what is written goes before what is merged") func merges() throws {
        let rule = try #require(
            Self.rule("route:\n- &one {destination: {host: b}, weight: 1}\n- <<: *one\n  weight: 3"))
        #expect(rule.route.map(\.weight) == [1, 3])
        #expect(rule.route.map(\.destination.host) == ["b", "b"])
    }

    @Test("keys that are there twice are found, each with its path") func duplicates() {
        let reading = RuleReader.read(
            text: Self.service("route: [{destination: {host: b, host: c}}]\ntimeout: 1s\ntimeout: 2s"), file: "t")
        #expect(
            reading.errors.map(\.diagnostic.path) == ["spec.http[0].route[0].destination.host", "spec.http[0].timeout"])
        #expect(reading.errors.map(\.diagnostic.source.line) == [7, 9])
    }

    @Test("JSON objects may follow each other; byte order marks and CRLF do no harm") func forms() {
        let json =
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"stringData":{"x":"}{"}}"# + "\n"
        #expect(RuleReader.read(text: json + json, file: "t").rules.count == 2)
        let text = Self.service("route: [{destination: {host: b}}]").split(separator: "\n").joined(separator: "\r\n")
        let reading = RuleReader.read(text: "\u{FEFF}" + text + "\r\n---\r\n" + text, file: "t")
        #expect(reading.rules.count == 2)
        #expect(reading.findings.isEmpty)
    }

    @Test("the document stays as written, with its namespace") func document() throws {
        let text = Self.service("route: [{destination: {host: b}, weight: '5'}]\nmirror_percent: 5")
        let rule = try #require(RuleReader.read(text: text, file: "t", namespace: "shop").rules.first)
        #expect(rule.name.namespace == "shop")
        #expect(rule.document["metadata"]?["namespace"] == .string("shop"))
        guard case .array(let rules) = rule.document["spec"]?["http"] else {
            Issue.record("no rules")
            return
        }
        #expect(rules[0]["mirror_percent"] == .number(5))
    }

    @Test("kinds of other groups are left out with a warning; unknown ones of Istio are errors") func kinds() {
        let other = RuleReader.read(text: "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n", file: "t")
        #expect(other.errors.isEmpty && other.warnings.count == 1 && other.rules.isEmpty)
        let unknown = RuleReader.read(
            text: "apiVersion: networking.istio.io/v2\nkind: VirtualServices\nmetadata: {name: d}\n", file: "t")
        #expect(unknown.errors.map(\.diagnostic.path) == ["apiVersion", "kind"])
    }

    @Test("times are read") func times() {
        #expect(TimeText.seconds("1970-01-01T00:00:00Z") == 0)
        #expect(TimeText.seconds("2024-02-29T12:00:00.5+01:00") == 1_709_204_400.5)
        #expect(TimeText.seconds("2024-13-01T00:00:00Z") == nil)
        #expect(TimeText.seconds("yesterday at noon, roughly") == nil)
    }

    @Test("a fault's status may be 600, and the old list of origins knows the text for any of them") func oddities() {
        let rule = Self.rule(
            """
            fault: {abort: {percentage: {value: 1}, httpStatus: 600}}
            corsPolicy: {allowOrigin: ["*", "http://a"]}
            route: [{destination: {host: b}}]
            """)
        #expect(rule?.fault?.abort?.status == .http(600))
        #expect(rule?.corsPolicy?.allowOrigins == [.exact("*"), .exact("http://a")])
    }

    @Test(
        "rules are known from bootstraps, in YAML and JSON",
        arguments: [
            ("apiVersion: v1", true), ("# a\nkind: List", true), ("\u{FEFF}apiVersion: v1", true),
            ("{\"apiVersion\": \"v1\"}", true), ("{\n  \"apiVersion\": \"v1\"\n}", true), ("admin: {}", false),
            ("a: b", false),
        ])
    func kindOfText(text: String, isRules: Bool) {
        #expect(RuleReader.looksLikeRules(text) == isRules)
    }

    @Test(
        "what is wrong is named with its place",
        arguments: [
            ("timeout: 0s\nroute: [{destination: {host: b}}]", "spec.http[0].timeout", "1ms"),
            ("timeout: 1s", "spec.http[0]", "required"),
            ("redirect: {uri: /b}\nrewrite: {uri: /c}", "spec.http[0]", "both rewrite and redirect"),
            (
                "fault: {abort: {httpStatus: 601, percentage: {value: 1}}}\nroute: [{destination: {host: b}}]",
                "spec.http[0].fault.abort.httpStatus", "601 is not in range 200-599"
            ),
            ("timeout: 1s\ntimeout: 2s\nredirect: {uri: /b}", "spec.http[0].timeout", "duplicate field 'timeout'"),
            ("redirect: {redirectCode: 304}", "spec.http[0].redirect.redirectCode", "304"),
            ("match: [{headers: {x-a: null}}]\nredirect: {uri: /b}", "spec.http[0].match[0].headers[\"x-a\"]", "null"),
            ("match: [{uri: {regex: '('}}]\nredirect: {uri: /b}", "spec.http[0].match[0].uri.regex", "RE2"),
            ("route: [{destination: {host: '*'}}]", "spec.http[0].route[0].destination.host", "\\*"),
            (
                "headers: {request: {set: {host: a}, add: {':authority': b}}}\nroute: [{destination: {host: b}}]",
                "spec.http[0].headers", "multiple times"
            ),
            (
                "headers: {response: {set: {a: 50%}}}\nroute: [{destination: {host: b}}]",
                "spec.http[0].headers.response.set.a", "%"
            ),
        ])
    func wrong(rule: String, path: String, message: String) {
        let errors = RuleReader.read(text: Self.service(rule), file: "t").errors
        #expect(errors.map(\.diagnostic.path) == [path])
        #expect(errors.first?.diagnostic.message.contains(message.replacing("\\", with: "")) == true)
    }

    @Test("what grows or nests without end is refused", .timeLimit(.minutes(1))) func limits() {
        for unit in ["[", "{a: ", "- "] {
            let text = String(repeating: unit, count: (20 << 20) / unit.utf8.count)
            #expect(!RuleReader.read(text: text, file: "t").errors.isEmpty)
        }
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(RuleReader.read(text: bomb, file: "t").errors.first?.diagnostic.message.contains("aliases") == true)
    }

    @Test("what is damaged is refused or read, and never crashes; every error has a place") func fuzz() {
        let seed = Array(
            Self.service(
                """
                name: all
                match: [{uri: {prefix: /a}, headers: {x-a: {regex: '*'}}, queryParams: {q: {exact: ''}}, port: 80}]
                route: [{destination: {host: b, subset: v1, port: {number: 80}}, weight: 1}, {destination: {host: c}}]
                fault: {delay: {percentage: {value: 1}, fixedDelay: 1s}, abort: {httpStatus: 500}}
                retries: {attempts: 2, retryOn: '5xx,503', perTryTimeout: 1h30m}
                corsPolicy: {allowOrigins: [{exact: a}], maxAge: 24h}
                mirrors: [{destination: {host: m}, percentage: {value: 0.5}}]
                headers: {request: {set: {a: '%REQ(b)%'}, remove: [c]}}
                """
            ).utf8)
        let marks = Array("{}[]:,*&!|>'\"%@`#-? \n\t~0aZ\u{0}".utf8) + [0xC3, 0xFF]
        var random = SeededGenerator(seed: 11)
        for _ in 0..<500 {
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
            let reading = RuleReader.read(text: String(decoding: bytes, as: UTF8.self), file: "t")
            #expect(reading.errors.allSatisfy { $0.diagnostic.source.line > 0 && $0.document > 0 })
            #expect(!reading.rules.isEmpty || !reading.findings.isEmpty)
        }
    }
}
