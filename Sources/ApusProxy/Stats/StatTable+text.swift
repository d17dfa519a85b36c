extension StatTable {
    /// `name: value`, a line each; histograms follow.
    public func text(_ query: StatQuery) -> String {
        let chosen = query.select(self)
        var text = ""
        for reading in chosen.numbers { text += "\(reading.name): \(reading.value)\n" }
        for histogram in chosen.histograms {
            text += "\(histogram.name):\(Self.describe(histogram, query.histogramView ?? .summary))\n"
        }
        return text
    }

    /// Pairs are (last interval, since the start); Apus keeps no intervals.
    private static func describe(_ histogram: HistogramReading, _ view: StatQuery.HistogramView) -> String {
        guard histogram.total > 0 else { return " No recorded values" }
        switch view {
        case .summary: return " " + summary(histogram)
        case .cumulative:
            return " " + buckets(histogram.cumulative(HistogramReading.standardBounds))
        case .disjoint:
            return " " + buckets(disjoint(histogram.cumulative(HistogramReading.standardBounds)))
        case .detailed:
            let totals = histogram.filled.map { "\($0.from),\($0.width):\($0.count)" }.joined(separator: " ")
            return "\n  totals=\(totals)\n  intervals=\n  summary=\(summary(histogram))"
        }
    }

    private static func summary(_ histogram: HistogramReading) -> String {
        HistogramReading.quantiles.map { percent in
            "P\(plain(percent))(nan,\(plain(histogram.quantile(percent) ?? 0)))"
        }.joined(separator: " ")
    }

    private static func buckets(_ counts: [Int]) -> String {
        zip(HistogramReading.standardBounds, counts).map { "B\(plain($0))(0,\($1))" }.joined(separator: " ")
    }

    static func disjoint(_ cumulative: [Int]) -> [Int] {
        cumulative.indices.map { $0 == 0 ? cumulative[$0] : cumulative[$0] - cumulative[$0 - 1] }
    }

    /// A number without a needless fraction.
    static func plain(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? "\((number * 1000).rounded() / 1000)"
    }
}
