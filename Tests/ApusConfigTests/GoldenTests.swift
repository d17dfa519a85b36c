import Foundation
import Testing

/// Each file in `Golden` holds a broken configuration and, below `=====`, what is said about it.
@Suite("Broken configurations are explained") struct GoldenTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }()

    @Test("there are at least twenty of them") func count() {
        #expect(Self.names.count >= 20)
    }

    @Test("each finding has its place, its fact and its way out", arguments: names)
    func golden(name: String) throws {
        let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
        let separator = try #require(text.range(of: "=====\n"))
        let result = load(String(text[..<separator.lowerBound]), file: name)
        let expected = text[separator.upperBound...].split(separator: "\n").map(String.init)
        #expect(result.diagnostics.map(\.printed) == expected)
        #expect(result.bootstrap == nil)
    }
}
