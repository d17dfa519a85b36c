/// Requests with the same labels on one worker: how many they are, how long they took, how large they were. Belongs to
/// the worker's table.
final class RequestSeries {
    let key: RequestKey
    /// As the access log writes them.
    let flags: String
    private(set) var requests = 0
    /// For each histogram its buckets and then the sum.
    private let histograms: UnsafeMutablePointer<Int>

    static let buckets = 20
    static let width = buckets + 1
    private static let size = 3 * width

    init(_ key: RequestKey, flags: String) {
        self.key = key
        self.flags = flags
        histograms = .allocate(capacity: Self.size)
        histograms.initialize(repeating: 0, count: Self.size)
    }

    deinit { histograms.deallocate() }

    /// `received` and `sent`: bytes of the client's connection.
    @inline(__always)
    func record(milliseconds: Int, received: Int, sent: Int) {
        requests &+= 1
        add(milliseconds, to: 0)
        add(received, to: 1)
        add(sent, to: 2)
    }

    func count() { requests &+= 1 }

    @inline(__always)
    private func add(_ value: Int, to histogram: Int) {
        // In bounds: there are three, and `bucket` gives 0...19.
        let start = histograms + histogram &* Self.width
        start[Self.bucket(of: value)] &+= 1
        start[Self.buckets] &+= value
    }

    /// Which of `HistogramReading.standardBounds` is the first that is not below a value; the last bucket has no bound.
    @inline(__always)
    static func bucket(of value: Int) -> Int {
        switch value {
        case ...0: 0
        case ...1: 1
        case ...5: 2
        case ...10: 3
        case ...25: 4
        case ...50: 5
        case ...100: 6
        case ...250: 7
        case ...500: 8
        case ...1000: 9
        case ...2500: 10
        case ...5000: 11
        case ...10_000: 12
        case ...30_000: 13
        case ...60_000: 14
        case ...300_000: 15
        case ...600_000: 16
        case ...1_800_000: 17
        case ...3_600_000: 18
        default: 19
        }
    }

    func reset() {
        requests = 0
        histograms.update(repeating: 0, count: Self.size)
    }

    var numbers: RequestNumbers {
        RequestNumbers(
            key: key, flags: flags, requests: requests,
            histograms: Array(UnsafeBufferPointer(start: histograms, count: Self.size)))
    }
}

/// All series of one worker. Their number is bounded, whatever statuses upstreams invent.
final class RequestSeriesTable {
    private var series: [RequestKey: RequestSeries] = [:]
    private let capacity: Int

    init(capacity: Int = 4096) { self.capacity = capacity }

    /// `flags` is asked for when the series is new.
    func series(_ key: RequestKey, flags: @autoclosure () -> String) -> RequestSeries {
        if let found = series[key] { return found }
        guard series.count < capacity else {
            if let found = series[key.overflowing] { return found }
            return add(key.overflowing, flags: "")
        }
        return add(key, flags: flags())
    }

    private func add(_ key: RequestKey, flags: String) -> RequestSeries {
        let added = RequestSeries(key, flags: flags)
        series[key] = added
        return added
    }

    func reset() { for one in series.values { one.reset() } }

    var numbers: [RequestNumbers] { series.values.map(\.numbers) }
}

/// What an endpoint or a cluster is called in the labels of requests, and where the last request to it was counted: the
/// next one mostly ends in the same way.
struct DestinationMark {
    /// nil: nobody has asked yet.
    private var number: UInt16?
    private var last: (key: RequestKey, series: RequestSeries)?

    /// The series of a request. `key`: without its destination; `labels` and `flags` are asked for when they are new.
    @inline(__always)
    mutating func series(
        _ key: RequestKey, on worker: Worker, flags: @autoclosure () -> String,
        labels: @autoclosure () -> DestinationLabels
    ) -> RequestSeries {
        if let last, last.key == key { return last.series }
        let number = number ?? labels().number
        self.number = number
        let series = worker.series(key.at(number), flags: flags())
        last = (key, series)
        return series
    }
}

extension Worker {
    @inline(never)
    func series(_ key: RequestKey, flags: @autoclosure () -> String) -> RequestSeries {
        let table = requestSeries ?? RequestSeriesTable()
        requestSeries = table
        return table.series(key, flags: flags())
    }
}
