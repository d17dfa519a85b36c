import Atomics
import NIOCore

/// The last answer of the upstream to a health check, for some time; shared by all workers.
final class HealthCheckCache: Sendable {
    struct Answer: Equatable {
        var status: Int
        var isDegraded: Bool
    }

    /// Milliseconds.
    private let time: UInt64
    /// The answer and its end in one word, so that no reader sees halves of two: milliseconds, degraded, status.
    private let kept = ManagedAtomic<UInt64>(0)
    private static let statusBits: UInt64 = 10

    init(time: Duration) {
        self.time = UInt64(max(time.nanoseconds / 1_000_000, 0))
    }

    func answer(at now: NIODeadline) -> Answer? {
        let word = kept.load(ordering: .relaxed)
        guard word >> (Self.statusBits + 1) > now.milliseconds else { return nil }
        return Answer(
            status: Int(word & (1 << Self.statusBits - 1)), isDegraded: word >> Self.statusBits & 1 == 1)
    }

    func keep(_ answer: Answer, at now: NIODeadline) {
        let end = now.milliseconds + min(time, 1 << 40)
        kept.store(
            end << (Self.statusBits + 1) | (answer.isDegraded ? 1 << Self.statusBits : 0)
                | UInt64(answer.status) & (1 << Self.statusBits - 1),
            ordering: .relaxed)
    }
}

extension NIODeadline {
    fileprivate var milliseconds: UInt64 { uptimeNanoseconds / 1_000_000 }
}
