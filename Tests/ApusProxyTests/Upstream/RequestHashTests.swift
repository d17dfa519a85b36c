import ApusConfig
import Testing

@testable import ApusProxy

struct RequestHashTests {
    private func hash(
        _ keys: [HashKey], terminal: Bool = false, path: String = "/", _ headers: [(String, String)] = []
    ) throws -> UInt64? {
        let policy = try CompiledHashPolicy(keys.map { HashPolicy(key: $0, terminal: terminal) })
        return policy.evaluate(makeExchange("GET", path, headers: headers))
    }

    private let user = HashKey.header(name: "x-user", rewrite: nil)

    @Test func `a header's value is hashed`() throws {
        #expect(try hash([user], [("x-user", "one")]) == XXHash64.hash("one"))
        #expect(try hash([user]) == nil)
    }

    @Test func `the order of a header's values does not matter`() throws {
        let one = try hash([user], [("x-user", "a"), ("x-user", "b")])
        let other = try hash([user], [("x-user", "b"), ("x-user", "a")])
        #expect(one != nil && one == other)
    }

    @Test func `a header's value can be rewritten first`() throws {
        let pattern = RegexMatcher(regex: "^.*-(.)")
        let key = HashKey.header(
            name: "x-user", rewrite: RegexRewrite(pattern: pattern, substitution: "\\1"))
        #expect(try hash([key], [("x-user", "abc-d")]) == XXHash64.hash("d"))
    }

    @Test func `a parameter of the query is hashed as sent`() throws {
        #expect(try hash([.queryParameter("key")], path: "/a?b=c&key=v%20w") == XXHash64.hash("v%20w"))
        #expect(try hash([.queryParameter("key")], path: "/a?keys=v") == nil)
    }

    @Test func `a cookie's value is hashed without its quotes`() throws {
        let key = HashKey.cookie(HashCookie(name: "sid"))
        #expect(try hash([key], [("cookie", #"a=b; sid="x1"; c=d"#)]) == XXHash64.hash("x1"))
        #expect(try hash([key], [("cookie", "a=b")]) == nil)
    }

    @Test func `a client without the cookie is given one`() throws {
        let cookie = HashCookie(
            name: "sid", ttl: .seconds(90), path: "/p", attributes: [CookieAttribute(name: "SameSite", value: "Lax")])
        let policy = try CompiledHashPolicy([HashPolicy(key: .cookie(cookie))])
        let exchange = makeExchange()
        let hash = try #require(policy.evaluate(exchange))
        let text = try #require(exchange.hashCookies.first)
        let value = String(text.dropFirst("sid=\"".count).prefix(16))
        #expect(text == "sid=\"\(value)\"; Max-Age=90; Path=/p; SameSite=Lax; HttpOnly")
        #expect(hash == XXHash64.hash(value))
    }

    @Test func `a terminal policy that has a hash is the last`() throws {
        let other = HashKey.header(name: "x-other", rewrite: nil)
        let headers = [("x-user", "one"), ("x-other", "two")]
        #expect(try hash([user, other], terminal: true, headers) == XXHash64.hash("one"))
        #expect(try hash([user, other], headers) != XXHash64.hash("one"))
        #expect(try hash([user, other], terminal: true, [("x-other", "two")]) == XXHash64.hash("two"))
    }

    @Test func `the same twice does not cancel itself out`() throws {
        #expect(try hash([user, user], [("x-user", "one")]) != 0)
    }
}
