import NIOCore

/// Something that wants to be woken at a time. One lives in each connection and attempt; arming it costs no allocation.
class TimerNode {
    fileprivate unowned(unsafe) var timers: Timers?
    fileprivate unowned(unsafe) var previous: TimerNode?
    fileprivate unowned(unsafe) var next: TimerNode?
    fileprivate var slot = -1
    /// When it is due, in ticks; meaningful while armed.
    fileprivate var tick: UInt64 = 0

    var isArmed: Bool { slot >= 0 }

    /// The time has come (up to one tick late). The node is no longer armed.
    func fired() {}
}

/// A hierarchical timing wheel for the deadlines of one worker: millions of deadlines are set and never reached, so
/// setting and cancelling must cost a few instructions and no allocation, where an event loop's own timers cost a
/// heap operation and a closure each.
final class Timers {
    /// Nanoseconds of one tick: deadlines are met up to so much late, never early.
    static let resolution: Int64 = 4_000_000
    private static let bits = 6
    private static let slotsPerLevel = 64
    private static let levels = 5  // 64^5 ticks of 4 ms: 49 days

    /// nil: time passes only by `advance(to:)`, which is how tests let it.
    private let loop: (any EventLoop)?
    private var heads: [Unmanaged<TimerNode>?]
    private var occupied: [UInt64]
    private var current: UInt64
    private var wake: Scheduled<Void>?
    private var wakeTick = UInt64.max
    private(set) var armed = 0

    /// A wheel that follows the loop's clock.
    convenience init(loop: any EventLoop) {
        self.init(loop: loop, at: NIODeadline.now())
    }

    /// A wheel whose time is told by `advance(to:)`.
    convenience init(at start: NIODeadline) {
        self.init(loop: nil, at: start)
    }

    private init(loop: (any EventLoop)?, at start: NIODeadline) {
        self.loop = loop
        heads = Array(repeating: nil, count: Self.levels * Self.slotsPerLevel)
        occupied = Array(repeating: 0, count: Self.levels)
        current = start.uptimeNanoseconds / UInt64(Self.resolution)
    }

    /// Arms the node for a deadline, or moves it there.
    func arm(_ node: TimerNode, at deadline: NIODeadline) {
        // Rounded up: never early.
        let tick = (deadline.uptimeNanoseconds + UInt64(Self.resolution) - 1) / UInt64(Self.resolution)
        if node.isArmed {
            if node.tick == tick { return }
            unlink(node)
        }
        catchUp()
        node.tick = max(tick, current + 1)
        link(node)
        scheduleWake(at: node.tick)
    }

    /// The node's deadline; meaningful while it is armed.
    func deadline(of node: TimerNode) -> NIODeadline {
        .uptimeNanoseconds(node.tick * UInt64(Self.resolution))
    }

    func disarm(_ node: TimerNode) {
        if node.isArmed { unlink(node) }
    }

    /// With nothing armed, time has passed unnoticed; the wheel may then jump.
    private func catchUp() {
        guard armed == 0, loop != nil else { return }
        current = max(current, NIODeadline.now().uptimeNanoseconds / UInt64(Self.resolution))
    }

    private func link(_ node: TimerNode) {
        let distance = node.tick - current
        var level = 0
        while level < Self.levels - 1, distance >= 1 << UInt64(Self.bits * (level + 1)) { level += 1 }
        let limit = UInt64(1) << UInt64(Self.bits * Self.levels)
        let tick = distance < limit ? node.tick : current + limit - 1
        let index = Int((tick >> UInt64(Self.bits * level)) & UInt64(Self.slotsPerLevel - 1))
        let slot = level * Self.slotsPerLevel + index
        node.slot = slot
        node.previous = nil
        node.next = heads[slot]?.takeUnretainedValue()
        node.next?.previous = node
        heads[slot] = Unmanaged.passUnretained(node)
        occupied[level] |= 1 << UInt64(index)
        armed += 1
    }

    private func unlink(_ node: TimerNode) {
        let slot = node.slot
        if let previous = node.previous {
            previous.next = node.next
        } else {
            heads[slot] = node.next.map { Unmanaged.passUnretained($0) }
            if node.next == nil {
                occupied[slot / Self.slotsPerLevel] &= ~(1 << UInt64(slot % Self.slotsPerLevel))
            }
        }
        node.next?.previous = node.previous
        node.previous = nil
        node.next = nil
        node.slot = -1
        armed -= 1
    }

    // MARK: Time passes

    private func scheduleWake(at tick: UInt64) {
        // Further off than the wheel's first turn: waking at its end to look again is cheap and keeps one rule.
        guard let loop else { return }
        let at = min(tick, nextCascade)
        guard at < wakeTick else { return }
        wake?.cancel()
        wakeTick = at
        wake = loop.assumeIsolated().scheduleTask(
            deadline: .uptimeNanoseconds(at * UInt64(Self.resolution))
        ) { self.advance() }
    }

    /// The next tick at which a slot of a higher level has to be spread.
    private var nextCascade: UInt64 { ((current >> UInt64(Self.bits)) + 1) << UInt64(Self.bits) }

    private func advance() {
        wake = nil
        wakeTick = .max
        advance(to: .now())
    }

    /// Fires what is due at a time, in the order of its ticks.
    func advance(to time: NIODeadline) {
        let now = time.uptimeNanoseconds / UInt64(Self.resolution)
        while current < now {
            if armed == 0 {
                current = now
                return
            }
            // Skip to the next occupied slot of the first level, or to the next cascade.
            let target = min(nextOccupied() ?? nextCascade, nextCascade, now)
            current = target
            if current & UInt64(Self.slotsPerLevel - 1) == 0 { cascade() }
            fire(slot: Int(current & UInt64(Self.slotsPerLevel - 1)))
        }
        if armed > 0 { scheduleWake(at: nextOccupied() ?? nextCascade) }
    }

    /// The next tick after `current`, within this turn of the first level, whose slot holds something.
    private func nextOccupied() -> UInt64? {
        let index = current & UInt64(Self.slotsPerLevel - 1)
        guard index < UInt64(Self.slotsPerLevel - 1) else { return nil }
        let later = occupied[0] & ~((UInt64(1) << (index + 1)) &- 1)
        return later == 0 ? nil : current - index + UInt64(later.trailingZeroBitCount)
    }

    private func cascade() {
        var level = 1
        while level < Self.levels {
            let index = Int((current >> UInt64(Self.bits * level)) & UInt64(Self.slotsPerLevel - 1))
            let slot = level * Self.slotsPerLevel + index
            while let node = heads[slot]?.takeUnretainedValue() {
                unlink(node)
                if node.tick < current { node.tick = current }
                link(node)
                if node.slot == slot { break }  // A deadline beyond the wheel: it goes another turn.
            }
            if index != 0 { return }
            level += 1
        }
    }

    private func fire(slot: Int) {
        while let node = heads[slot]?.takeUnretainedValue() {
            unlink(node)
            node.fired()
        }
    }
}
