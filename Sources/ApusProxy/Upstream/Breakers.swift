import ApusConfig
import Atomics

/// The circuit breakers of a cluster: what is in use in the whole process against what may be, per routing priority.
///
/// These counts cross workers and are therefore atomic; a test and an increment are two steps, so that a limit may be
/// passed by as many as there are workers at the same instant, as in Envoy.
final class Breakers: Sendable {
    let standard: PriorityBreakers
    let high: PriorityBreakers

    init(_ settings: CircuitBreakers) {
        standard = PriorityBreakers(settings.thresholds.first { $0.priority == .default } ?? BreakerThresholds())
        high = PriorityBreakers(
            settings.thresholds.first { $0.priority == .high } ?? BreakerThresholds(priority: .high))
    }

    @inline(__always)
    subscript(priority: RoutingPriority) -> PriorityBreakers { priority == .default ? standard : high }
}

/// The breakers of one priority.
final class PriorityBreakers: Sendable {
    let thresholds: BreakerThresholds
    let connections = ManagedAtomic(0)
    let pending = ManagedAtomic(0)
    let requests = ManagedAtomic(0)
    let retries = ManagedAtomic(0)

    init(_ thresholds: BreakerThresholds) { self.thresholds = thresholds }

    @inline(__always)
    var allowsConnection: Bool { connections.load(ordering: .relaxed) < Int(thresholds.maxConnections) }
    @inline(__always)
    var allowsPending: Bool { pending.load(ordering: .relaxed) < Int(thresholds.maxPendingRequests) }
    @inline(__always)
    var allowsRequest: Bool { requests.load(ordering: .relaxed) < Int(thresholds.maxRequests) }

    /// Retries under way against `max_retries`, or against the budget where there is one.
    var allowsRetry: Bool { retries.load(ordering: .relaxed) < maxRetries }

    var maxRetries: Int {
        guard let budget = thresholds.retryBudget else { return Int(thresholds.maxRetries) }
        let active = requests.load(ordering: .relaxed) + pending.load(ordering: .relaxed)
        return max(Int(Double(active) * budget.budgetPercent / 100), Int(budget.minRetryConcurrency))
    }
}

extension ManagedAtomic<Int> {
    @inline(__always)
    func increment() { wrappingIncrement(ordering: .relaxed) }
    @inline(__always)
    func decrement() { wrappingDecrement(ordering: .relaxed) }
}
