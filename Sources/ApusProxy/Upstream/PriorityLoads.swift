import ApusConfig

/// How the load is shared among priorities, as Envoy does it: a priority takes its full share while enough of its
/// endpoints are usable (with some to spare, the overprovisioning), and what it cannot take goes to the next ones. Where
/// too few are usable at all, every endpoint is used: a panic is better than no service.
struct PriorityLoads {
    struct Level: Equatable {
        let priority: UInt32
        let endpoints: Endpoints
        /// Per cent, this level and those before.
        let upTo: Int
    }

    enum Endpoints: Equatable { case healthy, degraded, all }

    /// What is known of the endpoints of one priority.
    struct Census: Equatable {
        let priority: UInt32
        var total = 0
        var healthy = 0
        var degraded = 0
        /// Told to go; they do not count.
        var draining = 0

        var counted: Int { total - draining }
    }

    let levels: [Level]

    init(_ priorities: [Census], overprovisioning: Int, panicThreshold: Double) {
        func share(_ count: Int, of census: Census) -> Int {
            census.counted > 0 ? min(overprovisioning * count / census.counted, 100) : 0
        }
        let healthy = priorities.map { share($0.healthy, of: $0) }
        let degraded = priorities.map { share($0.degraded, of: $0) }
        let available = min((healthy + degraded).reduce(0, +), 100)
        let threshold = panicThreshold.rounded()
        let panics = priorities.map { census in
            guard available < 100 else { return false }
            let usable = census.healthy + census.degraded
            return Double(census.counted > 0 ? 100 * usable / census.counted : 0) < threshold
        }
        if panics.allSatisfy(\.self) {
            levels = Self.inPanic(priorities)
            return
        }
        guard available > 0 else {
            levels = []
            return
        }
        var left = 100
        func take(_ share: Int) -> Int {
            let taken = min(left, share * 100 / available)
            left -= taken
            return taken
        }
        var healthyLoads = healthy.map(take)
        var degradedLoads = degraded.map(take)
        // What rounding has left over goes to the first that has any.
        if let first = healthy.firstIndex(where: { $0 > 0 }) {
            healthyLoads[first] += left
        } else if let first = degraded.firstIndex(where: { $0 > 0 }) {
            degradedLoads[first] += left
        }
        let shares =
            zip(priorities.indices, healthyLoads).map { ($0, Endpoints.healthy, $1) }
            + zip(priorities.indices, degradedLoads).map { ($0, Endpoints.degraded, $1) }
        var sum = 0
        levels = shares.filter { $0.2 > 0 }.map { index, endpoints, load in
            sum += load
            return Level(
                priority: priorities[index].priority, endpoints: panics[index] ? .all : endpoints, upTo: sum)
        }
    }

    /// By number of endpoints.
    private static func inPanic(_ priorities: [Census]) -> [Level] {
        let total = priorities.reduce(0) { $0 + $1.total }
        guard total > 0 else { return [] }
        var sum = 0
        return priorities.filter { $0.total > 0 }.map { census in
            sum += census.total
            return Level(priority: census.priority, endpoints: .all, upTo: 100 * sum / total)
        }
    }

    init(_ hosts: [UpstreamHost], _ cluster: Cluster) {
        var censuses: [UInt32: Census] = [:]
        for host in hosts {
            let priority = host.endpoint.priority
            var census = censuses[priority] ?? Census(priority: priority)
            census.total += 1
            switch host.health {
            case .unknown, .healthy: census.healthy += 1
            case .degraded: census.degraded += 1
            case .draining: census.draining += 1
            case .unhealthy, .timeout: break
            }
            censuses[priority] = census
        }
        self.init(
            censuses.values.sorted { $0.priority < $1.priority },
            overprovisioning: Int(cluster.loadAssignment.overprovisioningFactor),
            panicThreshold: cluster.commonLbConfig.healthyPanicThreshold)
    }
}
