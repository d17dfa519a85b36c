import ApusConfig

/// A compiled TCP proxy: where its connections go, and for how long.
final class TCPSettings: Sendable {
    let stats: StatGroup<TCPProxyCounter>
    let accessLogs: [CompiledAccessLog]
    /// Of both sides together. Nanoseconds; 0: none.
    let idleTimeout: Int64
    /// Nanoseconds; 0: none.
    let maxDuration: Int64
    let maxConnectAttempts: Int
    private let targets: [Target]
    private let total: UInt64

    private struct Target: Sendable {
        let name: String
        /// Its place in the snapshot; nil: no cluster has this name.
        let index: Int?
        /// The sum of the weights up to and including this target.
        let upTo: UInt64
    }

    init(_ proxy: TCPProxy, clusterIndex: [String: Int], accessLogs: [CompiledAccessLog]) {
        stats = StatScope("tcp.\(proxy.statPrefix).").counters()
        self.accessLogs = accessLogs
        idleTimeout = proxy.idleTimeout.nanoseconds
        maxDuration = proxy.maxDownstreamConnectionDuration.nanoseconds
        maxConnectAttempts = Int(proxy.maxConnectAttempts)
        let shares: [(name: String, weight: UInt32)] =
            switch proxy.destination {
            case .cluster(let name): [(name, 1)]
            case .weighted(let clusters): clusters.map { ($0.name, $0.weight) }
            }
        var sum: UInt64 = 0
        targets = shares.map { share in
            sum += UInt64(share.weight)
            return Target(name: share.name, index: clusterIndex[share.name], upTo: sum)
        }
        total = sum
    }

    /// The cluster of a new connection; nil when there is none of that name.
    func cluster(on worker: Worker) -> UpstreamCluster? {
        guard let target = draw(using: &worker.random) else { return nil }
        // While a reload is under way, a worker may have the clusters of the next configuration already.
        if let index = target.index, index < worker.clusters.count,
            worker.clusters[index].compiled.name == target.name
        {
            return worker.cluster(at: index)
        }
        return worker.cluster(named: target.name)
    }

    private func draw(using random: inout RandomSource) -> Target? {
        guard targets.count > 1, total > 0 else { return targets.first }
        let number = random.next() % total
        return targets.first { number < $0.upTo }
    }
}
