import Foundation
import Testing

@testable import ApusConfig

/// Each file in `Golden/Effects` holds a rule, below `=====` the rule that takes its place, and below the next what that
/// means. Either rule may be missing.
enum EffectsGolden {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Golden/Effects")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }()

    static func read(_ name: String) throws -> (before: Rule?, after: Rule?, effects: [String]) {
        let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        let parts = text.components(separatedBy: "=====\n")
        try #require(parts.count == 3)
        return (
            try rule(parts[0], name), try rule(parts[1], name), parts[2].split(separator: "\n").map(String.init)
        )
    }

    private static func rule(_ text: String, _ name: String) throws -> Rule? {
        guard !text.isEmpty else { return nil }
        let reading = RuleReader.read(text: text, file: name)
        try #require(reading.errors.isEmpty, "\(name): \(reading.errors)")
        #expect(reading.rules.count == 1)
        return reading.rules.first
    }
}

@Suite("Changes of rules are told in words") struct RuleEffectsGoldenTests {
    @Test("each line says what is another", arguments: EffectsGolden.names)
    func golden(name: String) throws {
        let (before, after, effects) = try EffectsGolden.read(name)
        let told = RuleEffects.of(before, after)
        #expect(told == effects)
        #expect(told.allSatisfy { $0.count < 1000 && !$0.contains("\n") })
    }

    @Test("the same rule again changes nothing", arguments: EffectsGolden.names)
    func same(name: String) throws {
        let (before, after, _) = try EffectsGolden.read(name)
        for rule in [before, after] { #expect(RuleEffects.of(rule, rule).isEmpty) }
    }

    @Test("the way back is told too", arguments: EffectsGolden.names)
    func back(name: String) throws {
        let (before, after, _) = try EffectsGolden.read(name)
        #expect(!RuleEffects.of(after, before).isEmpty)
    }
}
