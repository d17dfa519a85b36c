/// A histogram of durations in milliseconds: 16 linear steps to every power of two, so that a reading is at most 6 % off,
/// from 0 to about two hours.
final class Histogram {
    private static let steps = 16
    private static let buckets = 16 * 20
    private(set) var counts: [UInt32] = []
    private(set) var total = 0
    private(set) var sum = 0

    /// Records a duration in milliseconds.
    @inline(__always)
    func record(_ milliseconds: Int) {
        if counts.isEmpty { counts = Array(repeating: 0, count: Self.buckets) }
        counts[Self.index(milliseconds)] &+= 1
        total &+= 1
        sum &+= milliseconds
    }

    @inline(__always)
    static func index(_ value: Int) -> Int {
        guard value >= steps else { return max(value, 0) }
        let exponent = Int.bitWidth - 1 - value.leadingZeroBitCount
        let index = (exponent - 3) * steps + ((value >> (exponent - 4)) & (steps - 1))
        return min(index, buckets - 1)
    }

    /// The smallest value of a bucket, and the smallest of the next one.
    static func bounds(_ index: Int) -> (from: Int, below: Int) {
        guard index >= steps else { return (index, index + 1) }
        let exponent = index / steps + 3
        let width = 1 << (exponent - 4)
        let from = (1 << exponent) + (index % steps) * width
        return (from, from + width)
    }

    func reset() {
        counts = []
        total = 0
        sum = 0
    }
}
