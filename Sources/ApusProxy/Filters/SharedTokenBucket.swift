import ApusConfig
import Atomics
import NIOCore

/// Tokens that come back at a steady rate, up to a limit. All workers take from it, without a lock.
///
/// One number holds the state: the time at which the bucket would have been empty, had it filled steadily ever since.
/// Taking a token moves that time forward by what a token takes to come back. (Envoy 1.40 does the same; it was a timer
/// that filled the bucket in older versions, so that descriptions of "fill intervals" are to be read as a rate.)
final class SharedTokenBucket: Sendable {
    let limit: Int
    private let perNanosecond: Double
    /// The bits of a `Double` of nanoseconds; minus infinity at first, which is a full bucket.
    private let emptyAt: ManagedAtomic<UInt64>
    /// Rounding must not withhold a token that is due at this very moment.
    private static let tolerance = 1e-6

    init(_ bucket: TokenBucket) {
        limit = Int(bucket.maxTokens)
        perNanosecond = Double(bucket.tokensPerFill) / Double(max(bucket.fillInterval.nanoseconds, 1))
        emptyAt = ManagedAtomic((-Double.infinity).bitPattern)
    }

    /// Takes a token if there is one.
    func take(at now: NIODeadline) -> Bool {
        let time = Double(now.uptimeNanoseconds)
        var seen = emptyAt.load(ordering: .relaxed)
        while true {
            let tokens = tokens(since: Double(bitPattern: seen), at: time)
            guard tokens + Self.tolerance >= 1 else { return false }
            let left = max(tokens - 1, 0)
            let next = (time - left / perNanosecond).bitPattern
            let (exchanged, original) = emptyAt.weakCompareExchange(
                expected: seen, desired: next, ordering: .relaxed)
            if exchanged { return true }
            seen = original
        }
    }

    /// Whole tokens left.
    func remaining(at now: NIODeadline) -> Int {
        Int(tokens(at: now) + Self.tolerance)
    }

    /// Seconds, rounded up, until there is a token; 0 when there is one.
    func secondsToNext(at now: NIODeadline) -> Int {
        let tokens = tokens(at: now)
        guard tokens + Self.tolerance < 1 else { return 0 }
        let seconds = (1 - tokens) / perNanosecond / 1e9
        return seconds < Double(Int32.max) ? Int(seconds.rounded(.up)) : Int(Int32.max)
    }

    private func tokens(at now: NIODeadline) -> Double {
        tokens(since: Double(bitPattern: emptyAt.load(ordering: .relaxed)), at: Double(now.uptimeNanoseconds))
    }

    /// Workers' clocks differ by the length of an event; time that seems to run backwards gives nothing.
    private func tokens(since empty: Double, at time: Double) -> Double {
        min(max((time - empty) * perNanosecond, 0), Double(limit))
    }
}
