import Logging
import NIOCore

/// All that belongs to one event loop: connections, pools, numbers, chance and time. Nothing here is shared; others ask
/// the loop.
public final class Worker: @unchecked Sendable {
    // Unchecked: every member is used on `loop` alone, which `preconditionInEventLoop` holds in debug builds.
    public let loop: any EventLoop
    public let index: Int
    /// The time at which the event under way began; good enough for every deadline.
    var now: NIODeadline
    public var random: RandomSource
    let timers: Timers
    var snapshot: Snapshot
    /// By the snapshot's cluster index.
    var clusters: [ClusterPlace] = []
    /// Used for one message at a time, written and done with before the event ends.
    var output: ByteBuffer
    /// Where requests must not be sent because they would come back.
    var ownAddresses = OwnAddresses.none
    let log: Logger
    var date = HTTPDate()
    let accessLogBuffers = AccessLogBuffers()
    var idleExchanges: [Exchange] = []
    /// By the slot of the script.
    var luaStates: [LuaState?] = []
    var lastID: UInt64 = 0
    /// Made when a request of rules ends first.
    var requestSeries: RequestSeriesTable?

    private var groups: [AnyObject?] = []

    init(loop: any EventLoop, index: Int, snapshot: Snapshot, log: Logger, seed: UInt64) {
        self.loop = loop
        self.index = index
        self.snapshot = snapshot
        self.log = log
        now = .now()
        random = RandomSource(seed: seed)
        timers = Timers(loop: loop)
        output = ByteBufferAllocator().buffer(capacity: 32 * 1024)
    }

    /// Reads the clock; each event does so once, first.
    @inline(__always)
    func tick() { now = .now() }

    // MARK: Numbers

    /// This worker's numbers of a group, made when first asked for.
    func counters<Field: StatField>(_ group: StatGroup<Field>) -> Counters<Field> {
        // The id belongs to this one field type (see `StatGroups.counters`), so that the cast holds.
        if group.id < groups.count, let found = groups[group.id] {
            return unsafeDowncast(found, to: Counters<Field>.self)
        }
        return place(Counters<Field>(), at: group.id)
    }

    func codes(_ group: CodeGroup) -> CodeCounters {
        if group.id < groups.count, let found = groups[group.id] { return unsafeDowncast(found, to: CodeCounters.self) }
        return place(CodeCounters(), at: group.id)
    }

    func histogram(_ group: HistogramGroup) -> Histogram {
        if group.id < groups.count, let found = groups[group.id] { return unsafeDowncast(found, to: Histogram.self) }
        return place(Histogram(), at: group.id)
    }

    private func place<Numbers: AnyObject>(_ numbers: Numbers, at id: Int) -> Numbers {
        if id >= groups.count { groups += [AnyObject?](repeating: nil, count: id + 1 - groups.count) }
        groups[id] = numbers
        return numbers
    }

    /// The numbers of a group if this worker has any; on the loop only.
    func numbers(_ id: Int) -> AnyObject? { id < groups.count ? groups[id] : nil }
}
