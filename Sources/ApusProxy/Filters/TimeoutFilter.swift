import ApusConfig

/// How long an exchange may take. Nanoseconds; 0: no limit.
struct TimeoutSettings {
    /// Silence of the whole stream.
    var streamIdle: Int64 = 0
    /// From the end of the request to the end of the answer.
    var response: Int64 = 0
    /// From the end of the request, for each try, to the answer's head.
    var perTry: Int64 = 0
    /// Silence of one try.
    var perTryIdle: Int64 = 0
    /// `x-envoy-upstream-rq-timeout-alt-response`: a timeout is answered 204.
    var alternativeStatus = false
}

/// Takes a request's timeouts from its route and from what a trusted client asks for, and tells the upstream how long
/// its answer is awaited.
struct TimeoutFilter: Filter {
    var headInterest: MessageInterest { .request }

    func onRequest(_ exchange: Exchange) -> Verdict {
        if case .forward(let action)? = exchange.route?.action { Self.apply(to: exchange, action) }
        return .next
    }

    private static let fields =
        KnownHeader.xEnvoyUpstreamRqTimeoutMs.bit | KnownHeader.xEnvoyUpstreamRqPerTryTimeoutMs.bit
        | KnownHeader.xEnvoyUpstreamRqTimeoutAltResponse.bit | KnownHeader.xEnvoyExpectedRqTimeoutMs.bit

    /// Told to this proxy and to nobody behind it. Envoy obeys these as well; here they only go.
    private static let ownFields =
        KnownHeader.xEnvoyUpstreamAltStatName.bit | KnownHeader.xEnvoyUpstreamStreamDurationMs.bit

    /// Sets `exchange.timeouts`; a second call changes nothing.
    static func apply(to exchange: Exchange, _ action: ForwardAction) {
        guard !exchange.timeoutsApplied else { return }
        exchange.timeoutsApplied = true
        // A route that limits streams leaves the answer's time to that limit, as in Envoy.
        exchange.timeouts.response = action.limitsStreams ? 0 : action.timeout
        if exchange.isGRPC, !action.limitsStreams, let longest = action.grpcTimeoutHeaderMax {
            exchange.timeouts.response = cap(
                asked: askedTimeout(exchange.request) ?? 0, longest: longest,
                offset: action.grpcTimeoutHeaderOffset ?? 0)
        }
        if let policy = action.retry {
            exchange.timeouts.perTry = policy.perTryTimeout
            exchange.timeouts.perTryIdle = policy.perTryIdleTimeout
        }
        if exchange.request.hasAny(fields) { obey(exchange) }
        exchange.request.removeAll(ownFields)
        // A try that may take as long as the whole needs no limit of its own.
        if exchange.timeouts.response > 0, exchange.timeouts.perTry >= exchange.timeouts.response {
            exchange.timeouts.perTry = 0
        }
        announce(on: exchange)
    }

    private static func obey(_ exchange: Exchange) {
        let head = exchange.request
        if exchange.settings.router.respectExpectedRqTimeout, head.has(.xEnvoyExpectedRqTimeoutMs) {
            // The proxy before this one has decided; what it was asked for itself is not looked at.
            if let expected = milliseconds(head.value(.xEnvoyExpectedRqTimeoutMs)) {
                exchange.timeouts.response = expected
            }
        } else if head.has(.xEnvoyUpstreamRqTimeoutMs) {
            if let wanted = milliseconds(head.value(.xEnvoyUpstreamRqTimeoutMs)) { exchange.timeouts.response = wanted }
            head.remove(.xEnvoyUpstreamRqTimeoutMs)
        }
        if let wanted = milliseconds(head.value(.xEnvoyUpstreamRqPerTryTimeoutMs)) { exchange.timeouts.perTry = wanted }
        head.remove(.xEnvoyUpstreamRqPerTryTimeoutMs)
        if head.has(.xEnvoyUpstreamRqTimeoutAltResponse) {
            exchange.timeouts.alternativeStatus = true
            head.remove(.xEnvoyUpstreamRqTimeoutAltResponse)
        }
    }

    /// Nanoseconds of a decimal number of milliseconds; nil for anything else.
    private static func milliseconds(_ value: Bytes?) -> Int64? {
        guard var value, value.count > 0 else { return nil }
        if value[0] == UInt8(ascii: "+") { value = Bytes(rebasing: value.dropFirst()) }
        guard let number = value.decimal, number < 1 << 40 else { return nil }
        return Int64(number) * 1_000_000
    }

    /// `grpc-timeout` in nanoseconds: up to eight digits and a unit; nil for anything else.
    static func askedTimeout(_ head: Head) -> Int64? {
        guard let value = head.value(.grpcTimeout), value.count >= 2, value.count <= 9,
            let number = Bytes(rebasing: value[0..<value.count - 1]).decimal,
            let unit = units[value[value.count - 1]]
        else { return nil }
        // Eight digits of hours are more than an Int64 holds.
        let (product, overflow) = Int64(number).multipliedReportingOverflow(by: unit)
        return overflow ? Duration.longestNanoseconds : min(product, Duration.longestNanoseconds)
    }

    /// A wish of 0 is a wish for no limit; `longest` 0 sets none.
    private static func cap(asked: Int64, longest: Int64, offset: Int64) -> Int64 {
        let timeout = offset > 0 && offset < asked ? asked - offset : asked
        return longest > 0 && (timeout == 0 || timeout > longest) ? longest : timeout
    }

    /// How long the whole stream of this request may take, when the route says so; nil leaves that to the listener.
    /// 0 is no limit.
    static func streamLimit(_ exchange: Exchange, _ action: ForwardAction) -> Int64? {
        guard action.limitsStreams else { return nil }
        guard let longest = action.grpcTimeoutHeaderMax, var asked = askedTimeout(exchange.request) else {
            return action.maxStreamDuration
        }
        if longest > 0 { asked = min(asked, longest) }
        if let offset = action.grpcTimeoutHeaderOffset { asked = offset < asked ? asked - offset : 0 }
        // Nothing left is over at once, and not unlimited.
        return max(asked, 1)
    }

    /// Tells a gRPC upstream its deadline, in the unit that eight digits are enough for.
    static func setDeadline(_ head: Head, _ nanoseconds: Int64) {
        let milliseconds = nanoseconds / 1_000_000
        let text =
            switch milliseconds {
            case ...99_999_999: "\(milliseconds)m"
            case ...99_999_999_000: "\(milliseconds / 1000)S"
            default: "\(min(milliseconds / 60_000, 99_999_999))M"
            }
        Bytes.with(text) { head.set(.grpcTimeout, $0) }
    }

    private static let units: [UInt8: Int64] = [
        UInt8(ascii: "H"): 3_600_000_000_000, UInt8(ascii: "M"): 60_000_000_000, UInt8(ascii: "S"): 1_000_000_000,
        UInt8(ascii: "m"): 1_000_000, UInt8(ascii: "u"): 1_000, UInt8(ascii: "n"): 1,
    ]

    /// Tells the upstream how long this try is waited for: the try's limit, or what is left of the whole.
    static func announce(on exchange: Exchange) {
        let suppressed = exchange.settings.router.suppressEnvoyHeaders
        guard !suppressed || exchange.isGRPC else { return }
        let whole = exchange.timeouts.response
        var expected = exchange.timeouts.perTry > 0 ? exchange.timeouts.perTry : whole
        guard expected > 0 else { return }
        if whole > 0 {
            let elapsed =
                exchange.deadlines.response == Deadlines.never
                ? 0 : exchange.nowNanoseconds - (exchange.deadlines.response - whole)
            expected = elapsed >= whole ? 1_000_000 : min(expected, whole - elapsed)
        }
        if !suppressed {
            withUnsafeDecimal(Int(expected / 1_000_000)) { exchange.request.set(.xEnvoyExpectedRqTimeoutMs, $0) }
        }
        if exchange.isGRPC, case .forward(let action)? = exchange.route?.action, !action.limitsStreams,
            action.grpcTimeoutHeaderMax != nil
        {
            setDeadline(exchange.request, expected)
        }
    }
}
