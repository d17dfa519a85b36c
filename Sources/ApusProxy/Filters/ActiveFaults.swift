import Atomics
import NIOConcurrencyHelpers

/// How many exchanges suffer from a fault now, all workers together, for one connection manager's statistics prefix.
/// Outlives reloads, as the exchanges do that it counts.
final class ActiveFaults: Sendable {
    private static let byPrefix = NIOLockedValueBox<[String: ActiveFaults]>([:])
    private let count = ManagedAtomic(0)

    /// Asked when a configuration is compiled.
    static func under(_ prefix: String) -> ActiveFaults {
        byPrefix.withLockedValue { known in
            if let found = known[prefix] { return found }
            let made = ActiveFaults()
            known[prefix] = made
            return made
        }
    }

    var current: Int { count.load(ordering: .relaxed) }
    func begin() { count.wrappingIncrement(ordering: .relaxed) }
    func end() { count.wrappingDecrement(ordering: .relaxed) }
}
