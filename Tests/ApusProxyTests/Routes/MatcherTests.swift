import ApusConfig
import Testing

@testable import ApusProxy

@Suite("Matchers of headers and queries")
struct MatcherTests {
    static func holds(
        _ match: HeaderMatch, _ values: [String], inverted: Bool = false, missingIsEmpty: Bool = false,
        name: String = "x-k"
    ) throws -> Bool {
        let matcher = HeaderMatcher(
            name: name, match: match, invertMatch: inverted, treatMissingHeaderAsEmpty: missingIsEmpty)
        return try CompiledHeaderMatcher(matcher).matches(head("/", values.map { ("x-k", $0) }))
    }

    static func text(_ pattern: StringPattern, ignoreCase: Bool = false) -> HeaderMatch {
        .string(StringMatcher(pattern: pattern, ignoreCase: ignoreCase))
    }

    @Test("Texts match whole, at the start, at the end, inside, and by expression over the whole")
    func texts() throws {
        #expect(try Self.holds(Self.text(.exact("yes")), ["yes"]))
        #expect(try !Self.holds(Self.text(.exact("yes")), ["Yes"]))
        #expect(try Self.holds(Self.text(.exact("ABC"), ignoreCase: true), ["abc"]))
        #expect(try !Self.holds(Self.text(.exact("ABC"), ignoreCase: true), ["abcd"]))
        #expect(try Self.holds(Self.text(.prefix("abc")), ["abcdef"]))
        #expect(try !Self.holds(Self.text(.prefix("abc")), ["xabc"]))
        #expect(try Self.holds(Self.text(.suffix("xyz")), ["1xyz"]))
        #expect(try !Self.holds(Self.text(.suffix("xyz")), ["xyz1"]))
        #expect(try Self.holds(Self.text(.contains("mid")), ["amidst"]))
        #expect(try !Self.holds(Self.text(.contains("mid")), ["mi-d"]))
        #expect(try Self.holds(Self.text(.contains("MID"), ignoreCase: true), ["aMidst"]))
        let version = Self.text(.safeRegex(RegexMatcher(regex: "v[0-9]+")))
        #expect(try Self.holds(version, ["v12"]))
        for value in ["v12x", "xv12", ""] { #expect(try !Self.holds(version, [value])) }
    }

    @Test("Of repeated headers each value counts alone; one is enough, and too many when inverted")
    func repeated() throws {
        let a = Self.text(.exact("a"))
        #expect(try Self.holds(a, ["b", "a"]))
        #expect(try !Self.holds(a, ["a,b"]))
        #expect(try !Self.holds(Self.text(.exact("a,b")), ["a", "b"]))
        #expect(try !Self.holds(a, ["a", "b"], inverted: true))
        #expect(try Self.holds(a, ["b", "c"], inverted: true))
        #expect(try Self.holds(.range(start: 1, end: 10), ["x", "5"]))
        #expect(try !Self.holds(.range(start: 1, end: 10), ["5", "50"], inverted: true))
    }

    @Test("Of repeated headers whose fields are joined the values are one text with commas")
    func joined() throws {
        func holds(_ pattern: StringPattern, _ values: [String], inverted: Bool = false) throws -> Bool {
            var matcher = HeaderMatcher(name: "x-k", match: Self.text(pattern), invertMatch: inverted)
            matcher.joinsFields = true
            return try CompiledHeaderMatcher(matcher).matches(head("/", values.map { ("x-k", $0) }))
        }
        #expect(try holds(.exact("a,b"), ["a", "b"]))
        #expect(try !holds(.exact("a"), ["a", "b"]))
        #expect(try holds(.exact("a"), ["a"]))
        #expect(try holds(.exact("a"), ["a", "b"], inverted: true))
        #expect(try !holds(.exact("a,,b"), ["a", "", "b"], inverted: true))
    }

    @Test("A header that is missing matches nothing, inverted or not, unless it counts as empty")
    func missing() throws {
        #expect(try !Self.holds(Self.text(.exact("no")), [], inverted: true))
        #expect(try Self.holds(Self.text(.exact("")), [], missingIsEmpty: true))
        #expect(try !Self.holds(Self.text(.exact("")), ["a"], missingIsEmpty: true))
        #expect(try Self.holds(Self.text(.exact("a")), [], inverted: true, missingIsEmpty: true))
        #expect(try !Self.holds(.range(start: 0, end: 10), [], missingIsEmpty: true))
    }

    @Test("Presence can be demanded, forbidden and inverted")
    func presence() throws {
        #expect(try Self.holds(.present(true), [""]))
        #expect(try !Self.holds(.present(true), []))
        #expect(try Self.holds(.present(false), []))
        #expect(try !Self.holds(.present(false), ["1"]))
        #expect(try Self.holds(.present(true), [], inverted: true))
        #expect(try !Self.holds(.present(true), ["a"], inverted: true))
        #expect(try Self.holds(.present(true), [], missingIsEmpty: true))
    }

    @Test(
        "A range takes whole numbers and leaves its end out",
        arguments: [
            ("10", true), ("15", true), ("20", false), ("9", false), ("-15", false), ("15a", false), ("+15", true),
            ("0015", true), (" 15 ", true), ("", false), ("99999999999999999999", false), ("-", false),
        ])
    func range(value: String, holds: Bool) throws {
        #expect(try Self.holds(.range(start: 10, end: 20), [value]) == holds)
    }

    @Test("A range reaches down to the least number")
    func lowest() throws {
        #expect(try Self.holds(.range(start: .min, end: 0), ["-9223372036854775808"]))
        #expect(try !Self.holds(.range(start: .min, end: 0), ["-9223372036854775809"]))
    }

    @Test("Method, path, authority and status are matched like headers")
    func pseudo() throws {
        func matcher(_ name: String, _ value: String) throws -> CompiledHeaderMatcher {
            try CompiledHeaderMatcher(HeaderMatcher(name: name, match: Self.text(.exact(value))))
        }
        let request = head("/p?q", host: "h.test", method: "PUT")
        #expect(try matcher(":method", "PUT").matches(request))
        #expect(try matcher(":path", "/p?q").matches(request))
        #expect(try matcher(":authority", "h.test").matches(request))
        #expect(try matcher("host", "h.test").matches(request))
        #expect(try !matcher(":status", "200").matches(request))
        let answer = Head()
        answer.status = 503
        #expect(try matcher(":status", "503").matches(answer))
    }

    @Test(
        "Query parameters count as sent, the first of each name",
        arguments: [
            ("/?v=2", true), ("/?v=22", false), ("/?u=1&v=2", true), ("/?v=1&v=2", false), ("/?v=2&v=1", true),
            ("/?v=%32", false), ("/?%76=2", false), ("/", false), ("/?v", false), ("/?&&v=2", true),
        ])
    func query(path: String, holds: Bool) throws {
        let matcher = QueryParameterMatcher(name: "v", match: .string(StringMatcher(pattern: .exact("2"))))
        #expect(try CompiledQueryMatcher(matcher).matches(path.copied) == holds)
    }

    @Test(
        "A query parameter is there with or without a value",
        arguments: [("/?debug", true), ("/?debug=", true), ("/?debug=1", true), ("/?debugger=1", false), ("/", false)])
    func parameterPresence(path: String, isThere: Bool) throws {
        let wanted = QueryParameterMatcher(name: "debug", match: .present(true))
        #expect(try CompiledQueryMatcher(wanted).matches(path.copied) == isThere)
        let unwanted = QueryParameterMatcher(name: "debug", match: .present(false))
        #expect(try CompiledQueryMatcher(unwanted).matches(path.copied) != isThere)
    }
}
