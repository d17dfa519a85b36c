/// One histogram as it is read: the workers' counts together. Values are whole milliseconds.
public struct HistogramReading: Sendable, Equatable {
    public var name: String
    /// By the buckets of `Histogram`; empty when nothing was recorded.
    var counts: [Int] = []
    public var total = 0
    public var sum = 0

    /// What Envoy prints, in per cent.
    static let quantiles: [Double] = [0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100]
    /// Envoy's upper bounds.
    static let standardBounds: [Double] = [
        0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
        3_600_000,
    ]

    init(name: String) { self.name = name }

    mutating func add(counts more: [UInt32], total: Int, sum: Int) {
        if counts.count < more.count { counts += Array(repeating: 0, count: more.count - counts.count) }
        for (index, count) in more.enumerated() { counts[index] += Int(count) }
        self.total += total
        self.sum += sum
    }

    /// The value below which a share of the records lies; nil without records.
    func quantile(_ percent: Double) -> Double? {
        guard total > 0 else { return nil }
        let rank = percent / 100 * Double(total)
        var below = 0.0
        var last = 0.0
        for (index, count) in counts.enumerated() where count > 0 {
            let (from, end) = Histogram.bounds(index)
            last = Double(end - 1)
            if below + Double(count) >= rank {
                // Records are whole numbers, spread evenly over their bucket.
                let share = max(rank - below, 0) / Double(count)
                return Double(from) + Double(end - 1 - from) * share
            }
            below += Double(count)
        }
        return last
    }

    /// How many records each bound takes in: those that are not above it.
    func cumulative(_ bounds: [Double]) -> [Int] {
        var result = Array(repeating: 0, count: bounds.count)
        for (index, count) in counts.enumerated() where count > 0 {
            let largest = Double(Histogram.bounds(index).below - 1)
            for (position, bound) in bounds.enumerated() where largest <= bound { result[position] += count }
        }
        return result
    }

    /// Buckets that hold something.
    var filled: [(from: Int, width: Int, count: Int)] {
        counts.enumerated().filter { $0.element > 0 }.map { index, count in
            let (from, below) = Histogram.bounds(index)
            return (from, below - from, count)
        }
    }
}
