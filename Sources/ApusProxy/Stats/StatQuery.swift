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

    public struct BadFilter: Error {
        public let reason: String
    }

    public var usedOnly = false
    public var selection = Selection.all
    public var histogramView: HistogramView?
    public var invertsFilter = false
    private var filter: CompiledRegex?

    public init() {}

    /// A regular expression that must be found somewhere in the name.
    public mutating func setFilter(_ pattern: String) throws {
        guard !pattern.isEmpty else { return }
        do {
            filter = try CompiledRegex(pattern)
        } catch let failure as CompiledRegex.Failure {
            throw BadFilter(reason: failure.reason)
        }
    }

    func accepts(_ name: String) -> Bool {
        guard let filter else { return true }
        return filter.partiallyMatches(name) != invertsFilter
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
