import ApusConfig
import Testing

@testable import ApusProxy

struct LocalRateLimitFilterTests {
    @Test func `beyond the limit a request is answered 429`() throws {
        let filter = try make(limit("rl.two"))
        let exchange = makeExchange()
        #expect(filter.onRequest(exchange).isNext)
        #expect(filter.onRequest(exchange).isNext)
        let reply = try #require(filter.onRequest(exchange).reply)
        #expect(reply.status == 429)
        #expect(reply.body == "local_rate_limited")
        #expect(reply.details == "local_rate_limited")
        #expect(reply.flags == .rateLimited)
        #expect(reply.grpcStatus == nil)
        let counters = exchange.worker.counters(filter.stats)
        #expect(filter.stats.prefix == "rl.two.http_local_rate_limit.")
        #expect(LocalRateLimitCounter.allCases.map { counters[$0] } == [3, 1, 2, 1])
    }

    @Test func `the refusal has its own headers and status`() throws {
        var limit = limit("rl.status")
        limit.status = 503
        limit.rateLimitedAsResourceExhausted = true
        limit.responseHeadersToAdd = [HeaderValueOption(key: "x-limited", value: FormatString(literal: "yes"))]
        let filter = try make(limit)
        let exchange = makeExchange()
        let reply = try #require((0..<3).map { _ in filter.onRequest(exchange) }.last?.reply)
        #expect(reply.status == 503)
        #expect(reply.grpcStatus == 8)
        reply.adjust?(exchange.response)
        #expect(exchange.response.values("x-limited") == ["yes"])
    }

    @Test func `a status that is no error is 429`() throws {
        var limit = limit("rl.ok")
        limit.status = 200
        #expect(try make(limit).status == 429)
    }

    @Test func `a limit that is not enforced marks the request`() throws {
        var limit = limit("rl.shadow")
        limit.filterEnforced = RuntimeFraction(defaultValue: .never)
        limit.requestHeadersToAddWhenNotEnforced = [
            HeaderValueOption(key: "x-would-limit", value: FormatString(literal: "yes"))
        ]
        let filter = try make(limit)
        let exchange = makeExchange()
        for _ in 0..<2 { #expect(filter.onRequest(exchange).isNext) }
        #expect(exchange.request.values("x-would-limit") == [])
        #expect(filter.onRequest(exchange).isNext)
        #expect(exchange.request.values("x-would-limit") == ["yes"])
        let counters = exchange.worker.counters(filter.stats)
        #expect(counters[.rateLimited] == 1)
        #expect(counters[.enforced] == 0)
    }

    @Test func `answers tell the limit when asked to`() throws {
        var limit = limit("rl.headers")
        limit.enableXRatelimitHeaders = .draftVersion03
        let filter = try make(limit)
        var told: [[String]] = []
        for _ in 0..<3 {
            let exchange = makeExchange()
            _ = filter.onRequest(exchange)
            _ = filter.onResponse(exchange)
            told.append(["limit", "remaining", "reset"].flatMap { exchange.response.values("x-ratelimit-\($0)") })
        }
        #expect(told == [["2", "1", "0"], ["2", "0", "30"], ["2", "0", "30"]])
    }

    @Test func `answers to requests that were not looked at tell nothing`() throws {
        var limit = limit("rl.unseen")
        limit.enableXRatelimitHeaders = .draftVersion03
        let exchange = makeExchange()
        _ = try make(limit).onResponse(exchange)
        #expect(exchange.response.values("x-ratelimit-limit") == [])
    }

    @Test func `without tokens to count, or never enabled, there is no filter`() throws {
        #expect(try LocalRateLimitFilter.make(.localRateLimit(LocalRateLimit()), nil, .test("rl")) == nil)
        var off = limit("rl.off")
        off.filterEnabled = RuntimeFraction(defaultValue: .never)
        #expect(try LocalRateLimitFilter.make(.localRateLimit(off), nil, .test("rl")) == nil)
    }

    @Test func `a route's limit needs tokens`() {
        let own = FilterOverride(setting: .localRateLimit(LocalRateLimit()))
        #expect(throws: FilterRefusal.self) {
            try LocalRateLimitFilter.make(.localRateLimit(limit("rl")), own, .test("rl"))
        }
    }

    private func limit(_ prefix: String) -> LocalRateLimit {
        LocalRateLimit(
            statPrefix: prefix,
            tokenBucket: TokenBucket(maxTokens: 2, tokensPerFill: 2, fillInterval: .seconds(60)),
            filterEnabled: RuntimeFraction(), filterEnforced: RuntimeFraction())
    }

    private func make(_ limit: LocalRateLimit) throws -> LocalRateLimitFilter {
        let made = try LocalRateLimitFilter.make(.localRateLimit(limit), nil, .test("rl"))
        return try #require(made as? LocalRateLimitFilter)
    }
}
