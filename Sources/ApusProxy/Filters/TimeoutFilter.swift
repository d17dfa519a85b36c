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
        | KnownHeader.grpcTimeout.bit

    /// Sets `exchange.timeouts`; a second call changes nothing.
    static func apply(to exchange: Exchange, _ action: ForwardAction) {
        guard !exchange.timeoutsApplied else { return }
        exchange.timeoutsApplied = true
        exchange.timeouts.response = action.timeout
        if let policy = action.retry {
            exchange.timeouts.perTry = policy.perTryTimeout
            exchange.timeouts.perTryIdle = policy.perTryIdleTimeout
        }
        if exchange.request.hasAny(fields) { obey(exchange, action) }
        // A try that may take as long as the whole needs no limit of its own.
        if exchange.timeouts.response > 0, exchange.timeouts.perTry >= exchange.timeouts.response {
            exchange.timeouts.perTry = 0
        }
        announce(on: exchange)
    }

    private static func obey(_ exchange: Exchange, _ action: ForwardAction) {
        let head = exchange.request
        var given = false
        if exchange.settings.router.respectExpectedRqTimeout,
            let expected = milliseconds(head.value(.xEnvoyExpectedRqTimeoutMs))
        {
            exchange.timeouts.response = expected
            given = true
        }
        if let wanted = milliseconds(head.value(.xEnvoyUpstreamRqTimeoutMs)) {
            if !given { exchange.timeouts.response = wanted }
            given = true
        }
        head.remove(.xEnvoyUpstreamRqTimeoutMs)
        if !given, exchange.isGRPC, let longest = action.grpcTimeoutHeaderMax {
            exchange.timeouts.response = grpcTimeout(
                head, longest: longest, offset: action.grpcTimeoutHeaderOffset ?? 0)
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
        guard let number = value?.decimal, number < 1 << 40 else { return nil }
        return Int64(number) * 1_000_000
    }

    /// `grpc-timeout`: up to eight digits and a unit. Without one, gRPC has no deadline, and only `longest` counts.
    private static func grpcTimeout(_ head: Head, longest: Int64, offset: Int64) -> Int64 {
        guard let value = head.value(.grpcTimeout), value.count >= 2, value.count <= 9,
            let number = Bytes(rebasing: value[0..<value.count - 1]).decimal,
            let unit = units[value[value.count - 1]]
        else { return longest }
        var timeout = Int64(number) * unit
        if offset > 0, offset < timeout { timeout -= offset }
        return longest > 0 ? min(timeout, longest) : timeout
    }

    private static let units: [UInt8: Int64] = [
        UInt8(ascii: "H"): 3_600_000_000_000, UInt8(ascii: "M"): 60_000_000_000, UInt8(ascii: "S"): 1_000_000_000,
        UInt8(ascii: "m"): 1_000_000, UInt8(ascii: "u"): 1_000, UInt8(ascii: "n"): 1,
    ]

    /// Tells the upstream how long this try is waited for: the try's limit, or what is left of the whole.
    static func announce(on exchange: Exchange) {
        guard !exchange.settings.router.suppressEnvoyHeaders else { return }
        let whole = exchange.timeouts.response
        var expected = exchange.timeouts.perTry > 0 ? exchange.timeouts.perTry : whole
        guard expected > 0 else { return }
        if whole > 0 {
            let elapsed =
                exchange.deadlines.response == Deadlines.never
                ? 0 : exchange.nowNanoseconds - (exchange.deadlines.response - whole)
            expected = elapsed >= whole ? 1_000_000 : min(expected, whole - elapsed)
        }
        withUnsafeDecimal(Int(expected / 1_000_000)) { exchange.request.set(.xEnvoyExpectedRqTimeoutMs, $0) }
    }
}
