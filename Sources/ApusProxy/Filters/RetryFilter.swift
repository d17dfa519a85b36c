import ApusConfig
import NIOCore

/// What an exchange may still do about failures.
struct RetryState {
    var on: RetryOn
    var left: Int
    /// Nanoseconds.
    var baseInterval: Int64 = 25_000_000
    var maxInterval: Int64 = 250_000_000
    var policy: CompiledRetryPolicy?
    var statusCodes: Set<Int> = []
    var headerNames: [HeaderName] = []
    var avoidsPreviousHosts = false
    var hostSelectionAttempts = 1
    var triedHosts: [UpstreamHost] = []
    /// Retries made so far.
    var made = 0
    /// A retry is counted in the cluster's breaker.
    var holdsBreaker = false
}

/// Decides whether a failed try is made again, and when: from the route's policy and from what a trusted client asks.
struct RetryFilter: Filter {
    private static let fields =
        KnownHeader.xEnvoyRetryOn.bit | KnownHeader.xEnvoyRetryGrpcOn.bit | KnownHeader.xEnvoyMaxRetries.bit
        | KnownHeader.xEnvoyRetriableStatusCodes.bit | KnownHeader.xEnvoyRetriableHeaderNames.bit
        | KnownHeader.xEnvoyHedgeOnPerTryTimeout.bit

    var headInterest: MessageInterest { .request }

    func onRequest(_ exchange: Exchange) -> Verdict {
        guard case .forward(let action)? = exchange.route?.action else { return .next }
        let head = exchange.request
        let asked = head.hasAny(Self.fields)
        guard asked || action.retry != nil else { return .next }
        var state = RetryState(on: action.retry?.on ?? [], left: action.retry?.retries ?? 1)
        if let policy = action.retry {
            state.policy = policy
            state.baseInterval = policy.baseInterval
            state.maxInterval = policy.maxInterval
            state.statusCodes = policy.statusCodes
            state.avoidsPreviousHosts = policy.avoidsPreviousHosts
            state.hostSelectionAttempts = policy.hostSelectionAttempts
            // The policy holds for some requests only.
            if !policy.requestHeaders.isEmpty, !policy.requestHeaders.contains(where: { $0.matches(head) }) {
                state.on = []
            }
        }
        if asked { obey(head, &state) }
        if !state.on.isEmpty { exchange.retry = state }
        return .next
    }

    private func obey(_ head: Head, _ state: inout RetryState) {
        for (field, isGRPC) in [(KnownHeader.xEnvoyRetryOn, false), (.xEnvoyRetryGrpcOn, true)] {
            head.value(field)?.forEachElement { element in
                guard let known = RetryOn.names.first(where: { $0.0 == element.string })?.1 else { return }
                // Each field has names of its own; the other's mean nothing in it.
                if (known.rawValue >= RetryOn.grpcCancelled.rawValue) == isGRPC { state.on.insert(known) }
            }
        }
        // 32 bits of it count, as in Envoy.
        if !state.on.isEmpty, let most = head.value(.xEnvoyMaxRetries)?.decimal {
            state.left = Int(UInt32(truncatingIfNeeded: most))
        }
        head.value(.xEnvoyRetriableStatusCodes)?.forEachElement { element in
            if let code = element.decimal, code < 1000 { state.statusCodes.insert(Int(code)) }
        }
        head.value(.xEnvoyRetriableHeaderNames)?.forEachElement { state.headerNames.append(HeaderName($0.string)) }
        head.removeAll(Self.fields)
    }

    // MARK: Decisions

    /// Whether this answer is thrown away and the request tried again; if so, the retry is already arranged.
    static func wantsRetry(_ exchange: Exchange, ofAnswer status: Int) -> Bool {
        guard let state = exchange.retry else { return false }
        guard isRetriable(exchange.response, status, state) else {
            if state.made > 0 { exchange.cluster?.counters.add(.upstreamRqRetrySuccess) }
            return false
        }
        return arrange(exchange, headers: exchange.response)
    }

    /// Whether a try that ended without an answer is made again; if so, the retry is already arranged.
    static func wantsRetry(_ exchange: Exchange, after failure: AttemptFailure) -> Bool {
        guard let state = exchange.retry, failure != .overflow else { return false }
        let on = state.on
        let wanted =
            on.contains(.reset) || !on.isDisjoint(with: [.serverError, .gatewayError])
            || (on.contains(.resetBeforeRequest) && (failure.isBeforeRequest || !exchange.attempt.requestStarted))
            || (on.contains(.connectFailure) && failure.isBeforeRequest)
        return wanted && arrange(exchange, headers: nil)
    }

    private static func isRetriable(_ head: Head, _ status: Int, _ state: RetryState) -> Bool {
        let on = state.on
        if head.has(.xEnvoyRatelimited) { return on.contains(.envoyRateLimited) }
        if status >= 500, on.contains(.serverError) { return true }
        if status >= 502, status <= 504, on.contains(.gatewayError) { return true }
        if status == 409, on.contains(.retriable4xx) { return true }
        if on.contains(.retriableStatusCodes), state.statusCodes.contains(status) { return true }
        if on.contains(.retriableHeaders) {
            if let policy = state.policy, policy.headers.contains(where: { $0.matches(head) }) { return true }
            if state.headerNames.contains(where: { head.value($0) != nil }) { return true }
        }
        guard on.rawValue >= RetryOn.grpcCancelled.rawValue, let code = head.value(.grpcStatus)?.decimal else {
            return false
        }
        switch code {
        case 1: return on.contains(.grpcCancelled)
        case 4: return on.contains(.grpcDeadlineExceeded)
        case 8: return on.contains(.grpcResourceExhausted)
        case 13: return on.contains(.grpcInternal)
        case 14: return on.contains(.grpcUnavailable)
        default: return false
        }
    }

    /// Spends a retry, if there is one to spend and the cluster's breaker lets it, and sets the time for it.
    private static func arrange(_ exchange: Exchange, headers: Head?) -> Bool {
        guard var state = exchange.retry, let cluster = exchange.cluster else { return false }
        let counters = cluster.counters
        let breaker = cluster.compiled.breakers[exchange.priority]
        if state.holdsBreaker {
            state.holdsBreaker = false
            breaker.retries.decrement()
            exchange.retry = state
        }
        guard state.left > 0 else {
            counters.add(.upstreamRqRetryLimitExceeded)
            exchange.flags.insert(.upstreamRetryLimitExceeded)
            return false
        }
        guard breaker.allowsRetry else {
            counters.add(.upstreamRqRetryOverflow)
            exchange.flags.insert(.upstreamOverflow)
            return false
        }
        state.left -= 1
        state.made += 1
        state.holdsBreaker = true
        breaker.retries.increment()
        counters.add(.upstreamRqRetry)
        if let host = exchange.upstreamHost { state.triedHosts.append(host) }
        let wait: Int64
        if let headers, let asked = askedInterval(headers, state.policy, exchange) {
            counters.add(.upstreamRqRetryBackoffRatelimited)
            wait = asked + Int64(exchange.worker.random.next() % UInt64(max(asked / 2, 1)))
        } else {
            counters.add(.upstreamRqRetryBackoffExponential)
            wait = backOff(state, random: exchange.worker.random.next())
        }
        exchange.retry = state
        exchange.set(\.backOff, after: max(wait, 1))
        return true
    }

    /// Full jitter: anything up to base × 2^retries - 1, and never more than the maximum.
    static func backOff(_ state: RetryState, random: UInt64) -> Int64 {
        let doubled = state.baseInterval.multipliedReportingOverflow(by: 1 << Int64(min(state.made, 20)))
        let ceiling = min(
            doubled.overflow ? state.maxInterval : doubled.partialValue - state.baseInterval, state.maxInterval)
        return Int64(random % UInt64(max(ceiling, 1)))
    }

    /// The time that an answer asks to be left alone, from the first reset header that tells one within bounds.
    private static func askedInterval(_ head: Head, _ policy: CompiledRetryPolicy?, _ exchange: Exchange) -> Int64? {
        guard let policy, let limits = policy.rateLimited else { return nil }
        for (name, format) in policy.resetHeaders {
            guard let number = head.value(name)?.decimal, number < 1 << 40 else { continue }
            let seconds: Int64
            switch format {
            case .seconds: seconds = Int64(number)
            case .unixTimestamp: seconds = Int64(number) - WallClock.seconds()
            }
            // An upstream may name any number: only one within the limit is worth multiplying.
            guard seconds > 0, seconds <= limits.maxInterval.components.seconds else { continue }
            let interval = seconds * 1_000_000_000
            if interval <= limits.maxInterval.nanoseconds { return interval }
        }
        return nil
    }

    /// The exchange has its answer, or ends without: a retry no longer counts as under way.
    static func settled(_ exchange: Exchange) {
        guard exchange.retry?.holdsBreaker == true, let cluster = exchange.cluster else { return }
        exchange.retry?.holdsBreaker = false
        cluster.compiled.breakers[exchange.priority].retries.decrement()
    }
}
