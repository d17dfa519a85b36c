import ApusConfig

/// Delays, aborts, or delays and then aborts a share of requests.
struct FaultFilter: Filter {
    let conditions: FaultConditions
    let delay: InjectedDelay?
    let abort: InjectedAbort?
    let limit: Int?
    let active: ActiveFaults
    let stats: StatGroup<FaultCounter>

    func onRequest(_ exchange: Exchange) -> Verdict {
        // First, as in Envoy: an overflow is counted for requests that no fault would have met, too.
        if let limit, active.current >= limit {
            exchange.worker.counters(stats).add(.faultsOverflow)
            return .next
        }
        guard conditions.hold(for: exchange) else { return .next }
        let wait = delay?.draw(exchange)
        let reply = abort?.draw(exchange)
        if wait == nil, reply == nil { return .next }
        begin(exchange, delayed: wait != nil, aborted: reply != nil)
        let verdict = reply.map(Verdict.reply) ?? .next
        return wait.map { .after($0, verdict) } ?? verdict
    }

    private func begin(_ exchange: Exchange, delayed: Bool, aborted: Bool) {
        let counters = exchange.worker.counters(stats)
        if delayed {
            counters.add(.delaysInjected)
            exchange.flags.insert(.delayInjected)
        }
        if aborted { counters.add(.abortsInjected) }
        guard !exchange.filterMarks.faultActive else { return }
        exchange.filterMarks.faultActive = true
        active.begin()
        counters.add(.activeFaults)
    }

    var wantsCompletion: Bool { true }

    func onComplete(_ exchange: Exchange) {
        guard exchange.filterMarks.faultActive else { return }
        exchange.filterMarks.faultActive = false
        active.end()
        exchange.worker.counters(stats).add(.activeFaults, -1)
    }
}

extension FaultFilter {
    static func make(
        _ settings: FilterSettings, _ override: FilterOverride?, _ context: FilterContext
    ) throws -> (any Filter)? {
        guard case .fault(var fault) = settings else { return nil }
        if case .fault(let own)? = override?.setting { fault = own }
        if fault.responseRateLimit != nil {
            throw FilterRefusal("response_rate_limit of a fault is not supported", source: fault.source)
        }
        // There are zeros to read even where no fault is set.
        _ = stats(context)
        if fault.delay == nil, fault.abort == nil { return nil }
        return try FaultFilter(fault, context)
    }

    init(_ fault: HTTPFault, _ context: FilterContext) throws {
        conditions = try FaultConditions(fault)
        delay = fault.delay.map(InjectedDelay.init)
        abort = fault.abort.map(InjectedAbort.init)
        limit = fault.maxActiveFaults.map(Int.init)
        active = .under(context.statPrefix)
        stats = Self.stats(context)
    }

    private static func stats(_ context: FilterContext) -> StatGroup<FaultCounter> {
        StatGroups.shared.counters("\(context.statPrefix)fault.", of: FaultCounter.self)
    }
}

/// Statistics of `http.<stat_prefix>.fault.`
enum FaultCounter: Int, StatField, CaseIterable {
    case abortsInjected, delaysInjected, faultsOverflow, activeFaults, responseRlInjected
    var kind: StatKind { self == .activeFaults ? .gauge : .counter }
}
