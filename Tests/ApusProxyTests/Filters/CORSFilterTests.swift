import ApusConfig
import Testing

@testable import ApusProxy

struct CORSFilterTests {
    private let policy = CorsPolicy(
        allowOriginStringMatch: [
            StringMatcher(pattern: .exact("https://app.test")),
            StringMatcher(pattern: .safeRegex(RegexMatcher(regex: "https://.*[.]trusted[.]test"))),
        ],
        allowMethods: "GET,PUT", allowHeaders: "x-a,content-type", exposeHeaders: "x-out", maxAge: "600",
        allowCredentials: true)

    @Test(arguments: ["https://app.test", "https://a.trusted.test"])
    func `a preflight of an allowed origin is answered`(origin: String) throws {
        let answer = try #require(try answer(make([policy]), preflight(origin)))
        #expect(answer.status == 200)
        #expect(answer.details == "cors_response")
        #expect(
            answer.fields == [
                "access-control-allow-credentials: true", "access-control-allow-headers: x-a,content-type",
                "access-control-allow-methods: GET,PUT", "access-control-allow-origin: \(origin)",
                "access-control-expose-headers: x-out", "access-control-max-age: 600",
            ])
    }

    @Test func `of two origins none is believed`() throws {
        let exchange = makeExchange(
            "OPTIONS",
            headers: [
                ("origin", "https://app.test"), ("origin", "https://evil.test"),
                ("access-control-request-method", "GET"),
            ])
        #expect(try make([policy]).onRequest(exchange).isNext)
    }

    @Test func `a preflight of another origin goes upstream and comes back unmarked`() throws {
        let filter = try make([policy])
        let exchange = preflight("https://evil.test")
        #expect(filter.onRequest(exchange).isNext)
        _ = filter.onResponse(exchange)
        #expect(exchange.response.values("access-control-allow-origin") == [])
        #expect(exchange.worker.counters(filter.stats)[.originInvalid] == 1)
    }

    @Test func `a preflight of another origin is answered if it may not go upstream`() throws {
        var policy = policy
        policy.forwardNotMatchingPreflights = false
        let answer = try #require(try answer(make([policy]), preflight("https://evil.test")))
        #expect(!answer.fields.contains { $0.hasPrefix("access-control-allow-origin") })
        #expect(answer.fields.contains("access-control-allow-methods: GET,PUT"))
    }

    @Test func `OPTIONS without a method to ask for is no preflight`() throws {
        let filter = try make([policy])
        #expect(filter.onRequest(makeExchange("OPTIONS", headers: [("origin", "https://app.test")])).isNext)
        #expect(filter.onRequest(makeExchange("OPTIONS")).isNext)
    }

    @Test func `the answer to an allowed origin is marked, whatever upstream said`() throws {
        let filter = try make([policy])
        let exchange = makeExchange(headers: [("origin", "https://app.test")])
        #expect(filter.onRequest(exchange).isNext)
        exchange.request.remove(.origin)
        exchange.response.add(HeaderName("access-control-allow-origin"), "theirs".copied)
        _ = filter.onResponse(exchange)
        #expect(exchange.response.values("access-control-allow-origin") == ["https://app.test"])
        #expect(exchange.response.values("access-control-allow-credentials") == ["true"])
        #expect(exchange.response.values("access-control-expose-headers") == ["x-out"])
        #expect(exchange.worker.counters(filter.stats)[.originValid] == 1)
    }

    @Test func `a star lets every origin in and gives back what was asked for`() throws {
        let policy = CorsPolicy(
            allowOriginStringMatch: [StringMatcher(pattern: .exact("*"))], allowMethods: "*", allowHeaders: "*",
            allowPrivateNetworkAccess: true)
        let exchange = preflight(
            "http://any.test",
            also: [("access-control-request-headers", "x-q"), ("access-control-request-private-network", "true")])
        let answer = try #require(try answer(make([policy]), exchange))
        #expect(
            answer.fields == [
                "access-control-allow-headers: x-q", "access-control-allow-methods: PUT",
                "access-control-allow-origin: http://any.test", "access-control-allow-private-network: true",
            ])
    }

    @Test func `what a route leaves open its virtual host says`() throws {
        let route = CorsPolicy(
            allowOriginStringMatch: [StringMatcher(pattern: .safeRegex(RegexMatcher(regex: ".*")))],
            allowMethods: "GET")
        let answer = try #require(try answer(make([route, policy]), preflight("http://any.test")))
        #expect(answer.fields.contains("access-control-allow-methods: GET"))
        #expect(answer.fields.contains("access-control-allow-origin: http://any.test"))
        #expect(answer.fields.contains("access-control-allow-credentials: true"))
        #expect(answer.fields.contains("access-control-max-age: 600"))
    }

    @Test func `in the shadow it counts and does nothing`() throws {
        var policy = policy
        policy.filterEnabled = RuntimeFraction(defaultValue: .never)
        let off = try make([policy], "cors.off")
        let unseen = preflight("https://app.test")
        #expect(off.onRequest(unseen).isNext)
        #expect(unseen.worker.counters(off.stats)[.originValid] == 0)

        policy.shadowEnabled = RuntimeFraction()
        let shadow = try make([policy], "cors.shadow")
        let seen = preflight("https://app.test")
        #expect(shadow.onRequest(seen).isNext)
        _ = shadow.onResponse(seen)
        #expect(seen.worker.counters(shadow.stats)[.originValid] == 1)
        #expect(seen.response.values("access-control-allow-origin") == [])
    }

    @Test func `fixed answers are nobody's resources`() throws {
        let exchange = makeExchange(headers: [("origin", "https://app.test")], forwards: false)
        _ = try make([policy]).onRequest(exchange)
        #expect(!exchange.filterMarks.corsOrigin)
    }

    @Test func `without a policy there is no filter`() throws {
        #expect(try CORSFilter.make(.cors(CorsPolicy()), nil, .test("cors")) == nil)
    }

    private struct Answer {
        let status: Int
        let details: String
        let fields: [String]
    }

    private func preflight(_ origin: String, also: [(String, String)] = []) -> Exchange {
        makeExchange("OPTIONS", headers: [("origin", origin), ("access-control-request-method", "PUT")] + also)
    }

    private func answer(_ filter: CORSFilter, _ exchange: Exchange) throws -> Answer? {
        guard let reply = filter.onRequest(exchange).reply else { return nil }
        reply.adjust?(exchange.response)
        _ = filter.onResponse(exchange)
        var fields: [String] = []
        exchange.response.forEachField { fields.append("\($0.string): \($1.string)") }
        return Answer(status: reply.status, details: reply.details, fields: fields.sorted())
    }

    private func make(_ levels: [CorsPolicy], _ prefix: String = "cors") throws -> CORSFilter {
        var context = FilterContext.test(prefix)
        let overrides = levels.map { FilterOverride(setting: .cors($0)) }
        context.outerOverrides = Array(overrides.dropFirst())
        return try #require(try CORSFilter.make(.cors(CorsPolicy()), overrides.first, context) as? CORSFilter)
    }
}
