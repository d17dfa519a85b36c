import NIOConcurrencyHelpers

/// What has been seen so far: by each version, and by the demonstration's own client.
final class DemoTally: Sendable {
    struct Counts: Equatable {
        var requests = 0
        /// Those whose host ends in `-shadow`.
        var mirrored = 0
        /// By class: `answers[2]` are those of 200...299; `answers[0]` never came.
        var answers = [0, 0, 0, 0, 0, 0]
    }

    private let counts = NIOLockedValueBox<[String: Counts]>([:])

    func count(_ who: String, mirrored: Bool = false, status: Int) {
        counts.withLockedValue { counts in
            counts[who, default: Counts()].requests += 1
            if mirrored { counts[who, default: Counts()].mirrored += 1 }
            counts[who, default: Counts()].answers[(0..<600).contains(status) ? status / 100 : 0] += 1
        }
    }

    subscript(who: String) -> Counts { counts.withLockedValue { $0[who] ?? Counts() } }
}
