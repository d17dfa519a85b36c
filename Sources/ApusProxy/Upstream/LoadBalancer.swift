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

    init(_ cluster: CompiledCluster, hosts: [UpstreamHost], random: inout RandomSource) {
        var made: [Level] = []
        for level in PriorityLoads(hosts, cluster.cluster).levels {
            let eligible = hosts.filter {
                $0.endpoint.priority == level.priority && level.endpoints.contains($0.endpoint.health)
            }
            made.append(
                Level(upTo: UInt64(level.upTo), picker: HostPicker(cluster, hosts: eligible, random: &random)))
        }
        levels = made
    }

    /// `attempt` counts from 0: later ones of the same request look for another endpoint than the first.
    @inline(__always)
    func pick(random: inout RandomSource, hash: UInt64?, attempt: Int = 0) -> UpstreamHost? {
        if levels.count == 1 { return levels[0].picker.pick(random: &random, hash: hash, attempt: attempt) }
        return pickLevel(random: &random, hash: hash)?.pick(random: &random, hash: hash, attempt: attempt)
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
