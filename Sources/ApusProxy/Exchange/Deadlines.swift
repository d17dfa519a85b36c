import NIOCore

/// When an exchange must be looked at again: uptime in nanoseconds, `Int64.max` for never.
///
/// Deadlines are only noted. One timer for each exchange fires at the earliest of those it was armed for, looks at all,
/// and is armed again; most deadlines move on or vanish before, and cost nothing.
struct Deadlines {
    static let never = Int64.max

    var streamIdle = never
    var requestReceived = never
    var response = never
    var perTry = never
    var perTryIdle = never
    var backOff = never
    var delay = never
    var maxDuration = never
    var tryDuration = never

    var earliest: Int64 {
        min(
            min(min(streamIdle, requestReceived), min(response, perTry)),
            min(min(perTryIdle, backOff), min(delay, min(maxDuration, tryDuration))))
    }
}

/// The timer of an exchange; stays armed across its lives.
final class ExchangeTimer: TimerNode {
    private unowned(unsafe) let exchange: Exchange

    init(_ exchange: Exchange) { self.exchange = exchange }

    override func fired() { exchange.timerFired() }
}

extension Exchange {
    var nowNanoseconds: Int64 { Int64(worker.now.uptimeNanoseconds) }

    /// Notes a deadline so many nanoseconds from now; 0 is none.
    @inline(__always)
    func set(_ deadline: WritableKeyPath<Deadlines, Int64>, after nanoseconds: Int64) {
        guard nanoseconds > 0 else {
            deadlines[keyPath: deadline] = Deadlines.never
            return
        }
        let (sum, overflow) = nowNanoseconds.addingReportingOverflow(nanoseconds)
        deadlines[keyPath: deadline] = overflow ? Deadlines.never : sum
        armTimer()
    }

    /// The stream moved: its idle time begins again.
    @inline(__always)
    func touch() {
        let idle = timeouts.streamIdle
        if idle > 0 { deadlines.streamIdle = nowNanoseconds &+ idle }
    }

    @inline(__always)
    func armTimer() {
        let earliest = deadlines.earliest
        guard earliest != Deadlines.never else { return }
        let at = NIODeadline.uptimeNanoseconds(UInt64(earliest))
        if !timer.isArmed || worker.timers.deadline(of: timer) > at { worker.timers.arm(timer, at: at) }
    }

    func timerFired() {
        worker.tick()
        let now = nowNanoseconds
        let life = generation
        // Each may end this life of the object; what then is due belongs to the next one.
        func due(_ path: WritableKeyPath<Deadlines, Int64>) -> Bool {
            guard generation == life, deadlines[keyPath: path] <= now else { return false }
            deadlines[keyPath: path] = Deadlines.never
            return true
        }
        if due(\.delay) { delayPassed() }
        if due(\.backOff) { startAttempt() }
        if due(\.maxDuration) { maxDurationReached() }
        if due(\.tryDuration) { tryDurationReached() }
        if due(\.requestReceived) { requestTimedOut() }
        if due(\.response) { responseTimedOut() }
        if due(\.perTry) { tryTimedOut(idle: false) }
        if due(\.perTryIdle) { tryTimedOut(idle: true) }
        if due(\.streamIdle) { streamIdled() }
        armTimer()
    }
}
