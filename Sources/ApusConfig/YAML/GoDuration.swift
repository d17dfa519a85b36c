/// Durations as Go writes them: `1h30m`, `300ms`, `1.5s`.
public enum GoDuration {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]

    /// nil for anything else, and for more than about 290 years.
    public static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        if rest == "0" { return .zero }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !($0.isASCII && $0.isNumber) && $0 != "." }
            rest = rest.dropFirst(name.count)
            guard digits.contains(where: \.isNumber), let number = Double(digits),
                let unit = units.first(where: { $0.name == name })
            else { return nil }
            total += number * unit.nanoseconds
        }
        guard total < 9e18 else { return nil }
        return .nanoseconds(Int64(total.rounded()) * (isNegative ? -1 : 1))
    }
}
