/// Which statistics a reader wants, and how histograms are shown to it.
public struct StatQuery: Sendable {
    public enum Selection: String, Sendable {
        case all = "All"
        case counters = "Counters"
        case gauges = "Gauges"
        case histograms = "Histograms"
        /// Apus has none.
        case textReadouts = "TextReadouts"
    }

    public enum HistogramView: String, Sendable { case summary, cumulative, disjoint, detailed }

    public var usedOnly = false
    public var selection = Selection.all
    public var histogramView: HistogramView?
    public var invertsFilter = false
    /// nil: every name.
    public var filter: NamePattern?

    public init() {}

    func accepts(_ name: String) -> Bool {
        guard let filter else { return true }
        return filter.isFound(in: name) != invertsFilter
    }

    func select(_ table: StatTable) -> StatTable {
        var chosen = table
        chosen.numbers.removeAll { reading in
            let wanted =
                switch selection {
                case .all: true
                case .counters: reading.kind == .counter
                case .gauges: reading.kind == .gauge
                case .histograms, .textReadouts: false
                }
            return !wanted || usedOnly && !reading.isUsed || !accepts(reading.name)
        }
        chosen.histograms.removeAll { reading in
            let wanted = selection == .all || selection == .histograms
            return !wanted || usedOnly && reading.total == 0 || !accepts(reading.name)
        }
        return chosen
    }
}
