import NIOCore

/// How the answers of some clusters were, since the start.
public struct ServiceReading: Sendable, Equatable {
    public var answers = 0
    /// Of status 5xx, those made here included.
    public var errors = 0
    /// Requests whose route names a cluster that there is not, of all listeners.
    public var lost = 0
    /// By the buckets of `Histogram`.
    var times: [Int] = []

    public init() {}

    /// For tests of those who watch.
    public init(answers: Int, errors: Int, milliseconds: [Int] = []) {
        self.answers = answers
        self.errors = errors
        for time in milliseconds { add(times: [(Histogram.index(time), 1)]) }
    }

    /// What has come since an earlier reading.
    public func since(_ earlier: ServiceReading) -> ServiceReading {
        var rest = self
        rest.answers -= earlier.answers
        rest.errors -= earlier.errors
        rest.lost -= earlier.lost
        for index in earlier.times.indices where index < rest.times.count { rest.times[index] -= earlier.times[index] }
        return rest
    }

    /// The share of requests that ended badly, 0 to 1.
    public var errorRate: Double {
        let total = answers + lost
        return total > 0 ? Double(errors + lost) / Double(total) : 0
    }

    /// Milliseconds; nil without answers.
    public func time(percent: Double) -> Double? {
        var reading = HistogramReading(name: "")
        reading.add(counts: times.map { UInt32(clamping: $0) }, total: times.reduce(0, +), sum: 0)
        return reading.quantile(percent)
    }

    mutating func add(_ other: ServiceReading) {
        answers += other.answers
        errors += other.errors
        lost += other.lost
        add(times: other.times.enumerated().map { ($0.offset, $0.element) })
    }

    /// What one worker knows of a cluster. On its loop only.
    mutating func add(_ cluster: UpstreamCluster) {
        answers += cluster.refusals
        errors += cluster.refusals
        for (status, count) in cluster.codes.all.enumerated() where count > 0 {
            answers += count
            if status >= 500 { errors += count }
        }
        let counts = cluster.requestTime.counts.enumerated().filter { $0.element > 0 }
        add(times: counts.map { ($0.offset, Int($0.element)) })
    }

    private mutating func add(times more: [(index: Int, count: Int)]) {
        for (index, count) in more {
            if index >= times.count { times += Array(repeating: 0, count: index + 1 - times.count) }
            times[index] += count
        }
    }
}

extension Proxy {
    /// The answers of the clusters that a name test picks, all workers together.
    public func answers(of isWanted: @escaping @Sendable (String) -> Bool) async -> ServiceReading {
        var reading = ServiceReading()
        for worker in workers {
            let part = try? await worker.loop.submit { worker.answers(of: isWanted) }.get()
            if let part { reading.add(part) }
        }
        return reading
    }
}

extension Worker {
    /// On the loop only.
    fileprivate func answers(of isWanted: (String) -> Bool) -> ServiceReading {
        var reading = ServiceReading()
        for place in clusters where isWanted(place.compiled.name) {
            // A cluster that was never used has answered nothing here.
            if let cluster = place.made { reading.add(cluster) }
        }
        for listener in snapshot.listeners {
            if case .http(let settings) = listener.kind { reading.lost += counters(settings.stats)[.noCluster] }
        }
        return reading
    }
}
