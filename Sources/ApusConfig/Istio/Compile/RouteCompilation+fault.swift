extension HTTPFault {
    /// nil when nothing would ever be injected.
    init?(_ fault: HTTPFaultInjection) {
        let delay = fault.delay.flatMap { delay in
            delay.fixedDelay.map { FaultDelay(duration: .fixed($0), percentage: Fraction(delay.percentage)) }
        }
        let abort = fault.abort.flatMap { abort in
            abort.status.map { FaultAbort(status: FaultStatus($0), percentage: Fraction(abort.percentage)) }
        }
        guard delay != nil || abort != nil else { return nil }
        self.init(delay: delay, abort: abort)
    }
}

extension FaultStatus {
    fileprivate init(_ status: HTTPFaultInjection.Status) {
        switch status {
        case .http(let code): self = .http(min(code, 599))
        case .grpc(let code): self = .grpc(code)
        }
    }
}
