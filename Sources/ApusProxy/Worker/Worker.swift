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

    /// Numbers by the ids of their groups.
    private var groups: [AnyObject?] = []
    /// nil: the proxy has stopped.
    private var statReader: StatReader? = StatReader()

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
        // The id belongs to this one field type as long as somebody has the group, so that the cast holds: see `StatScope`
        // and `dropFreedNumbers`.
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
        if statReader == nil { return numbers }
        if id >= groups.count { groups += [AnyObject?](repeating: nil, count: id + 1 - groups.count) }
        groups[id] = numbers
        return numbers
    }

    // What follows is for the loop only.

    /// The numbers of a group if this worker has any.
    func numbers(_ id: Int) -> AnyObject? { id < groups.count ? groups[id] : nil }

    /// How many groups this worker has numbers of.
    var numbersCount: Int { groups.count { $0 != nil } }

    /// Sets counters and histograms to zero; gauges stay.
    func resetCounters() {
        for numbers in groups {
            switch numbers {
            case let codes as CodeCounters: codes.reset()
            case let histogram as Histogram: histogram.reset()
            case let counters as any AnyCounters: counters.resetCounters()
            default: break
            }
        }
        requestSeries?.reset()
    }

    /// Has numbers dropped when their groups are gone, until `forgetNumbers`. Many go at once, one after the other.
    func dropNumbersWithGroups() {
        statReader?.whenFreed { [self] in
            loop.scheduleTask(in: .milliseconds(20)) { self.dropFreedNumbers() }
        }
    }

    private func dropFreedNumbers() {
        guard let statReader else { return }
        var dropped: [AnyObject] = []
        for id in statReader.takeFreed() where id < groups.count {
            if let numbers = groups[id] { dropped.append(numbers) }
            groups[id] = nil
        }
        if !dropped.isEmpty { Retired.free(dropped) }
    }

    /// The proxy stops: nobody asks for numbers, and groups may go as they like.
    func forgetNumbers() {
        statReader?.leave()
        statReader = nil
        groups = []
    }
}
