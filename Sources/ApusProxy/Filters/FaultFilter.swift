import ApusConfig

/// Delays, aborts, or delays and then aborts a share of requests.
struct FaultFilter: Filter {
    let conditions: FaultConditions
    let delay: InjectedDelay?
    let abort: InjectedAbort?
    let limit: Int?
    let active: ActiveFaults
    let stats: StatGroup<FaultCounter>
    let clients: ClientFaults?

    func onRequest(_ exchange: Exchange) -> Verdict {
        guard conditions.hold(for: exchange) else { return .next }
        let wait = delay?.draw(exchange).flatMap { begins(exchange) ? $0 : nil }
        let reply = abort?.draw(exchange).flatMap { begins(exchange) ? $0 : nil }
        if wait == nil, reply == nil { return .next }
        let client = clientStats(exchange)
        if wait != nil {
            exchange.worker.counters(stats).add(.delaysInjected)
            if let client { exchange.worker.counters(client).add(.delaysInjected) }
            exchange.flags.insert(.delayInjected)
        }
        let verdict = reply.map { Verdict.reply(counted($0, exchange, client)) } ?? .next
        return wait.map { .after($0, verdict) } ?? verdict
    }

    /// Whether a fault that was drawn may take place. One exchange counts once, whatever befalls it.
    private func begins(_ exchange: Exchange) -> Bool {
        guard !exchange.filterMarks.faultActive else { return true }
        let counters = exchange.worker.counters(stats)
        if let limit, active.current >= limit {
            counters.add(.faultsOverflow)
            return false
        }
        exchange.filterMarks.faultActive = true
        active.begin()
        counters.add(.activeFaults)
        return true
    }

    /// An abort counts when it takes place: behind a delay the client may have gone by then.
    private func counted(_ reply: LocalReply, _ exchange: Exchange, _ client: StatGroup<ClientFaultCounter>?)
        -> LocalReply
    {
        let worker = exchange.worker
        let stats = stats
        var reply = reply
        reply.adjust = { [unowned worker] _ in
            worker.counters(stats).add(.abortsInjected)
            if let client { worker.counters(client).add(.abortsInjected) }
        }
        return reply
    }

    /// The numbers of the cluster that the client says it is (`x-envoy-downstream-service-cluster`).
    private func clientStats(_ exchange: Exchange) -> StatGroup<ClientFaultCounter>? {
        guard let clients, let name = exchange.request.value(.xEnvoyDownstreamServiceCluster), name.count > 0 else {
            return nil
        }
        return clients.group(for: name)
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
        clients = fault.disableDownstreamClusterStats ? nil : ClientFaults(stats.scope)
    }

    private static func stats(_ context: FilterContext) -> StatGroup<FaultCounter> {
        context.stats.scope("\(context.statPrefix)fault.").counters()
    }
}

/// Statistics of `http.<stat_prefix>.fault.`
enum FaultCounter: Int, StatField, CaseIterable {
    case abortsInjected, delaysInjected, faultsOverflow, activeFaults, responseRlInjected
    var kind: StatKind { self == .activeFaults ? .gauge : .counter }
}
