import NIOCore
import Testing

@testable import ApusProxy

struct MergeWindowTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func `a change that comes alone goes out at once`() {
        var window = MergeWindow(length: 1000)
        #expect(window.changed(now: start) == .deliver)
        #expect(window.changed(now: start + .nanoseconds(1001)) == .deliver)
    }

    @Test func `changes within the window go out together, a window after the first of them`() {
        var window = MergeWindow(length: 1000)
        _ = window.changed(now: start)
        #expect(window.changed(now: start + .nanoseconds(400)) == .deliverLater(start + .nanoseconds(1400)))
        #expect(window.changed(now: start + .nanoseconds(900)) == .wait)
        window.delivered(now: start + .nanoseconds(1400))
        #expect(window.changed(now: start + .nanoseconds(2000)) == .deliverLater(start + .nanoseconds(3000)))
    }

    @Test func `without a window nothing is merged`() {
        var window = MergeWindow(length: 0)
        for _ in 0..<3 { #expect(window.changed(now: start) == .deliver) }
    }
}

struct TurnsTests {
    @Test func `turns go on where they were, whoever takes part`() {
        let turns = Turns(seed: 4)
        #expect((0..<3).map { _ in turns.turn(of: 0, .healthy).next(of: 3) } == [1, 2, 0])
        #expect((0..<2).map { _ in turns.turn(of: 0, .healthy).next(of: 2) } == [1, 0])
        #expect(turns.turn(of: 0, .all).next(of: 3) == 1)
    }
}
