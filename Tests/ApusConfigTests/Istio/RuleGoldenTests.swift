import Foundation
import Testing

@testable import ApusConfig

@Suite("Broken rules are explained") struct RuleGoldenTests {
    @Test("each finding has its place, its fact and its way out", arguments: RuleGolden.names)
    func golden(name: String) throws {
        let (documents, expected) = try RuleGolden.read(name)
        let decoded = try #require(decodeSpecs(documents, file: name))
        #expect(decoded.diagnostics.map(\.printed) == expected)
    }
}
