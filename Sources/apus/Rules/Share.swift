/// Shares of a whole, as percents.
enum Share {
    /// Each weight's share; together they make 100 %. As exact as it takes to show that a small one is not nothing.
    static func percents(of weights: [Int]) -> [String] {
        let total = weights.reduce(0, +)
        guard total > 0 else { return weights.map { _ in "0%" } }
        var decimals = 0
        var scale = 100
        while decimals < 4, !isFine(weights, total, scale, decimals) {
            decimals += 1
            scale *= 10
        }
        var units = weights.map { $0 * scale / total }
        // What rounding down has lost goes to those who lost most.
        let losers = weights.indices.sorted { (weights[$1] * scale % total, $0) < (weights[$0] * scale % total, $1) }
        for index in losers.prefix(scale - units.reduce(0, +)) { units[index] += 1 }
        return units.map { text($0, decimals: decimals) }
    }

    private static func isFine(_ weights: [Int], _ total: Int, _ scale: Int, _ decimals: Int) -> Bool {
        let isExact = weights.allSatisfy { $0 * scale % total == 0 }
        return isExact || decimals > 0 && weights.allSatisfy { $0 == 0 || $0 * scale / total > 0 }
    }

    /// `text(125, decimals: 1)` is `12.5%`.
    static func text(_ units: Int, decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1) { power, _ in power * 10 }
        var digits = String(String(scale + units % scale).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return "\(units / scale)" + (digits.isEmpty ? "" : ".\(digits)") + "%"
    }
}
