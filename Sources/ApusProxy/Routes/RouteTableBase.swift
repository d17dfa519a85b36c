import ApusConfig

/// What all virtual hosts of a table have in common. A table that is compiled from an equal base takes over the virtual
/// hosts that have not changed, with their filters.
final class RouteTableBase: Sendable {
    /// Without its virtual hosts.
    let manager: HTTPConnectionManager
    /// What the listener's level and that of the route configuration have made.
    let root: FilterChains.Made
    let global: FilterChains.Made
    let unknownClusters: [String]
    let clusterCount: Int

    init(
        manager: HTTPConnectionManager, root: FilterChains.Made, global: FilterChains.Made, unknownClusters: [String],
        clusterCount: Int
    ) {
        self.manager = manager
        self.root = root
        self.global = global
        self.unknownClusters = unknownClusters
        self.clusterCount = clusterCount
    }

    /// Whether a table for this connection manager may stand on this base. Clusters have kept their positions; there may
    /// be more of them now.
    func fits(_ manager: HTTPConnectionManager, clusterIndex: [String: Int]) -> Bool {
        guard manager == self.manager, !unknownClusters.contains(where: { clusterIndex[$0] != nil }) else {
            return false
        }
        // Only this filter knows clusters by their names.
        let knowsNames = manager.httpFilters.contains { if case .healthCheck = $0.settings { true } else { false } }
        return !knowsNames || clusterCount == clusterIndex.count
    }
}

extension HTTPConnectionManager {
    var withoutVirtualHosts: HTTPConnectionManager {
        var manager = self
        manager.routeConfig.virtualHosts = []
        return manager
    }
}
