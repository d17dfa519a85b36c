import Foundation
import Testing

@testable import ApusConfig

/// Documents with parts taken out, doubled, exchanged or spoilt: whatever comes, there is an answer, and what is wrong
/// has a place.
@Suite("Spoilt rules") struct RuleMutationTests {
    @Test("are read without a crash, and each error has a place", arguments: RuleGolden.names)
    func mutations(name: String) throws {
        let (documents, _) = try RuleGolden.read(name)
        var random = SeededGenerator(seed: UInt64(documents.utf8.count))
        for document in documents.components(separatedBy: "---\n") {
            for _ in 0..<150 {
                let text = Self.spoil(document, using: &random)
                for error in decodeSpecs(text)?.errors ?? [] {
                    #expect(error.source.line > 0 && error.source.column > 0, "\(text)")
                    #expect(error.path.hasPrefix("spec"), "\(text)")
                    #expect(!error.message.isEmpty, "\(text)")
                }
            }
        }
    }

    /// Values that are not what most fields expect.
    private static let values = [
        "null", "~", "{}", "[]", "[{}]", "[null]", "{a: b}", "true", "-1", "0", "4294967296", "1e400", ".nan", "\"\"",
        "x",
        "\"*\"", "5", "1.5s", "99999999999999999999h", "-1s", "unix://", "unix:///a", "a/b/c", "*/*", "\u{FFFD}", "é.x",
        ".",
        "18446744073709551615", "\"~\"",
    ]

    private static func spoil(_ document: String, using random: inout SeededGenerator) -> String {
        var lines = document.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let index = Int.random(in: lines.indices, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: lines.remove(at: index)
            case 1: lines.insert(lines.randomElement(using: &random) ?? "", at: index)
            case 2:
                // Another value behind a key.
                let line = lines[index]
                guard let colon = line.lastIndex(of: ":") else { continue }
                lines[index] = "\(line[...colon]) \(values.randomElement(using: &random) ?? "")"
            case 3:
                // Another value within a flow.
                let parts = lines[index].components(separatedBy: ": ")
                guard parts.count > 1 else { continue }
                let part = Int.random(in: 1..<parts.count, using: &random)
                let tail = parts[part].drop { $0 != "," && $0 != "}" && $0 != "]" }
                var changed = parts
                changed[part] = "\(values.randomElement(using: &random) ?? "")\(tail)"
                lines[index] = changed.joined(separator: ": ")
            default:
                lines[index] = String(
                    lines[index].filter { _ in !Int.random(in: 0..<12, using: &random).isMultiple(of: 12) })
            }
            if lines.isEmpty { lines = [""] }
        }
        return lines.joined(separator: "\n")
    }
}
