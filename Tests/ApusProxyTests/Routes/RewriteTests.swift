import ApusConfig
import Testing

@testable import ApusProxy

@Suite("Rewrites of path and host")
struct RewriteTests {
    /// The head of a request after its route has rewritten it.
    static func rewritten(
        _ target: String, by path: PathSpecifier, caseSensitive: Bool = true, noting: Bool = true,
        _ headers: [(String, String)] = [], _ change: (inout RouteAction) -> Void
    ) -> Head {
        var action = RouteAction(cluster: .cluster("c"))
        change(&action)
        let match = RouteMatch(path: path, caseSensitive: caseSensitive)
        let table = table([Route(match: match, action: .route(action))])
        let head = head(target, host: "outer.test", headers)
        if let route = table.find(head, random: 0) {
            route.forwarding?.rewrite(head, matched: route.matched, noting: noting)
        } else {
            Issue.record("no route for \(target)")
        }
        return head
    }

    static func replacing(_ pattern: String, _ text: String) -> RegexRewrite {
        RegexRewrite(pattern: RegexMatcher(regex: pattern), substitution: text)
    }

    @Test(
        "A prefix rewrite replaces what the route's match covers",
        arguments: [
            (PathSpecifier.prefix("/api/"), "/", "/api/users?id=1", "/users?id=1"),
            (.prefix("/bare"), "/full", "/bareness/x", "/fullness/x"),
            (.path("/exact"), "/other", "/exact?q=/exact", "/other?q=/exact"),
            (.pathSeparatedPrefix("/sep"), "/new", "/sep/x", "/new/x"),
            (.pathSeparatedPrefix("/sep"), "/new", "/sep?y", "/new?y"),
            (.prefix("/strip"), "/", "/strip/x", "//x"), (.prefix("/strip"), "/", "/stripes", "/es"),
            (regex("/re/.*"), "/z", "/re/a?b", "/z?b"), (.prefix("/noslash/"), "z", "/noslash/a", "za"),
        ])
    func prefix(path: PathSpecifier, text: String, sent: String, expected: String) {
        let head = Self.rewritten(sent, by: path) { $0.pathRewrite = .prefix(text) }
        #expect(head.path.string == expected)
        #expect(head.values("x-envoy-original-path") == [sent])
    }

    @Test("A prefix that was matched in another case is replaced whole")
    func prefixIgnoringCase() {
        let head = Self.rewritten("/CI/x?y", by: .prefix("/ci"), caseSensitive: false) {
            $0.pathRewrite = .prefix("/z")
        }
        #expect(head.path.string == "/z/x?y")
    }

    @Test(
        "A regular expression replaces every match before the query; the original is noted even without one",
        arguments: [
            ("^/svc/([^/]+)/(.*)$", "/\\2/of/\\1", "/svc/cart/items/3?x=/svc/z/", "/items/3/of/cart?x=/svc/z/"),
            ("a", "bb", "/all-a/banana", "/bbll-bb/bbbnbbnbb"), ("a", "bb", "/all-a?a=a", "/bbll-bb?a=a"),
            ("^/svc/([^/]+)/(.*)$", "/\\2/of/\\1", "/svc/cart", "/svc/cart"),
        ])
    func expression(pattern: String, text: String, sent: String, expected: String) {
        let head = Self.rewritten(sent, by: .prefix("/")) { $0.pathRewrite = .regex(Self.replacing(pattern, text)) }
        #expect(head.path.string == expected)
        #expect(head.values("x-envoy-original-path") == [sent])
    }

    @Test("A rewrite that would leave nothing is none")
    func nothing() {
        let path = Self.rewritten("/e4?q", by: .prefix("/")) { $0.pathRewrite = .regex(Self.replacing("^/e4", "")) }
        #expect(path.path.string == "/e4?q")
        #expect(path.values("x-envoy-original-path") == [])
        let host = Self.rewritten("/h1/", by: .prefix("/")) {
            $0.hostRewrite = .pathRegex(Self.replacing("^/h1/(.*)$", "\\1"))
        }
        #expect(host.authority.string == "outer.test")
        #expect(host.values("x-envoy-original-host") == [])
    }

    @Test("The host is a fixed one, or what a header says if it says anything")
    func hosts() {
        let literal = Self.rewritten("/", by: .prefix("/")) { $0.hostRewrite = .literal("inner.test") }
        #expect(literal.authority.string == "inner.test")
        #expect(literal.values("x-envoy-original-host") == ["outer.test"])
        let silent = Self.rewritten("/", by: .prefix("/"), noting: false) { $0.hostRewrite = .literal("inner.test") }
        #expect(silent.values("x-envoy-original-host") == [])
        for (headers, expected) in [([("x-h", "picked.test:99")], "picked.test:99"), ([("x-h", "")], "outer.test")] {
            let head = Self.rewritten("/", by: .prefix("/"), headers) { $0.hostRewrite = .header("x-h") }
            #expect(head.authority.string == expected)
            #expect(head.values("x-envoy-original-host").isEmpty == (expected == "outer.test"))
        }
    }

    @Test("The host is made of the path; a path that does not match becomes the host as it is")
    func hostOfPath() {
        for (sent, expected) in [("/hp/blue?q", "blue.test"), ("/hp/BLUE?q", "/hp/BLUE")] {
            let head = Self.rewritten(sent, by: .prefix("/hp/")) {
                $0.hostRewrite = .pathRegex(Self.replacing("^/hp/([a-z]+)$", "\\1.test"))
            }
            #expect(head.authority.string == expected)
            #expect(head.path.string == sent)
        }
    }

    @Test("The endpoint's name becomes the host only where the route asks for it and the endpoint has one")
    func auto() {
        for (name, expected) in [("localhost", "localhost"), ("", "outer.test")] {
            let head = head("/", host: "outer.test")
            ForwardAction(targets: .one(0), hostRewrite: .auto).rewriteHost(of: head, toEndpoint: name, noting: true)
            #expect(head.authority.string == expected)
        }
        let head = head("/", host: "outer.test")
        ForwardAction(targets: .one(0)).rewriteHost(of: head, toEndpoint: "localhost", noting: true)
        #expect(head.authority.string == "outer.test")
    }

    @Test(
        "The former host is added to x-forwarded-host unless it stands there last",
        arguments: [
            ([], "outer.test"), (["first.test"], "first.test,outer.test"), (["outer.test"], "outer.test"),
            (["a", "b"], "a,b,outer.test"), (["a, outer.test"], "a, outer.test,outer.test"),
            (["a,outer.test"], "a,outer.test"),
        ])
    func forwardedHost(sent: [String], expected: String) {
        let head = Self.rewritten("/", by: .prefix("/"), sent.map { ("x-forwarded-host", $0) }) {
            $0.hostRewrite = .literal("inner.test")
            $0.appendXForwardedHost = true
        }
        #expect(head.values("x-forwarded-host") == [expected])
    }
}
