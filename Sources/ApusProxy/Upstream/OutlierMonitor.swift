import ApusConfig
import Atomics

/// How many failures in a row make an outlier.
struct OutlierThresholds: Sendable {
    let consecutive5xx: Int
    let consecutiveGatewayFailure: Int
    let consecutiveLocalOriginFailure: Int
    let splitsLocalOrigin: Bool
    /// Not empty: the only statuses that are failures.
    private let errorStatuses: Set<Int>

    init(_ settings: OutlierDetection) {
        consecutive5xx = Int(settings.consecutive5xx)
        consecutiveGatewayFailure = Int(settings.consecutiveGatewayFailure)
        consecutiveLocalOriginFailure = Int(settings.consecutiveLocalOriginFailure)
        splitsLocalOrigin = settings.splitExternalLocalOriginErrors
        errorStatuses = Set(settings.errorStatuses.map(Int.init))
    }

    /// What an endpoint's answer counts as.
    @inline(__always)
    func counted(_ status: Int) -> Int { errorStatuses.isEmpty ? status : listed(status) }

    private func listed(_ status: Int) -> Int {
        guard errorStatuses.contains(status) else { return 200 }
        return (500..<600).contains(status) ? status : 500
    }
}

/// What all workers together know of one endpoint: they count here, with a few atomic operations for each try, and the
/// cluster's `OutlierKeeper` alone decides.
final class OutlierMonitor: Sendable {
    /// Unique in its cluster.
    let id: Int
    private let thresholds: OutlierThresholds
    private let consecutive5xx = ManagedAtomic(0)
    private let consecutiveGatewayFailure = ManagedAtomic(0)
    private let consecutiveLocalOriginFailure = ManagedAtomic(0)
    private let external = OutlierTally()
    private let localOrigin = OutlierTally()
    private let ejected = ManagedAtomic(false)
    private let rates = (ManagedAtomic(OutlierRates.none.bitPattern), ManagedAtomic(OutlierRates.none.bitPattern))

    init(id: Int, thresholds: OutlierThresholds) {
        self.id = id
        self.thresholds = thresholds
    }

    // MARK: The workers' side

    /// Counts an outcome, and tells what it was one failure too many of.
    @inline(__always)
    func record(_ outcome: OutlierOutcome) -> OutlierKinds {
        if thresholds.splitsLocalOrigin { return recordSplit(outcome) }
        switch outcome {
        case .status(let status): return count(thresholds.counted(status))
        case .timedOut(let status): return count(status)
        case .connected: return []
        case .connectedFinally: return count(200)
        case .failed: return count(503)
        }
    }

    private func recordSplit(_ outcome: OutlierOutcome) -> OutlierKinds {
        switch outcome {
        case .status(let status): return count(thresholds.counted(status))
        case .connected, .connectedFinally:
            localOrigin.count(success: true)
            consecutiveLocalOriginFailure.clear()
            return []
        case .failed, .timedOut:
            localOrigin.count(success: false)
            let isOutlier = consecutiveLocalOriginFailure.reaches(thresholds.consecutiveLocalOriginFailure)
            return isOutlier ? .consecutiveLocalOriginFailure : []
        }
    }

    private func count(_ status: Int) -> OutlierKinds {
        guard (500..<600).contains(status) else {
            external.count(success: true)
            consecutive5xx.clear()
            consecutiveGatewayFailure.clear()
            return []
        }
        external.count(success: false)
        var found: OutlierKinds = []
        if (502...504).contains(status) {
            if consecutiveGatewayFailure.reaches(thresholds.consecutiveGatewayFailure) {
                found.insert(.consecutiveGatewayFailure)
            }
        } else {
            consecutiveGatewayFailure.clear()
        }
        if consecutive5xx.reaches(thresholds.consecutive5xx) { found.insert(.consecutive5xx) }
        return found
    }

    var isEjected: Bool { ejected.load(ordering: .relaxed) }

    /// Per cent of the last interval, -1 when there were too few requests: from the endpoint itself, and of connections.
    var successRates: (external: Double, localOrigin: Double) {
        (
            Double(bitPattern: rates.0.load(ordering: .relaxed)), Double(bitPattern: rates.1.load(ordering: .relaxed))
        )
    }

    // MARK: The keeper's side

    func eject() { ejected.store(true, ordering: .relaxed) }

    /// Failures from before do not count against an endpoint that has come back.
    func takeBack() {
        ejected.store(false, ordering: .relaxed)
        consecutive5xx.clear()
        consecutiveGatewayFailure.clear()
        consecutiveLocalOriginFailure.clear()
    }

    /// A row of failures has been dealt with; the next one counts from the beginning.
    func forget(_ kind: OutlierKind) {
        switch kind {
        case .consecutive5xx: consecutive5xx.clear()
        case .consecutiveGatewayFailure: consecutiveGatewayFailure.clear()
        case .consecutiveLocalOriginFailure: consecutiveLocalOriginFailure.clear()
        default: break
        }
    }

    /// What was counted since this was called last.
    func takeCounts() -> OutlierCounts {
        OutlierCounts(external: external.take(), localOrigin: localOrigin.take())
    }

    func tell(external: Double, localOrigin: Double) {
        rates.0.store(external.bitPattern, ordering: .relaxed)
        rates.1.store(localOrigin.bitPattern, ordering: .relaxed)
    }
}

/// Tries and their successes in one number, so that both are counted and taken in one step.
private struct OutlierTally {
    private let both = ManagedAtomic<UInt64>(0)

    @inline(__always)
    func count(success: Bool) {
        both.wrappingIncrement(by: success ? 1 << 32 | 1 : 1 << 32, ordering: .relaxed)
    }

    func take() -> OutlierCounts.Tally {
        let taken = both.exchange(0, ordering: .relaxed)
        return OutlierCounts.Tally(tries: Int(taken >> 32), successes: Int(taken & 0xffff_ffff))
    }
}

extension ManagedAtomic<Int> {
    /// Most of the time there is nothing to clear, and then nothing is written.
    @inline(__always)
    fileprivate func clear() {
        if load(ordering: .relaxed) != 0 { store(0, ordering: .relaxed) }
    }

    /// Counts up; true at the limit and neither before nor after it.
    fileprivate func reaches(_ limit: Int) -> Bool {
        wrappingIncrementThenLoad(ordering: .relaxed) == limit
    }
}
