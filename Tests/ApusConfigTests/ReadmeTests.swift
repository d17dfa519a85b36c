import Foundation
import Testing

@testable import ApusConfig

@Suite("The README")
struct ReadmeTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../README.md")
    private static let begin = "<!-- fields: written by ReadmeTests -->\n"
    private static let end = "<!-- end of fields -->\n"

    /// `APUS_WRITE_README=1 swift test --filter ReadmeTests` writes the table anew.
    @Test("Tells of every field how it stands")
    func fields() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let start = try #require(text.firstRange(of: Self.begin)?.upperBound)
        let stop = try #require(text.firstRange(of: Self.end)?.lowerBound)
        if ProcessInfo.processInfo.environment["APUS_WRITE_README"] != nil {
            let written = text[..<start] + Self.table + text[stop...]
            try String(written).write(to: Self.file, atomically: true, encoding: .utf8)
        } else {
            let isCurrent = text[start..<stop] == Self.table
            #expect(isCurrent, "write it anew: APUS_WRITE_README=1 swift test --filter ReadmeTests")
        }
    }

    private static var table: String {
        let all = EnvoyFields.all.sorted { $0.key < $1.key }
        var lines = ["<details><summary>Every message that is read, and its fields</summary>", ""]
        lines += ["| message | supported | refused until it comes | refused |", "|---|---|---|---|"]
        for (type, standing) in all {
            let cells = [standing.read, standing.later, standing.never].map { names in
                names.split(whereSeparator: \.isWhitespace).map { "`\($0)`" }.joined(separator: " ")
            }
            let name = type.split(separator: ".").drop { $0 != "v3" }.dropFirst().joined(separator: ".")
            lines.append("| \(name) | \(cells.joined(separator: " | ")) |")
        }
        return (lines + ["", "</details>", ""]).joined(separator: "\n")
    }
}
