/// All statistics at one moment, by name.
public struct StatTable: Sendable, Equatable {
    public var numbers: [StatReading]
    public var histograms: [HistogramReading]
    /// By Istio's labels; only Prometheus is told.
    var requests: [RequestReading] = []

    init(numbers: [StatReading], histograms: [HistogramReading]) {
        self.numbers = numbers.sorted { $0.name < $1.name }
        self.histograms = histograms.sorted { $0.name < $1.name }
    }

    /// Adds the workers' numbers up and joins what clusters, listeners and the process tell.
    public init(
        workers: [WorkerNumbers], clusters: [ClusterReading], listeners: [ListenerReading], server: ServerReading
    ) {
        var merged = Self.merge(workers, StatGroups.shared.table.groups, live: server.livePrefixes)
        merged.numbers += clusters.flatMap(\.statReadings)
        merged.numbers += server.statReadings(clusters: clusters.count, listeners: listeners.count)
        merged.numbers += AccessLogFiles.shared.counts.readings
        self.init(numbers: merged.numbers, histograms: merged.histograms)
        requests = RequestReading.merge(workers.flatMap(\.requests))
    }

    /// Every field of a group that lives is there, zero if no worker has counted. Groups of things that are gone are not.
    static func merge(_ workers: [WorkerNumbers], _ groups: [StatGroups.Group?], live: Set<String>) -> (
        numbers: [StatReading], histograms: [HistogramReading]
    ) {
        var numbers: [StatReading] = []
        var histograms: [HistogramReading] = []
        for (id, group) in groups.enumerated() {
            guard let group, LivePrefixes.contain(group.shape.name, live) else { continue }
            let parts = workers.compactMap { $0.numbers(of: group, at: id) }
            switch group.shape {
            case .counters(let prefix, let fields, _): numbers += add(parts, prefix: prefix, fields: fields)
            case .codes(let prefix): numbers += add(codes: parts, prefix: prefix)
            case .histogram(let prefix, let name):
                var reading = HistogramReading(name: prefix + name)
                for case .histogram(let counts, let total, let sum) in parts {
                    reading.add(counts: counts, total: total, sum: sum)
                }
                histograms.append(reading)
            }
        }
        return (numbers, histograms)
    }

    private static func add(_ parts: [WorkerNumbers.GroupNumbers], prefix: String, fields: [StatFieldName])
        -> [StatReading]
    {
        var readings = fields.map { StatReading(name: prefix + $0.name, kind: $0.kind, value: 0, isUsed: false) }
        for case .counters(let values, let used) in parts {
            for index in fields.indices {
                readings[index].value += values[index]
                if used[index] { readings[index].isUsed = true }
            }
        }
        return readings
    }

    private static func add(codes parts: [WorkerNumbers.GroupNumbers], prefix: String) -> [StatReading] {
        var all = Array(repeating: 0, count: 600)
        var inside = all
        var outside = all
        var retried = all
        for case .codes(let every, let `internal`, let external, let thrownAway) in parts {
            for (code, count) in every.enumerated() { all[code] += count }
            for (code, count) in `internal`.enumerated() { inside[code] += count }
            for (code, count) in external.enumerated() { outside[code] += count }
            for (code, count) in thrownAway.enumerated() { retried[code] += count }
        }
        return counts(of: all, prefix)
            + [(inside, "internal."), (outside, "external."), (retried, "retry.")].flatMap { counts, variant in
                self.counts(of: counts, prefix + variant) + classes(of: counts, prefix + variant)
            }
    }

    private static func counts(of codes: [Int], _ prefix: String) -> [StatReading] {
        codes.enumerated().filter { $0.element > 0 }.map { code, count in
            StatReading(name: "\(prefix)upstream_rq_\(code)", counter: count)
        }
    }

    private static func classes(of codes: [Int], _ prefix: String) -> [StatReading] {
        let total = codes.reduce(0, +)
        guard total > 0 else { return [] }
        let classes = (1...5).compactMap { first -> StatReading? in
            let count = codes[first * 100..<first * 100 + 100].reduce(0, +)
            return count > 0 ? StatReading(name: "\(prefix)upstream_rq_\(first)xx", counter: count) : nil
        }
        return classes + [StatReading(name: "\(prefix)upstream_rq_completed", counter: total)]
    }
}

extension StatGroups.Shape {
    /// The prefix of a group, or the name of a histogram.
    fileprivate var name: String {
        switch self {
        case .counters(let prefix, _, _), .codes(let prefix): prefix
        case .histogram(let prefix, let name): prefix + name
        }
    }
}
