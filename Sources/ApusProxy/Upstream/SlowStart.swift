import ApusConfig
import NIOConcurrencyHelpers
import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How much of its weight a new endpoint has, as time passes (`slow_start_config`).
struct SlowStart: Sendable {
    /// Nanoseconds.
    let window: Int64
    private let exponent: Double
    private let least: Double
    /// Of the cluster's endpoints.
    let ages: EndpointAges

    init(_ settings: SlowStartSettings, ages: EndpointAges) {
        window = max(settings.window.nanoseconds, 1)
        exponent = 1 / settings.aggression
        least = settings.minimumPercent / 100
        self.ages = ages
    }

    /// 1 for an endpoint that is not new any more. `age`: nanoseconds.
    func factor(age: Int64) -> Double {
        guard age < window else { return 1 }
        let time = Double(max(age, 1_000_000)) / Double(window)
        return max(min(pow(time, exponent), 1), least)
    }
}

/// Since when the endpoints of a cluster are known, by address. A cluster that is configured anew takes its
/// predecessor's, so that only the endpoints that were added to it are new.
final class EndpointAges: Sendable {
    private let known: NIOLockedValueBox<[SocketAddress: NIODeadline]>

    init(after before: EndpointAges? = nil) { known = NIOLockedValueBox(before?.known.withLockedValue { $0 } ?? [:]) }

    /// When an endpoint was seen first: now, if it was not before.
    func since(_ address: SocketAddress, now: NIODeadline) -> NIODeadline {
        known.withLockedValue { known in
            if let since = known[address] { return since }
            known[address] = now
            return now
        }
    }

    /// Those that have gone are new when they come back.
    func keep(_ endpoints: [ResolvedEndpoint]) {
        let addresses = Set(endpoints.map(\.address))
        known.withLockedValue { known in known = known.filter { addresses.contains($0.key) } }
    }
}
