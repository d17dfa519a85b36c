import NIOConcurrencyHelpers

/// Holds what configurations of the past have compiled until nobody else does: to free tens of thousands of routes takes
/// many milliseconds, for which no loop has the time.
final class Retired: Sendable {
    private let tables = NIOLockedValueBox<[RouteTable]>([])
    private static let interval = Duration.milliseconds(500)

    /// Connections and requests under way may still use the snapshot's routes.
    func take(_ snapshot: Snapshot) {
        var gone: [RouteTable] = []
        for listener in snapshot.listeners {
            if case .http(let settings) = listener.kind { gone.append(settings.routes) }
        }
        if gone.isEmpty { return }
        let isFirst = tables.withLockedValue { tables in
            defer { tables += gone }
            return tables.isEmpty
        }
        guard isFirst else { return }
        Task.detached(priority: .background) { [weak self] in
            while true {
                try? await Task.sleep(for: Self.interval)
                guard let self, self.release() else { return }
            }
        }
    }

    /// False when nothing is left.
    private func release() -> Bool {
        let (unused, isEmpty) = tables.withLockedValue { tables in
            var unused: [RouteTable] = []
            var used: [RouteTable] = []
            for index in tables.indices {
                if isKnownUniquelyReferenced(&tables[index]) {
                    unused.append(tables[index])
                } else {
                    used.append(tables[index])
                }
            }
            tables = used
            return (unused, used.isEmpty)
        }
        withExtendedLifetime(unused) {}
        return !isEmpty
    }

    /// Frees what a loop has no use for, elsewhere.
    static func free(_ objects: [AnyObject]) {
        let objects = Unused(objects: objects)
        Task.detached(priority: .background) { withExtendedLifetime(objects) {} }
    }

    /// Unchecked: nobody looks at them any more, and whoever holds one counts its references.
    private struct Unused: @unchecked Sendable {
        let objects: [AnyObject]
    }

    var count: Int { tables.withLockedValue { $0.count } }
}
