import Testing

@testable import ApusConfig

@Suite("Plain values of rules") struct RuleTextTests {
    @Test(
        "durations are read as Go reads them",
        arguments: [
            ("1s", .seconds(1)), ("0.5s", .milliseconds(500)), ("1h30m", .seconds(5400)), ("300ms", .milliseconds(300)),
            (".5s", .milliseconds(500)), ("1.s", .seconds(1)), ("-2s", .seconds(-2)), ("+2s", .seconds(2)),
            ("1.0005s", .microseconds(1_000_500)), ("5us", .microseconds(5)), ("5\u{B5}s", .microseconds(5)),
            ("7ns", .nanoseconds(7)), ("1m0.001s", .milliseconds(60_001)), ("0s", .zero),
            ("", nil), ("5", nil), ("0", nil), ("s", nil), (".s", nil), ("1d", nil), ("1 s", nil), ("s1", nil),
            ("1h30", nil), ("9999999999h", nil), ("99999999999999999999s", nil), ("2562047h48m", nil), ("--1s", nil),
        ] as [(String, Duration?)])
    func durations(text: String, expected: Duration?) {
        #expect(RuleDuration.parse(text) == expected)
    }

    @Test("names of hosts are those that Istio takes") func hosts() {
        for name in ["a", "a.b", "A-1.example.com", "example.com.", "1.example.com", "localhost", "xn--p1ai.example"] {
            #expect(NameText.problem(ofHost: name, wildcard: false) == nil, "\(name)")
        }
        for name in ["*", "*.example.com", "*-x.example.com", "*x.example.com"] {
            #expect(NameText.problem(ofHost: name, wildcard: true) == nil, "\(name)")
            #expect(NameText.problem(ofHost: name, wildcard: false) != nil, "\(name)")
        }
        for name in [
            "", "a..b", ".a", "a_b", "-a", "a-", "a b", "a.*", "a*.b", "**", "*.*.b", "1.2.3.4", "a:80", "é.b",
        ] {
            #expect(NameText.problem(ofHost: name, wildcard: true) != nil, "\(name)")
        }
        #expect(NameText.problem(ofHost: String(repeating: "a", count: 64), wildcard: true) != nil)
        #expect(NameText.problem(ofHost: String(repeating: "a.", count: 128), wildcard: true) != nil)
    }

    @Test("labels are those that Kubernetes takes") func labels() {
        for key in ["app", "a.b_c-d", "example.com/app", "A/B"] { #expect(NameText.isLabelKey(key), "\(key)") }
        for key in ["", "/", "a/", "/a", "a/b/c", "-a", "a b", "ex_ample/a", "é"] {
            #expect(!NameText.isLabelKey(key), "\(key)")
        }
        #expect(NameText.isLabelValue(""))
        #expect(NameText.isLabelValue("v1.2_x-y"))
        #expect(!NameText.isLabelValue("-v1"))
        #expect(!NameText.isLabelValue("a b"))
    }

    @Test("addresses, blocks and sockets") func addresses() {
        for text in ["10.0.0.1", "::1", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32", "fe80::1%eth0"] {
            #expect(AddressText.isIPOrBlock(text), "\(text)")
        }
        for text in [
            "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/+8", "10.0.0.0/08", "a/8", "1/2/3", "::/129", "fe80::%a/64",
        ] {
            #expect(!AddressText.isIPOrBlock(text), "\(text)")
        }
        #expect(AddressText.isUnixPath("/a/b"))
        #expect(AddressText.isUnixPath("@a"))
        for text in ["", "a", "/", "/a/"] { #expect(!AddressText.isUnixPath(text), "\(text)") }
    }
}
