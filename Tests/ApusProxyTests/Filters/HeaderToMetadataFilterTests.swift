import ApusConfig
import Testing

@testable import ApusProxy

struct HeaderToMetadataFilterTests {
    @Test func `a header becomes metadata, and a missing one its default`() throws {
        let rule = MetadataRule(
            origin: .header("x-version"), onHeaderPresent: target("version"),
            onHeaderMissing: target("version", value: "default"))
        #expect(try metadata(rule, [("x-version", "2")])["version"] == .string("2"))
        #expect(try metadata(rule, [("x-version", "2"), ("x-version", "3")])["version"] == .string("2,3"))
        #expect(try metadata(rule, [])["version"] == .string("default"))
        #expect(try metadata(rule, [("x-version", "")])["version"] == nil)
    }

    @Test func `a fixed value stands for any`() throws {
        let rule = MetadataRule(origin: .header("x-v"), onHeaderPresent: target("v", value: "fixed"))
        #expect(try metadata(rule, [("x-v", "1")])["v"] == .string("fixed"))
    }

    @Test func `a header can be taken away, before later rules`() throws {
        let filter = try make([
            MetadataRule(origin: .header("x-drop"), onHeaderPresent: target("drop"), remove: true),
            MetadataRule(origin: .header("x-drop"), onHeaderPresent: target("again")),
        ])
        let exchange = makeExchange(headers: [("x-drop", "gone")])
        _ = filter.onRequest(exchange)
        #expect(exchange.request.values("x-drop") == [])
        #expect(exchange.dynamicMetadata["app"] == .object([ConfigMember(name: "drop", value: .string("gone"))]))
    }

    @Test func `a regular expression rewrites the value`() throws {
        var present = target("part")
        present.regexValueRewrite = RegexRewrite(pattern: RegexMatcher(regex: "^/(\\w+)/.*$"), substitution: "\\1")
        let rule = MetadataRule(origin: .header("x-path"), onHeaderPresent: present)
        #expect(try metadata(rule, [("x-path", "/shop/cart")])["part"] == .string("shop"))
        #expect(try metadata(rule, [("x-path", "other")])["part"] == .string("other"))
    }

    @Test(arguments: [
        ("a=b; sid=\"q1\"", "q1"), ("sid=1; sid=2", "1"), ("sid=", "none"), ("\"sid\"=2", "none"), ("xsid=1", "none"),
        ("a", "none"), ("", "none"),
    ])
    func `a cookie becomes metadata`(header: String, expected: String) throws {
        let rule = MetadataRule(
            origin: .cookie("sid"), onHeaderPresent: target("sid"), onHeaderMissing: target("sid", value: "none"))
        #expect(try metadata(rule, [("cookie", header)])["sid"] == .string(expected))
    }

    @Test(arguments: [("12.50", 12.5), ("0x10", 16), ("1e3", 1000), ("abc", nil)] as [(String, Double?)])
    func `a number is a number or nothing`(text: String, expected: Double?) throws {
        let rule = MetadataRule(origin: .header("x-n"), onHeaderPresent: target("n", type: .number))
        #expect(try metadata(rule, [("x-n", text)])["n"] == expected.map(ConfigValue.number))
    }

    @Test(arguments: [("aGVsbG8", "hello"), ("aGVsbG8=", "hello"), ("!!", nil), ("aGVs bG8=", nil), ("a", nil)])
    func `Base64 is decoded, padded or not`(text: String, expected: String?) throws {
        #expect(try decoded(text, target("v")) == expected.map(ConfigValue.string))
    }

    @Test(
        arguments: [
            ("GgVoZWxsbw==", .string("hello")), ("EQAAAAAAAPg/", .number(1.5)), ("CAA=", .null), ("IAE=", .bool(true)),
            // A list of one string, and an object with it.
            ("MgUKAxoBYQ==", .array([.string("a")])),
            ("KgoKCAoBaxIDGgFh", .object([ConfigMember(name: "k", value: .string("a"))])),
            // Lengths beyond the end, an unfinished number, and no field number.
            ("GgZoZWxsbw==", nil), ("EQAA", nil), ("AAA=", nil),
        ] as [(String, ConfigValue?)])
    func `a protobuf value is read, or refused`(text: String, expected: ConfigValue?) throws {
        #expect(try decoded(text, target("v", type: .protobufValue)) == expected)
    }

    @Test(arguments: [(10, true), (31, true), (32, false), (100, false)])
    func `a protobuf value nested beyond reason is refused`(lists: Int, isRead: Bool) {
        func varint(_ value: Int) -> [UInt8] {
            value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
        }
        var bytes: [UInt8] = [0x20, 1]
        for _ in 0..<lists {
            let element = [0x0a] + varint(bytes.count) + bytes
            bytes = [0x32] + varint(element.count) + element
        }
        #expect((ProtobufValue.decode(bytes) != nil) == isRead)
    }

    @Test func `answers have rules of their own, and namespaces keep what they hold`() throws {
        let filter = try make(
            [], [MetadataRule(origin: .header("x-upstream"), onHeaderPresent: target("served"), remove: true)])
        let exchange = makeExchange()
        exchange.dynamicMetadata["app"] = .object([ConfigMember(name: "old", value: .bool(true))])
        exchange.response.add(HeaderName("x-upstream"), "v1".copied)
        _ = filter.onRequest(exchange)
        _ = filter.onResponse(exchange)
        #expect(exchange.response.values("x-upstream") == [])
        #expect(exchange.dynamicMetadata["app"]?["old"] == .bool(true))
        #expect(exchange.dynamicMetadata["app"]?["served"] == .string("v1"))
    }

    @Test(arguments: [(":path", "/a"), (":method", "PUT"), ("host", "h.test")])
    func `pseudo-header fields and host are headers, too`(name: String, expected: String) throws {
        let filter = try make([MetadataRule(origin: .header(name), onHeaderPresent: target("v"))])
        let exchange = makeExchange("PUT", "/a")
        exchange.request.setAuthority("h.test".copied)
        _ = filter.onRequest(exchange)
        #expect(exchange.dynamicMetadata["app"]?["v"] == .string(expected))
    }

    @Test func `with a name for its statistics it counts`() throws {
        let rule = MetadataRule(
            origin: .header("x"), onHeaderPresent: target("x"), onHeaderMissing: target("x", value: "none"))
        let settings = HeaderToMetadata(requestRules: [rule], statPrefix: "hm")
        let made = try HeaderToMetadataFilter.make(.headerToMetadata(settings), nil, .test("hm"))
        let filter = try #require(made as? HeaderToMetadataFilter)
        let stats = try #require(filter.stats)
        #expect(stats.prefix == "http_filter_name.hm.")
        let exchange = makeExchange()
        _ = filter.onRequest(exchange)
        exchange.request.add(HeaderName("x"), "1".copied)
        _ = filter.onRequest(exchange)
        let counters = exchange.worker.counters(stats)
        #expect(counters[.requestRulesProcessed] == 2)
        #expect(counters[.requestMetadataAdded] == 2)
        #expect(counters[.requestHeaderNotFound] == 1)
    }

    private func target(_ key: String, value: String = "", type: MetadataValueType = .string) -> MetadataTarget {
        MetadataTarget(metadataNamespace: "app", key: key, value: value, type: type)
    }

    private func decoded(_ text: String, _ target: MetadataTarget) throws -> ConfigValue? {
        var present = target
        present.encode = .base64
        return try metadata(MetadataRule(origin: .header("x-v"), onHeaderPresent: present), [("x-v", text)])["v"]
    }

    private func metadata(_ rule: MetadataRule, _ headers: [(String, String)]) throws -> ConfigValue {
        let exchange = makeExchange(headers: headers)
        _ = try make([rule]).onRequest(exchange)
        return exchange.dynamicMetadata["app"] ?? .object([])
    }

    private func make(_ rules: [MetadataRule], _ responseRules: [MetadataRule] = []) throws -> HeaderToMetadataFilter {
        let settings = HeaderToMetadata(requestRules: rules, responseRules: responseRules)
        let made = try HeaderToMetadataFilter.make(.headerToMetadata(settings), nil, .test("metadata"))
        return try #require(made as? HeaderToMetadataFilter)
    }
}
