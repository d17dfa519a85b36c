import ApusConfig
import Testing

@testable import ApusProxy

@Suite("Redirects")
struct RedirectTests {
    static func location(
        _ target: String, host: String = "www.test", by redirect: Redirect, matching path: PathSpecifier = .prefix("/")
    ) -> String? {
        let head = head(target, host: host)
        let route = table([Route(match: RouteMatch(path: path), action: .redirect(redirect))]).find(head, random: 0)
        return route?.redirecting?.location(for: head)
    }

    static let https = Redirect(scheme: .https)
    static let host = Redirect(hostRedirect: "other.test")

    @Test(
        "Scheme, host and port change, and a port that would be wrong goes",
        arguments: [
            (https, "/p?a=b", "www.test", "https://www.test/p?a=b"),
            (https, "/p", "www.test:8080", "https://www.test:8080/p"),
            (https, "/p", "www.test:80", "https://www.test/p"), (https, "/p", "[::1]:80", "https://[::1]/p"),
            (host, "/p?q=1", "www.test", "http://other.test/p?q=1"),
            (host, "/p", "www.test:8080", "http://other.test/p"),
            (Redirect(scheme: .https, portRedirect: 8443), "/p", "www.test:80", "https://www.test:8443/p"),
            (Redirect(portRedirect: 8443), "/p", "www.test:80", "http://www.test:8443/p"),
            (Redirect(scheme: .named("https"), hostRedirect: "safe.test"), "/p", "www.test", "https://safe.test/p"),
        ])
    func place(redirect: Redirect, path: String, host: String, expected: String) {
        #expect(Self.location(path, host: host, by: redirect) == expected)
    }

    @Test(
        "A new path keeps the query unless it has its own or the query is to be stripped",
        arguments: [
            ("/new", false, "/p?keep=1", "/new?keep=1"), ("/new?fixed=1", false, "/p?more=2", "/new?fixed=1"),
            ("/new", true, "/p?gone=1", "/new"), ("/new?fixed=1", true, "/p?a", "/new?fixed=1"),
            ("noslash", false, "/p", "/noslash"),
        ])
    func path(path: String, strips: Bool, sent: String, expected: String) {
        let redirect = Redirect(path: .replaced(path), stripQuery: strips)
        #expect(Self.location(sent, by: redirect) == "http://www.test\(expected)")
    }

    @Test("A prefix rewrite replaces what was matched: a prefix, or the whole path behind an expression")
    func prefix() {
        let fresh = Redirect(path: .prefixRewrite("/fresh/"))
        #expect(Self.location("/old/a/b", by: fresh, matching: .prefix("/old/")) == "http://www.test/fresh/a/b")
        #expect(Self.location("/old/?x=y", by: fresh, matching: .prefix("/old/")) == "http://www.test/fresh/?x=y")
        #expect(Self.location("/old/a?d", by: fresh, matching: regex("/old.*")) == "http://www.test/fresh/?d")
        let stripping = Redirect(path: .prefixRewrite("/q"), stripQuery: true)
        #expect(Self.location("/p3x?y", by: stripping, matching: .prefix("/p3")) == "http://www.test/qx")
    }

    @Test("An expression rewrites the path and keeps the query")
    func expression() {
        let rewrite = RegexRewrite(pattern: RegexMatcher(regex: "/user/([0-9]+)"), substitution: "/u-\\1")
        let redirect = Redirect(path: .regexRewrite(rewrite))
        #expect(Self.location("/user/42?tab=1", by: redirect) == "http://www.test/u-42?tab=1")
    }

    @Test("Answers of our own with 201 or 3xx say where they were made")
    func same() {
        #expect(RedirectAction.same.location(for: head("/a/b?c", host: "o.test:80")) == "http://o.test:80/a/b?c")
        #expect(DirectAction(status: 201, body: "").hasLocation)
        #expect(DirectAction(status: 302, body: "").hasLocation)
        #expect(!DirectAction(status: 200, body: "").hasLocation)
    }
}
