/// The metrics that have Istio's labels.
enum RequestMetric: String, CaseIterable {
    case requests = "istio_requests_total"
    case durations = "istio_request_duration_milliseconds"
    case requestBytes = "istio_request_bytes"
    case responseBytes = "istio_response_bytes"
    /// Istio counts copies where they arrive; this is what their sender knows of them.
    case mirroredRequests = "apus_mirrored_requests_total"

    var isOfCopies: Bool { self == .mirroredRequests }

    /// The number of the histogram among a series' numbers; nil: a counter.
    var histogram: Int? {
        switch self {
        case .durations: 0
        case .requestBytes: 1
        case .responseBytes: 2
        case .requests, .mirroredRequests: nil
        }
    }

    var type: String { histogram == nil ? "counter" : "histogram" }
}

extension StatQuery {
    func wants(_ metric: RequestMetric) -> Bool {
        let isSelected =
            switch selection {
            case .all: true
            case .counters: metric.histogram == nil
            case .histograms: metric.histogram != nil
            case .gauges, .textReadouts: false
            }
        return isSelected && accepts(metric.rawValue)
    }
}

/// A copy of a series' numbers.
struct RequestNumbers: Sendable, Equatable {
    let key: RequestKey
    let flags: String
    var requests: Int
    /// As in `RequestSeries`.
    var histograms: [Int]

    /// Each bucket's own count, and the sum of all values.
    func histogram(_ number: Int) -> (counts: ArraySlice<Int>, sum: Int) {
        let start = number * RequestSeries.width
        return (histograms[start..<start + RequestSeries.buckets], histograms[start + RequestSeries.buckets])
    }

    static func += (sum: inout RequestNumbers, more: RequestNumbers) {
        sum.requests += more.requests
        for index in sum.histograms.indices { sum.histograms[index] += more.histograms[index] }
    }
}

/// One series as it is read: the workers' numbers together.
struct RequestReading: Sendable, Equatable {
    /// As they are written, without brackets.
    let labels: String
    let isCopy: Bool
    var numbers: RequestNumbers

    /// By their labels.
    static func merge(_ numbers: [RequestNumbers]) -> [RequestReading] {
        if numbers.isEmpty { return [] }
        let sources = LabelSets.sources.texts
        let destinations = LabelSets.destinations.texts
        var merged: [Identity: RequestNumbers] = [:]
        for one in numbers {
            merged[Identity(key: one.key, flags: one.flags), default: one.none] += one
        }
        let readings = merged.values.map { one in
            RequestReading(
                labels: [
                    sources[one.key.source], destinations[one.key.destination], one.key.text(flags: one.flags),
                ].joined(separator: ","), isCopy: one.key.isCopy, numbers: one)
        }
        return readings.sorted { $0.labels < $1.labels }
    }

    private struct Identity: Hashable {
        let key: RequestKey
        /// Workers may have seen the same flags in another order.
        let flags: String
    }
}

extension RequestNumbers {
    fileprivate var none: RequestNumbers {
        RequestNumbers(key: key, flags: flags, requests: 0, histograms: histograms.map { _ in 0 })
    }
}
