import ApusConfig

/// Chooses an endpoint for each request. One for each cluster and worker, made anew when the endpoints change.
struct LoadBalancer {
    private struct Level {
        /// Per cent, this level and those before.
        let upTo: UInt64
        let picker: HostPicker
    }

    /// Of most clusters there is one.
    private let levels: [Level]

    init(_ cluster: CompiledCluster, hosts: [UpstreamHost], turns: Turns, random: inout RandomSource) {
        var made: [Level] = []
        for level in PriorityLoads(hosts, cluster.cluster).levels {
            let eligible = hosts.filter {
                $0.endpoint.priority == level.priority && level.endpoints.contains($0.health)
            }
            let picker = HostPicker(
                cluster, hosts: eligible, ignoresHealth: level.endpoints == .all,
                turn: turns.turn(of: level.priority, level.endpoints), random: &random)
            made.append(Level(upTo: UInt64(level.upTo), picker: picker))
        }
        levels = made
    }

    /// Who chooses among the endpoints of the priority whose turn it is.
    @inline(__always)
    func picker(random: inout RandomSource, hash: UInt64?) -> HostPicker? {
        levels.count == 1 ? levels[0].picker : pickLevel(random: &random, hash: hash)
    }

    private func pickLevel(random: inout RandomSource, hash: UInt64?) -> HostPicker? {
        guard !levels.isEmpty else { return nil }
        let number = (hash ?? random.next()) % 100
        return (levels.first { number < $0.upTo } ?? levels[levels.count - 1]).picker
    }
}

extension PriorityLoads.Endpoints {
    func contains(_ health: HealthStatus) -> Bool {
        switch self {
        case .all: true
        case .healthy: health == .unknown || health == .healthy
        case .degraded: health == .degraded
        }
    }
}
