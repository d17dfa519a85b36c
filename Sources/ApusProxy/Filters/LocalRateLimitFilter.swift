import ApusConfig
import NIOCore

/// Refuses requests beyond a rate, with tokens that all workers share.
struct LocalRateLimitFilter: Filter {
    let bucket: SharedTokenBucket
    let enabled: CompiledFraction
    let enforced: CompiledFraction
    let status: Int
    let grpcStatus: Int?
    let requestHeaders: HeaderMutations
    let responseHeaders: HeaderMutations
    /// Whether every answer tells the limit and what is left of it.
    let tellsLimit: Bool
    let stats: StatGroup<LocalRateLimitCounter>

    func onRequest(_ exchange: Exchange) -> Verdict {
        let worker = exchange.worker
        guard worker.draws(enabled) else { return .next }
        let counters = worker.counters(stats)
        counters.add(.enabled)
        let allowed = bucket.take(at: worker.now)
        if tellsLimit {
            exchange.filterMarks.rateLimit = RateLimitMark(
                limit: bucket.limit, remaining: bucket.remaining(at: worker.now),
                reset: bucket.secondsToNext(at: worker.now))
        }
        if allowed {
            counters.add(.ok)
            return .next
        }
        counters.add(.rateLimited)
        guard worker.draws(enforced) else {
            requestHeaders.apply(to: exchange.request, exchange: exchange)
            return .next
        }
        counters.add(.enforced)
        return .reply(refusal(of: exchange))
    }

    func onResponse(_ exchange: Exchange) -> Verdict {
        guard tellsLimit, let mark = exchange.filterMarks.rateLimit else { return .next }
        exchange.filterMarks.rateLimit = nil
        withUnsafeDecimal(mark.limit) { exchange.response.add(Self.limitName, $0) }
        withUnsafeDecimal(mark.remaining) { exchange.response.add(Self.remainingName, $0) }
        withUnsafeDecimal(mark.reset) { exchange.response.add(Self.resetName, $0) }
        return .next
    }

    private func refusal(of exchange: Exchange) -> LocalReply {
        var reply = LocalReply(
            status: status, body: "local_rate_limited", details: "local_rate_limited", flags: .rateLimited,
            grpcStatus: grpcStatus)
        if !responseHeaders.isEmpty {
            let additions = responseHeaders
            reply.adjust = { additions.apply(to: $0, exchange: exchange) }
        }
        return reply
    }

    private static let limitName = HeaderName("x-ratelimit-limit")
    private static let remainingName = HeaderName("x-ratelimit-remaining")
    private static let resetName = HeaderName("x-ratelimit-reset")
}

extension LocalRateLimitFilter {
    static func make(
        _ settings: FilterSettings, _ override: FilterOverride?, _ context: FilterContext
    ) throws -> (any Filter)? {
        guard case .localRateLimit(var limit) = settings else { return nil }
        if case .localRateLimit(let own)? = override?.setting {
            limit = own
            if limit.tokenBucket == nil {
                throw FilterRefusal("a rate limit of a route needs a token_bucket", source: limit.source)
            }
        }
        // There are zeros to read even where nothing is ever counted.
        let stats: StatGroup<LocalRateLimitCounter> = context.stats.scope(statPrefix(limit)).counters()
        guard let bucket = limit.tokenBucket, limit.filterEnabled.defaultValue.numerator > 0 else { return nil }
        if limit.localRateLimitPerDownstreamConnection {
            throw FilterRefusal("local_rate_limit_per_downstream_connection is not supported", source: limit.source)
        }
        return LocalRateLimitFilter(limit, bucket: SharedTokenBucket(bucket), stats: stats)
    }

    init(_ limit: LocalRateLimit, bucket: SharedTokenBucket, stats: StatGroup<LocalRateLimitCounter>) {
        self.bucket = bucket
        enabled = CompiledFraction(limit.filterEnabled.defaultValue)
        enforced = CompiledFraction(limit.filterEnforced.defaultValue)
        status = limit.status < 400 ? 429 : Int(limit.status)
        // 8 is RESOURCE_EXHAUSTED; otherwise 429 becomes UNAVAILABLE, like everywhere.
        grpcStatus = limit.rateLimitedAsResourceExhausted ? 8 : nil
        requestHeaders = HeaderMutations([HeaderMutation(add: limit.requestHeadersToAddWhenNotEnforced)])
        responseHeaders = HeaderMutations([HeaderMutation(add: limit.responseHeadersToAdd)])
        tellsLimit = limit.enableXRatelimitHeaders == .draftVersion03
        self.stats = stats
    }

    static func statPrefix(_ limit: LocalRateLimit) -> String { "\(limit.statPrefix).http_local_rate_limit." }
}

/// Statistics of `<stat_prefix>.http_local_rate_limit.`
enum LocalRateLimitCounter: Int, StatField, CaseIterable {
    case enabled, enforced, ok, rateLimited
    var kind: StatKind { .counter }
}
