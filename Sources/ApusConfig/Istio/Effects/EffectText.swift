/// How values read in a line about a change.
enum EffectText {
    /// On one line and cut after so many characters.
    static func short(_ text: String, most longest: Int = 100) -> String {
        var shown = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            count += 1
            if count > longest { return "\(String(shown))…" }
            let isPlain = scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
            let isBreak = scalar.value == 0x2028 || scalar.value == 0x2029
            shown.append(isPlain && !isBreak ? scalar : " ")
        }
        return String(shown)
    }

    /// The first of many and how many are left: `a, b and 3 others`.
    static func list(_ names: some Collection<String>, most: Int = 5, by separator: String = ", ") -> String {
        let shown = names.prefix(most).map { short($0) }.joined(separator: separator)
        let rest = names.count - most
        return rest > 0 ? "\(shown) and \(rest) \(rest == 1 ? "other" : "others")" : shown
    }

    /// All that a rule does, on one line.
    static func sentence(_ words: [String]) -> String {
        let shown = words.prefix(20).joined(separator: "; ")
        return words.count > 20 ? "\(shown); and \(words.count - 20) more" : shown
    }

    /// `app=reviews, version=v1`, whole.
    static func labels(_ labels: [String: String]) -> String {
        labels.isEmpty
            ? "none" : labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    }

    static func percent(_ share: Percentage) -> String { "\(number(Double(share.millionths) / 10_000)) %" }

    /// With as many decimals as are needed to tell a millionth of requests.
    static func number(_ value: Double) -> String {
        let rounded = (value * 10_000).rounded() / 10_000
        return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
    }

    /// With two decimals, or as many as a small share needs.
    static func share(_ percent: Double) -> String {
        number(percent < 0.01 ? percent : (percent * 100).rounded() / 100)
    }

    /// `exportTo`
    static func namespaces(_ names: [String]) -> [String] {
        names.map { $0 == "." ? "its own" : $0 == "*" ? "all" : $0 }
    }

    /// `0.5 s`; whole hours as such.
    static func time(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = attoseconds / 1_000_000_000
        if nanoseconds == 0, seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600) h" }
        guard nanoseconds > 0 else { return "\(seconds) s" }
        var digits = String(nanoseconds)
        digits = String(repeating: "0", count: max(0, 9 - digits.utf8.count)) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(seconds).\(digits) s"
    }

    /// `1 line`, `2 lines`
    static func count(_ count: Int, _ one: String) -> String { "\(count) \(one)\(count == 1 ? "" : "s")" }
}
