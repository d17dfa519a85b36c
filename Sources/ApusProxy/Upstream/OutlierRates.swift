/// What was counted of an endpoint in one interval.
struct OutlierCounts: Equatable {
    struct Tally: Equatable {
        var tries = 0
        var successes = 0

        /// Per cent; there must have been tries.
        var successRate: Double { 100 * Double(successes) / Double(max(tries, 1)) }
    }

    /// Answers, and where failures are not told apart, everything.
    var external = Tally()
    /// Connections and answers that came about or did not, where these are told apart.
    var localOrigin = Tally()
}

/// Success rates of one interval, for those who watch.
struct OutlierRates: Equatable {
    /// Said in place of a rate or a threshold when there were too few requests or endpoints.
    static let none = -1.0

    /// Per cent, by endpoint; those with too few requests are left out.
    var byHost: [Int: Double] = [:]
    /// Per cent.
    private(set) var average = none
    /// Below this an endpoint is an outlier.
    private(set) var threshold = none

    /// The threshold is so many standard deviations (of all, not of a sample) below the mean.
    mutating func rate(_ rates: [Double], factor: Double) {
        let mean = rates.reduce(0, +) / Double(rates.count)
        let variance = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rates.count)
        average = mean
        threshold = mean - factor * variance.squareRoot()
    }
}
