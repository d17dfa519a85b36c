import ApusConfig

extension StatTable {
    /// Envoy's `format=json`.
    public func json(_ query: StatQuery) -> String {
        let chosen = query.select(self)
        var stats = chosen.numbers.map { reading in
            ConfigValue.members(("name", .string(reading.name)), ("value", .number(Double(reading.value))))
        }
        if !chosen.histograms.isEmpty {
            stats.append(.members(("histograms", Self.describe(chosen.histograms, query.histogramView ?? .summary))))
        }
        return ConfigValue.members(("stats", .array(stats))).json
    }

    private static func describe(_ histograms: [HistogramReading], _ view: StatQuery.HistogramView) -> ConfigValue {
        let supported = ConfigValue.array(HistogramReading.quantiles.map(ConfigValue.number))
        switch view {
        case .summary:
            return .members(
                ("supported_quantiles", supported),
                (
                    "computed_quantiles",
                    .array(
                        histograms.map { .members(("name", .string($0.name)), ("values", quantiles($0))) })
                ))
        case .detailed:
            return .members(
                ("supported_percentiles", supported), ("details", .array(histograms.map(details))))
        case .cumulative, .disjoint:
            return .array(
                histograms.map { histogram in
                    let cumulative = histogram.cumulative(HistogramReading.standardBounds)
                    let counts = view == .cumulative ? cumulative : disjoint(cumulative)
                    return .members(("name", .string(histogram.name)), ("buckets", buckets(counts)))
                })
        }
    }

    private static func quantiles(_ histogram: HistogramReading) -> ConfigValue {
        .array(
            HistogramReading.quantiles.map { percent in
                .members(
                    ("cumulative", histogram.quantile(percent).map(ConfigValue.number) ?? .null), ("interval", .null))
            })
    }

    private static func buckets(_ counts: [Int]) -> ConfigValue {
        .array(
            zip(HistogramReading.standardBounds, counts).map { bound, count in
                .members(
                    ("upper_bound", .number(bound)), ("interval", .number(0)), ("cumulative", .number(Double(count))))
            })
    }

    private static func details(_ histogram: HistogramReading) -> ConfigValue {
        let totals = histogram.filled.map { bucket in
            ConfigValue.members(
                ("lower_bound", .number(Double(bucket.from))), ("width", .number(Double(bucket.width))),
                ("count", .number(Double(bucket.count))))
        }
        return .members(
            ("name", .string(histogram.name)), ("totals", .array(totals)), ("intervals", .array([])),
            ("percentiles", quantiles(histogram)))
    }
}

extension ConfigValue {
    /// An object with these members in this order.
    public static func members(_ members: (String, ConfigValue)...) -> ConfigValue { .members(members) }

    public static func members(_ members: [(String, ConfigValue)]) -> ConfigValue {
        .object(members.map { ConfigMember(name: $0.0, value: $0.1) })
    }
}
