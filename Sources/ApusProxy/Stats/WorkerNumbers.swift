/// A copy of one worker's numbers.
public struct WorkerNumbers: Sendable {
    /// By group id; nil where the worker has counted nothing.
    var groups: [GroupNumbers?]

    /// A group's numbers, in the order of its fields.
    enum GroupNumbers: Sendable {
        case counters(values: [Int], used: [Bool])
        case codes(all: [Int], internal: [Int], external: [Int])
        case histogram(counts: [UInt32], total: Int, sum: Int)
    }

    /// On the worker's loop only.
    init(copying worker: Worker) {
        groups = StatGroups.shared.shapes.indices.map { id in
            switch worker.numbers(id) {
            case let codes as CodeCounters:
                .codes(all: codes.all, internal: codes.internal, external: codes.external)
            case let histogram as Histogram:
                .histogram(counts: histogram.counts, total: histogram.total, sum: histogram.sum)
            case let counters as any AnyCounters: Self.copy(counters)
            default: nil
            }
        }
    }

    private static func copy(_ counters: any AnyCounters) -> GroupNumbers {
        var values: [Int] = []
        var used: [Bool] = []
        counters.read { _, _, value, isUsed in
            values.append(value)
            used.append(isUsed)
        }
        return .counters(values: values, used: used)
    }
}
