import ApusConfig

/// Answers CORS preflights and marks answers that other origins may read.
/// [Fetch standard, 3.3: https://fetch.spec.whatwg.org/#http-cors-protocol]
struct CORSFilter: Filter {
    let policy: CompiledCORSPolicy
    let stats: StatGroup<CORSCounter>

    func onRequest(_ exchange: Exchange) -> Verdict {
        let request = exchange.request
        guard let origin = request.value(.origin), origin.count > 0 else { return .next }
        // Redirects and fixed answers are nobody's resources.
        guard case .forward? = exchange.route?.action else { return .next }
        let enabled = exchange.worker.draws(policy.enabled)
        guard enabled || exchange.worker.draws(policy.shadow) else { return .next }

        // Of two origins none is believed.
        let allowed = !exchange.request.repeats(.origin) && policy.allows(origin)
        exchange.worker.counters(stats).add(allowed ? .originValid : .originInvalid)
        guard enabled else { return .next }
        if allowed {
            exchange.filterMarks.corsOrigin = true
            // Kept apart: the request that goes upstream may lose its Origin.
            exchange.storage[Self.key] = origin.string
        }
        guard request.method.equals("OPTIONS"), let method = request.value(.accessControlRequestMethod),
            method.count > 0, allowed || !policy.forwardsOtherPreflights
        else { return .next }
        return .reply(preflight(exchange))
    }

    func onResponse(_ exchange: Exchange) -> Verdict {
        guard exchange.filterMarks.corsOrigin, var origin = exchange.storage[Self.key] as? String else { return .next }
        let response = exchange.response
        origin.withUTF8 { response.set(Self.allowOrigin, $0) }
        if policy.allowCredentials { response.set(Self.allowCredentials, StaticString("true").bytes) }
        if let expose = policy.exposeHeaders { response.set(Self.exposeHeaders, expose.bytes) }
        return .next
    }

    /// What an allowed origin adds, `onResponse` adds here too.
    private func preflight(_ exchange: Exchange) -> LocalReply {
        let policy = policy
        return LocalReply(status: 200, details: "cors_response") { head in
            let request = exchange.request
            if policy.allowCredentials { head.set(Self.allowCredentials, StaticString("true").bytes) }
            if let methods = policy.allowMethods {
                head.set(Self.allowMethods, methods.value(or: request.value(.accessControlRequestMethod)))
            }
            if let headers = policy.allowHeaders {
                head.set(Self.allowHeaders, headers.value(or: request.value(Self.requestHeaders)))
            }
            if let age = policy.maxAge { head.set(Self.maxAge, age.bytes) }
            if policy.allowPrivateNetworkAccess, request.value(Self.requestPrivateNetwork)?.equals("true") == true {
                head.set(Self.allowPrivateNetwork, StaticString("true").bytes)
            }
        }
    }

    private static let key = "envoy.filters.http.cors"
    private static let requestHeaders = HeaderName("access-control-request-headers")
    private static let requestPrivateNetwork = HeaderName("access-control-request-private-network")
    private static let allowOrigin = HeaderName("access-control-allow-origin")
    private static let allowCredentials = HeaderName("access-control-allow-credentials")
    private static let allowMethods = HeaderName("access-control-allow-methods")
    private static let allowHeaders = HeaderName("access-control-allow-headers")
    private static let allowPrivateNetwork = HeaderName("access-control-allow-private-network")
    private static let exposeHeaders = HeaderName("access-control-expose-headers")
    private static let maxAge = HeaderName("access-control-max-age")
}

extension CORSFilter {
    static func make(
        _ settings: FilterSettings, _ override: FilterOverride?, _ context: FilterContext
    ) throws -> (any Filter)? {
        guard case .cors = settings else { return nil }
        let overrides = (override.map { [$0] } ?? []) + context.outerOverrides
        let levels = overrides.compactMap { override -> CorsPolicy? in
            guard case .cors(let policy)? = override.setting else { return nil }
            return policy
        }
        let stats = context.stats.scope("\(context.statPrefix)cors.").counters(CORSCounter.self)
        guard let policy = try CompiledCORSPolicy(levels) else { return nil }
        return CORSFilter(policy: policy, stats: stats)
    }
}

/// Statistics of `http.<stat_prefix>.cors.`
enum CORSCounter: Int, StatField, CaseIterable {
    case originValid, originInvalid
    var kind: StatKind { .counter }
}
