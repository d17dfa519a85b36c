/// Durations as Go writes them, which Istio takes: `1h30m`, `0.5s`, `300ms`.
public enum RuleDuration {
    /// nil for what is no duration, or lasts longer than 292 years. A number alone is none.
    public static func parse(_ text: String) -> Duration? {
        var rest = Substring(text).utf8
        var negative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        guard !rest.isEmpty else { return nil }
        var nanoseconds: Int64 = 0
        while !rest.isEmpty {
            guard let part = takePart(&rest) else { return nil }
            let (sum, overflow) = nanoseconds.addingReportingOverflow(part)
            guard !overflow else { return nil }
            nanoseconds = sum
        }
        return .nanoseconds(negative ? -nanoseconds : nanoseconds)
    }

    /// One number with its unit, in nanoseconds.
    private static func takePart(_ rest: inout Substring.UTF8View) -> Int64? {
        let whole = takeDigits(&rest)
        var fraction = Substring().utf8
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = takeDigits(&rest)
        }
        guard !whole.isEmpty || !fraction.isEmpty, let unit = takeUnit(&rest) else { return nil }
        guard let count = whole.isEmpty ? 0 : Int64(Substring(whole)) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        var scale = Double(unit)
        var parts = 0.0
        for digit in fraction.prefix(18) {
            scale /= 10
            parts += Double(digit - 48) * scale
        }
        let (sum, tooLong) = product.addingReportingOverflow(Int64(parts.rounded()))
        return tooLong ? nil : sum
    }

    private static func takeDigits(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = rest.prefix { (48...57).contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits
    }

    private static func takeUnit(_ rest: inout Substring.UTF8View) -> Int64? {
        let name = rest.prefix { $0 != UInt8(ascii: ".") && !(48...57).contains($0) }
        rest = rest.dropFirst(name.count)
        switch String(Substring(name)) {
        case "ns": return 1
        case "us", "\u{B5}s", "\u{3BC}s": return 1000
        case "ms": return 1_000_000
        case "s": return 1_000_000_000
        case "m": return 60_000_000_000
        case "h": return 3_600_000_000_000
        default: return nil
        }
    }
}
