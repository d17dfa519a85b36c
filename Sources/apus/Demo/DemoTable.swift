/// The counts as a table, and as one line.
struct DemoTable {
    let tally: DemoTally

    private static let columns = ["requests", "mirrored", "2xx", "4xx", "5xx", "none"]
    private static let rows = [("v1", "v1"), ("v2", "v2"), ("client", "this client")]

    /// Header line and one line for each side.
    var lines: [String] {
        let header = Self.pad("", 14) + Self.columns.map { Self.pad($0, -10) }.joined()
        return [header]
            + Self.rows.map { key, title in
                Self.pad(title, 14)
                    + Self.cells(tally[key], isClient: key == "client").map { Self.pad($0, -10) }.joined()
            }
    }

    private static func cells(_ counts: DemoTally.Counts, isClient: Bool) -> [String] {
        [
            "\(counts.requests)", isClient ? "" : "\(counts.mirrored)", "\(counts.answers[2])", "\(counts.answers[4])",
            "\(counts.answers[5])", isClient ? "\(counts.answers[0])" : "",
        ]
    }

    /// For a file or a pipe.
    var line: String {
        Self.rows.map { key, title in
            let counts = tally[key]
            let mirrored = key == "client" ? "" : ", \(counts.mirrored) mirrored"
            let classes = [(2, "2xx"), (4, "4xx"), (5, "5xx"), (0, "none")].filter { counts.answers[$0.0] > 0 }
            let answers = classes.map { " \($0.1)=\(counts.answers[$0.0])" }.joined()
            return "\(title): \(counts.requests) requests\(mirrored)\(answers)"
        }.joined(separator: " | ")
    }

    /// To the left in `width` columns, or to the right when that is negative.
    private static func pad(_ text: String, _ width: Int) -> String {
        let blanks = String(repeating: " ", count: max(abs(width) - text.count, 0))
        return width < 0 ? blanks + text : text + blanks
    }
}
