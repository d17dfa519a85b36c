import NIOCore
import Testing

@testable import ApusProxy

@Suite("Timers")
struct TimersTests {
    /// Notes when it fired.
    final class Node: TimerNode {
        var firedAt: NIODeadline?
        var times = 0
        let clock: Clock

        init(_ clock: Clock) { self.clock = clock }

        override func fired() {
            firedAt = clock.now
            times += 1
        }
    }

    final class Clock {
        var now: NIODeadline
        init(_ now: NIODeadline) { self.now = now }
    }

    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private var tick: TimeAmount { .nanoseconds(Timers.resolution) }

    @Test("Every deadline is met once, never early and at most a tick late, from milliseconds to days")
    func deadlinesAreMet() {
        for seed in 0..<15 as Range<UInt64> {
            var random = RandomSource(seed: seed)
            let clock = Clock(start)
            let timers = Timers(at: start)
            // Spans of every level of the wheel.
            let span = [300, 20_000, 1_000_000, 20_000_000, 120_000_000][Int(seed % 5)] as UInt64
            var nodes: [(node: Node, deadline: NIODeadline)] = []
            for _ in 0..<60 {
                let node = Node(clock)
                let deadline = start + .milliseconds(Int64(random.next() % span))
                timers.arm(node, at: deadline)
                nodes.append((node, deadline))
            }
            let order = nodes.map(\.deadline).sorted()
            for deadline in order {
                clock.now = deadline
                timers.advance(to: deadline)
                for (node, due) in nodes where node.times > 0 { #expect(node.firedAt.map { $0 >= due } ?? false) }
                clock.now = deadline + tick
                timers.advance(to: clock.now)
                for (node, due) in nodes where due <= deadline { #expect(node.times == 1, "due \(due), seed \(seed)") }
            }
            #expect(timers.armed == 0)
        }
    }

    @Test("A node that is moved or disarmed keeps only its last deadline")
    func movingAndDisarming() {
        let clock = Clock(start)
        let timers = Timers(at: start)
        let moved = Node(clock)
        let gone = Node(clock)
        timers.arm(moved, at: start + .seconds(1))
        timers.arm(gone, at: start + .seconds(1))
        timers.arm(moved, at: start + .seconds(10))
        timers.disarm(gone)
        clock.now = start + .seconds(5)
        timers.advance(to: clock.now)
        #expect(moved.times == 0)
        #expect(gone.times == 0)
        clock.now = start + .seconds(11)
        timers.advance(to: clock.now)
        #expect(moved.times == 1)
        #expect(gone.times == 0)
        #expect(!moved.isArmed)
    }

    @Test("A node may arm itself and others while it fires")
    func armingWhileFiring() {
        final class Chain: TimerNode {
            let timers: Timers
            let clock: Clock
            var times = 0
            init(_ timers: Timers, _ clock: Clock) {
                self.timers = timers
                self.clock = clock
            }
            override func fired() {
                times += 1
                if times < 50 { timers.arm(self, at: clock.now + .milliseconds(100)) }
            }
        }
        let clock = Clock(start)
        let timers = Timers(at: start)
        let chain = Chain(timers, clock)
        timers.arm(chain, at: start + .milliseconds(100))
        for _ in 0..<200 {
            clock.now = clock.now + .milliseconds(52)
            timers.advance(to: clock.now)
        }
        #expect(chain.times == 50)
    }
}
