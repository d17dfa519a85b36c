/// A copy of one worker's numbers.
public struct WorkerNumbers: Sendable {
    /// By group id; nil where the worker has counted nothing.
    var groups: [GroupNumbers?]
    /// By Istio's labels.
    var requests: [RequestNumbers] = []

    /// A group's numbers, in the order of its fields.
    enum GroupNumbers: Sendable {
        case counters(values: [Int], used: [Bool])
        case codes(all: [Int], internal: [Int], external: [Int], retried: [Int])
        case histogram(counts: [UInt32], total: Int, sum: Int)
    }

    /// On the worker's loop only.
    init(copying worker: Worker) {
        groups = StatGroups.shared.shapes.indices.map { id in
            switch worker.numbers(id) {
            case let codes as CodeCounters:
                .codes(all: codes.all, internal: codes.internal, external: codes.external, retried: codes.retried)
            case let histogram as Histogram:
                .histogram(counts: histogram.counts, total: histogram.total, sum: histogram.sum)
            case let counters as any AnyCounters: Self.copy(counters)
            default: nil
            }
        }
        requests = worker.requestSeries?.numbers ?? []
    }

    init(groups: [GroupNumbers?]) { self.groups = groups }

    private static func copy(_ counters: any AnyCounters) -> GroupNumbers {
        let (values, used) = counters.copy()
        return .counters(values: values, used: used)
    }
}

extension Worker {
    /// Sets counters and histograms to zero; gauges stay. On the loop only.
    func resetCounters() {
        for id in StatGroups.shared.shapes.indices {
            switch numbers(id) {
            case let codes as CodeCounters: codes.reset()
            case let histogram as Histogram: histogram.reset()
            case let counters as any AnyCounters: counters.resetCounters()
            default: break
            }
        }
        requestSeries?.reset()
    }
}
