import NIOConcurrencyHelpers

/// Faults by the cluster that clients say they belong to. Clients choose these names, so there is an end to them.
final class ClientFaults: Sendable {
    private static let mostNames = 1000
    private static let longestName = 256

    private let scope: StatScope
    private let groups = NIOLockedValueBox<[String: StatGroup<ClientFaultCounter>]>([:])

    /// `scope`: of the faults.
    init(_ scope: StatScope) { self.scope = scope }

    /// nil for a name too many, or too long.
    func group(for name: Bytes) -> StatGroup<ClientFaultCounter>? {
        guard name.count <= Self.longestName else { return nil }
        // What separates the parts of a statistic's name does not stand in one.
        let name = name.string.replacing(":", with: "_")
        return groups.withLockedValue { groups in
            if let known = groups[name] { return known }
            guard groups.count < Self.mostNames else { return nil }
            let made = scope.counters(ClientFaultCounter.self, below: "\(name).")
            groups[name] = made
            return made
        }
    }
}

/// Statistics of `http.<stat_prefix>.fault.<downstream cluster>.`
enum ClientFaultCounter: Int, StatField, CaseIterable {
    case abortsInjected, delaysInjected
    var kind: StatKind { .counter }
}
