/// A copy of one worker's numbers.
public struct WorkerNumbers: Sendable {
    /// By group id; nil where the worker has counted nothing.
    var groups: [GroupNumbers?]
    /// The number of the newest group that there was: an id may belong to another one since.
    var lastGroup = Int.max
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
        let table = StatGroups.shared.table
        lastGroup = table.lastNumber
        groups = table.groups.enumerated().map { id, group in
            // Numbers of a group that is gone may still be there.
            switch group == nil ? nil : worker.numbers(id) {
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

    /// What was counted in a group, if it was there when these were copied.
    func numbers(of group: StatGroups.Group, at id: Int) -> GroupNumbers? {
        id < groups.count && group.number <= lastGroup ? groups[id] : nil
    }

    private static func copy(_ counters: any AnyCounters) -> GroupNumbers {
        let (values, used) = counters.copy()
        return .counters(values: values, used: used)
    }
}
