import NIOCore

/// What has gone to one cluster since the start, all workers together: what a live table needs. Two readings and the time
/// between them give rates.
public struct ServiceTraffic: Sendable, Equatable {
    /// The cluster's.
    public var name: String
    /// Answers to copies are among them.
    public var reading = ServiceReading()
    /// Requests under way.
    public var active = 0
    /// Copies of requests to other clusters, and what became of them.
    public var copies = 0
    public var failedCopies = 0
    /// Copies given up because the cluster could not keep up with them.
    public var droppedCopies = 0

    public init(name: String) { self.name = name }

    mutating func add(_ other: ServiceTraffic) {
        reading.add(other.reading)
        active += other.active
        copies += other.copies
        failedCopies += other.failedCopies
        droppedCopies += other.droppedCopies
    }
}

extension ServiceReading {
    /// How many answers took how long, as far as buckets tell: from so many milliseconds to below so many.
    public var timeBuckets: [(from: Int, below: Int, count: Int)] {
        times.enumerated().filter { $0.element > 0 }.map { index, count in
            let (from, below) = Histogram.bounds(index)
            return (from, below, count)
        }
    }
}

extension Proxy {
    /// The traffic of all clusters that have had any, in the order of their names.
    public func serviceTraffic() async -> [ServiceTraffic] {
        var byName: [String: ServiceTraffic] = [:]
        for worker in workers {
            let own = try? await worker.loop.submit {
                worker.clusters.compactMap { $0.made.map(ServiceTraffic.init) }
            }.get()
            for traffic in own ?? [] { byName[traffic.name, default: ServiceTraffic(name: traffic.name)].add(traffic) }
        }
        return byName.values.sorted { $0.name < $1.name }
    }
}

extension ServiceTraffic {
    /// One worker's. On its loop only.
    fileprivate init(_ cluster: UpstreamCluster) {
        self.init(name: cluster.compiled.name)
        reading.add(cluster)
        active = cluster.counters[.upstreamRqActive]
        copies = cluster.counters[.mirrorStarted]
        failedCopies = cluster.counters[.mirrorFailed]
        droppedCopies = cluster.counters[.mirrorDropped]
    }
}
