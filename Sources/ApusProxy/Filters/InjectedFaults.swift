import ApusConfig

/// A delay for a share of requests.
struct InjectedDelay: Sendable {
    let duration: FaultDuration
    let share: CompiledFraction

    init(_ delay: FaultDelay) {
        duration = delay.duration
        share = CompiledFraction(delay.percentage)
    }

    func draw(_ exchange: Exchange) -> Duration? {
        switch duration {
        case .fixed(let fixed):
            return fixed > .zero && exchange.worker.draws(share) ? fixed : nil
        case .header:
            guard let asked = exchange.request.value(.xEnvoyFaultDelayRequest)?.decimal, asked > 0 else { return nil }
            let share = share.lowered(by: exchange.request.value(.xEnvoyFaultDelayRequestPercentage))
            // A client may ask for anything; ten days are as good as for ever and far from any overflow.
            return exchange.worker.draws(share) ? .milliseconds(min(asked, 864_000_000)) : nil
        }
    }
}

/// An abort for a share of requests.
struct InjectedAbort: Sendable {
    let status: FaultStatus
    let share: CompiledFraction

    init(_ abort: FaultAbort) {
        status = abort.status
        share = CompiledFraction(abort.percentage)
    }

    func draw(_ exchange: Exchange) -> LocalReply? {
        switch status {
        case .http(let code):
            return exchange.worker.draws(share) ? Self.reply(Int(code)) : nil
        case .grpc(let code):
            return exchange.worker.draws(share) ? Self.reply(200, grpcStatus: Int(code)) : nil
        case .header:
            guard exchange.request.hasAny(Self.askingHeaders), let reply = Self.asked(of: exchange.request) else {
                return nil
            }
            let share = share.lowered(by: exchange.request.value(.xEnvoyFaultAbortRequestPercentage))
            return exchange.worker.draws(share) ? reply : nil
        }
    }

    private static let askingHeaders =
        KnownHeader.xEnvoyFaultAbortRequest.bit | KnownHeader.xEnvoyFaultAbortGrpcRequest.bit

    /// The HTTP status comes before the gRPC status when a request asks for both.
    private static func asked(of request: Head) -> LocalReply? {
        if let code = request.value(.xEnvoyFaultAbortRequest)?.decimal, (200..<600).contains(code) {
            return reply(Int(code))
        }
        if let code = request.value(.xEnvoyFaultAbortGrpcRequest)?.decimal, code <= UInt64(Int32.max) {
            return reply(200, grpcStatus: Int(code))
        }
        return nil
    }

    private static func reply(_ status: Int, grpcStatus: Int? = nil) -> LocalReply {
        LocalReply(
            status: status, body: "fault filter abort", details: "fault_filter_abort", flags: .faultInjected,
            grpcStatus: grpcStatus)
    }
}

extension CompiledFraction {
    /// This share with the numerator that a request asks for, which can only make it smaller.
    fileprivate func lowered(by value: Bytes?) -> CompiledFraction {
        guard let asked = value?.decimal, asked < numerator else { return self }
        return CompiledFraction(Fraction(numerator: UInt32(asked), denominator: denominator))
    }
}
