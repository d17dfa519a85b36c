import ApusConfig
import NIOConcurrencyHelpers
import NIOCore

/// Outlier detection of one cluster, shared by all workers: a monitor for each endpoint, in which they count, and the
/// way to the one `OutlierKeeper` that decides and to all who must hear of it.
final class Outliers: Sendable {
    let settings: OutlierDetection
    let stats: StatGroup<OutlierCounter>
    /// Nanoseconds.
    let mergeWindow: Int64
    private let thresholds: OutlierThresholds
    /// Used when endpoints change, an outlier is seen or numbers are read; never by a request as such.
    private let state = NIOLockedValueBox(State())

    /// An endpoint, as long as it is one.
    private struct Key: Hashable {
        let address: SocketAddress
        let priority: UInt32
    }

    private struct State {
        var monitors: [Key: OutlierMonitor] = [:]
        var nextID = 0
        var keeper: Member<OutlierKeeper>?
        var members: [Member<UpstreamCluster>] = []
        var summary = OutlierSummary()
    }

    /// Something of one worker.
    private struct Member<Value: AnyObject>: Sendable {
        let loop: any EventLoop
        let bound: NIOLoopBound<Value>

        func tell(_ action: @escaping @Sendable (Value) -> Void) {
            loop.execute { action(bound.value) }
        }
    }

    init(_ settings: OutlierDetection, mergeWindow: Int64, scope: StatScope) {
        self.settings = settings
        self.mergeWindow = mergeWindow
        thresholds = OutlierThresholds(settings)
        stats = scope.counters(below: "outlier_detection.")
    }

    // MARK: Endpoints

    /// The endpoints are these now; those that stay keep their monitors. `moves`: one that is alone may change its
    /// address and is still the same.
    func adopt(_ endpoints: [ResolvedEndpoint], moves: Bool) {
        state.withLockedValue { state in
            let old = state.monitors
            state.monitors = [:]
            for endpoint in endpoints {
                let key = Key(address: endpoint.address, priority: endpoint.priority)
                guard state.monitors[key] == nil else { continue }
                var monitor = old[key]
                if monitor == nil, moves, endpoints.count == 1, old.count == 1 { monitor = old.values.first }
                if monitor == nil { state.nextID += 1 }
                state.monitors[key] = monitor ?? OutlierMonitor(id: state.nextID, thresholds: thresholds)
            }
        }
    }

    func monitor(of endpoint: ResolvedEndpoint) -> OutlierMonitor? {
        state.withLockedValue { $0.monitors[Key(address: endpoint.address, priority: endpoint.priority)] }
    }

    // MARK: Workers

    /// On the worker's loop. Leaves by `leave`.
    func join(_ cluster: UpstreamCluster) {
        let loop = cluster.worker.loop
        let member = Member(loop: loop, bound: NIOLoopBound(cluster, eventLoop: loop))
        let keeper = cluster.keeper.map { Member(loop: loop, bound: NIOLoopBound($0, eventLoop: loop)) }
        state.withLockedValue { state in
            state.members.append(member)
            if let keeper { state.keeper = keeper }
        }
    }

    func leave(_ cluster: UpstreamCluster) {
        let id = cluster.worker.index
        state.withLockedValue { state in
            state.members.removeAll { $0.loop === cluster.worker.loop }
            if id == OutlierKeeper.workerIndex { state.keeper = nil }
        }
    }

    /// A worker has counted one failure too many.
    func detected(_ kinds: OutlierKinds, _ monitor: OutlierMonitor) {
        state.withLockedValue { $0.keeper }?.tell { $0.detected(kinds, monitor) }
    }

    /// An active health check, whoever makes it, has found an endpoint healthy; the keeper decides what follows.
    func passedActiveCheck(_ monitor: OutlierMonitor) {
        state.withLockedValue { $0.keeper }?.tell { $0.passedActiveCheck(monitor) }
    }

    /// These endpoints were taken out: no worker keeps connections to them.
    func announce(ejected: [Int]) { tellAll { $0.renewPools(of: ejected) } }

    /// Endpoints have gone out or come back: every worker chooses among those that are in from now on.
    func announceChange() { tellAll { $0.healthChanged() } }

    private func tellAll(_ action: @escaping @Sendable (UpstreamCluster) -> Void) {
        for member in state.withLockedValue({ $0.members }) { member.tell(action) }
    }

    // MARK: Readings

    var summary: OutlierSummary {
        get { state.withLockedValue { $0.summary } }
        set { state.withLockedValue { $0.summary = newValue } }
    }
}
