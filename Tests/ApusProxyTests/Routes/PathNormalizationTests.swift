import ApusConfig
import Testing

@testable import ApusProxy

@Suite("Path normalization")
struct PathNormalizationTests {
    static func result(_ path: String, _ normalization: PathNormalization) -> String {
        switch normalization.decide(path.copied) {
        case .unchanged: path
        case .changed(let bytes): String(decoding: bytes, as: UTF8.self)
        case .redirect(let bytes): "redirect " + String(decoding: bytes, as: UTF8.self)
        case .reject: "reject"
        }
    }

    @Test(
        "Dot segments are resolved, needless escapes undone, and the query is left alone",
        arguments: [
            ("/a/../admin", "/admin"), ("/a/./b", "/a/b"), ("/../../x", "/x"), ("/a/b/..", "/a/"), ("/a/b/.", "/a/b/"),
            ("/a/../b?x=/../y", "/b?x=/../y"), ("/a/%2e%2e/admin", "/admin"), ("/a/.%2E/b", "/b"),
            ("/%7Euser/%41%2d", "/~user/A-"), ("/a%20b%3Fc", "/a%20b%3Fc"), ("/%c3%a9", "/%c3%a9"),
            ("/a\\..\\b", "/b"), ("/a//b", "/a//b"), ("/a%zz", "/a%zz"), ("/a%2", "/a%2"), ("/a%00b", "reject"),
            ("/a/...", "/a/..."), ("/a/.b/..c", "/a/.b/..c"), ("/a%2f..%2fadmin", "/a%2f..%2fadmin"), ("/", "/"),
            ("*", "*"), ("/%/../a%41b", "/aAb"),
        ])
    func dots(path: String, expected: String) {
        #expect(Self.result(path, PathNormalization(normalizes: true)) == expected)
    }

    @Test(
        "Dots with parameters are dots; escaped ones are not",
        arguments: [
            ("/a/..;x/b", "/b"), ("/a/.;x/b", "/a/b"), ("/a/..;", "/"), ("/a/..;x?q", "/?q"),
            ("/a/...;x/b", "/a/...;x/b"),
            ("/a/%2e%2e;x/b", "/a/..;x/b"), ("/a/..%3bx/b", "/a/..%3bx/b"), ("/a/..;x\\b", "/"),
        ])
    func parameters(path: String, expected: String) {
        #expect(Self.result(path, PathNormalization(normalizes: true)) == expected)
    }

    @Test(
        "Undoing an escape never makes a new one",
        arguments: [
            ("/%%32e", "/%252e"), ("/a%%31%31", "/a%2511"), ("/%%2e", "/%."), ("/%2%65%2e/x", "/%252e./x"),
            ("/%2%41b", "/%252Ab"), ("/%%2541", "/%%2541"),
        ])
    func twice(path: String, expected: String) {
        #expect(Self.result(path, PathNormalization(normalizes: true)) == expected)
    }

    @Test(
        "Runs of slashes become one after dot segments are gone",
        arguments: [
            ("//admin", "/admin"), ("/a////b//", "/a/b/"), ("/a//b?c=//d", "/a/b?c=//d"), ("/a//../b", "/a/b"),
            ("//", "//"),
        ])
    func slashes(path: String, expected: String) {
        #expect(Self.result(path, PathNormalization(normalizes: true, mergesSlashes: true)) == expected)
    }

    @Test("Merging slashes alone leaves dots")
    func mergeAlone() {
        let merge = PathNormalization(mergesSlashes: true)
        #expect(Self.result("//admin", merge) == "/admin")
        #expect(Self.result("/a/..//b", merge) == "/a/../b")
    }

    @Test("Escaped slashes are kept, refused, sent back or undone, in the path alone")
    func escapedSlashes() {
        func result(_ path: String, _ action: EscapedSlashesAction) -> String {
            Self.result(path, PathNormalization(escapedSlashes: action, normalizes: true))
        }
        #expect(result("/a%2Fb", .keepUnchanged) == "/a%2Fb")
        #expect(result("/a%2fb", .rejectRequest) == "reject")
        #expect(result("/a%5Cb", .rejectRequest) == "reject")
        #expect(result("/a?b=%2f", .rejectRequest) == "/a?b=%2f")
        #expect(result("/a%2fb?q=%2f", .unescapeAndRedirect) == "redirect /a/b?q=%2f")
        #expect(result("/a%5cb", .unescapeAndRedirect) == "redirect /a/b")
        #expect(result("/a%2f..%2fadmin", .unescapeAndRedirect) == "redirect /admin")
        #expect(result("/ab", .unescapeAndRedirect) == "/ab")
        #expect(result("/a%2f..%2fadmin", .unescapeAndForward) == "/admin")
        #expect(result("/a%2fb?c=%2f", .unescapeAndForward) == "/a/b?c=%2f")
    }

    @Test("Without settings nothing is touched")
    func off() {
        for path in ["/a/../admin", "//admin", "/a%2f..%2fadmin", "/%61dmin", "*"] {
            #expect(Self.result(path, PathNormalization()) == path)
        }
    }

    @Test("Whatever comes in, neither a dot segment nor a backslash nor a run of slashes comes out", arguments: 0..<20)
    func fuzz(seed: Int) {
        var random = RandomSource(seed: UInt64(seed))
        let all = PathNormalization(escapedSlashes: .unescapeAndForward, normalizes: true, mergesSlashes: true)
        let parts = [
            "/", "/", ".", "..", "%2e", "%2E", "%2f", "%5C", "\\", "a", "%41", "%", "%zz", "%2", "~", "%7e", ";", "\"",
            "%25", "%c3", "é",
        ]
        for _ in 0..<500 {
            let path =
                "/" + (0..<random.next() % 12).map { _ in parts[Int(random.next() % UInt64(parts.count))] }.joined()
            let once = Self.result(path, all)
            let segments = once.split(separator: "/", omittingEmptySubsequences: false)
            #expect(!segments.contains(".") && !segments.contains(".."), "\(path) -> \(once)")
            #expect(once.hasPrefix("/") && !once.contains("\\"), "\(path) -> \(once)")
            #expect(!once.dropFirst().contains("//"), "\(path) -> \(once)")
        }
    }
}

@Suite("Host normalization")
struct HostNormalizationTests {
    static func result(_ host: String, _ change: (inout HTTPConnectionManager) -> Void) -> String {
        var manager = HTTPConnectionManager(statPrefix: "hosts")
        change(&manager)
        let head = head("/", host: host)
        HostNormalization(manager).apply(to: head, port: 8080)
        return head.authority.string
    }

    @Test(
        "Any port is stripped",
        arguments: [
            ("a.test:1234", "a.test"), ("a.test", "a.test"), ("a.test:", "a.test:"), ("a.test:x", "a.test:x"),
            ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("a:4294967296", "a:4294967296"), ("a.test.", "a.test."),
        ])
    func anyPort(host: String, expected: String) {
        #expect(Self.result(host) { $0.stripAnyHostPort = true } == expected)
    }

    @Test("The listener's port is stripped, another one is not")
    func matchingPort() {
        #expect(Self.result("a.test:8080") { $0.stripMatchingHostPort = true } == "a.test")
        #expect(Self.result("a.test:80") { $0.stripMatchingHostPort = true } == "a.test:80")
    }

    @Test("A dot at the end of the name goes, before a port too")
    func trailingDot() {
        #expect(Self.result("a.test.") { $0.stripTrailingHostDot = true } == "a.test")
        #expect(Self.result("a.test.:80") { $0.stripTrailingHostDot = true } == "a.test:80")
        #expect(Self.result("a.test") { $0.stripTrailingHostDot = true } == "a.test")
        #expect(Self.result(".") { $0.stripTrailingHostDot = true } == "")
        let both = Self.result("a.test.:80") {
            $0.stripTrailingHostDot = true
            $0.stripAnyHostPort = true
        }
        #expect(both == "a.test")
    }
}
