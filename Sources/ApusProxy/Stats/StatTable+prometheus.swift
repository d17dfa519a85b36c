extension StatTable {
    /// Prometheus' text format, with Envoy's names and labels.
    public func prometheus(_ query: StatQuery, live: Set<String>) -> String {
        let chosen = query.select(self)
        var families = Families()
        for kind in [StatKind.counter, .gauge] {
            for reading in chosen.numbers where reading.kind == kind {
                let tagged = TaggedName(reading.name, live: live)
                families.add(
                    "\(tagged.metric){\(tagged.labels)} \(reading.value)\n", to: tagged.metric,
                    type: kind == .counter ? "counter" : "gauge")
            }
        }
        for histogram in chosen.histograms {
            let tagged = TaggedName(histogram.name, live: live)
            if query.histogramView == .summary {
                families.add(Self.summary(histogram, tagged), to: tagged.metric, type: "summary")
            } else {
                families.add(Self.buckets(histogram, tagged), to: tagged.metric, type: "histogram")
            }
        }
        for metric in RequestMetric.allCases where query.wants(metric) {
            for reading in requests where reading.isCopy == metric.isOfCopies {
                if query.usedOnly, reading.numbers.requests == 0 { continue }
                families.add(Self.lines(of: metric, reading), to: metric.rawValue, type: metric.type)
            }
        }
        return families.text
    }

    private static func lines(of metric: RequestMetric, _ reading: RequestReading) -> String {
        guard let number = metric.histogram else {
            return "\(metric.rawValue){\(reading.labels)} \(reading.numbers.requests)\n"
        }
        let histogram = reading.numbers.histogram(number)
        var count = 0
        var text = ""
        let bounds = HistogramReading.standardBounds.map(plain) + ["+Inf"]
        for (bound, more) in zip(bounds, histogram.counts) {
            count += more
            text += "\(metric.rawValue)_bucket{\(reading.labels),le=\"\(bound)\"} \(count)\n"
        }
        return text + "\(metric.rawValue)_sum{\(reading.labels)} \(histogram.sum)\n"
            + "\(metric.rawValue)_count{\(reading.labels)} \(count)\n"
    }

    private static func buckets(_ histogram: HistogramReading, _ name: TaggedName) -> String {
        let bounds = HistogramReading.standardBounds
        var text = ""
        for (bound, count) in zip(bounds, histogram.cumulative(bounds)) {
            text += "\(name.metric)_bucket{\(name.labels(and: "le=\"\(plain(bound))\""))} \(count)\n"
        }
        text += "\(name.metric)_bucket{\(name.labels(and: "le=\"+Inf\""))} \(histogram.total)\n"
        return text + totals(histogram, name)
    }

    private static func summary(_ histogram: HistogramReading, _ name: TaggedName) -> String {
        var text = ""
        for percent in HistogramReading.quantiles {
            let value = histogram.quantile(percent).map(plain) ?? "0"
            text += "\(name.metric){\(name.labels(and: "quantile=\"\(plain(percent / 100))\""))} \(value)\n"
        }
        return text + totals(histogram, name)
    }

    private static func totals(_ histogram: HistogramReading, _ name: TaggedName) -> String {
        "\(name.metric)_sum{\(name.labels)} \(histogram.sum)\n\(name.metric)_count{\(name.labels)} \(histogram.total)\n"
    }

    /// Lines of one metric must stand together, below its type, whatever the order of the statistics.
    private struct Families {
        private var order: [String] = []
        private var lines: [String: (type: String, text: String)] = [:]

        mutating func add(_ text: String, to metric: String, type: String) {
            if lines[metric] == nil { order.append(metric) }
            lines[metric, default: (type, "")].text += text
        }

        var text: String {
            var result = ""
            for metric in order {
                guard let family = lines[metric] else { continue }
                result += "# TYPE \(metric) \(family.type)\n\(family.text)"
            }
            return result
        }
    }
}
