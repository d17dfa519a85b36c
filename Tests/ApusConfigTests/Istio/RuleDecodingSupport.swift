import Foundation
import Testing

@testable import ApusConfig

/// What decoding the `spec` of documents gave.
struct DecodedSpecs {
    var specs: [RuleSpec] = []
    var diagnostics: [Diagnostic] = []

    var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
    var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }
}

/// Decodes documents that are divided by `---`; nil when the text is no YAML.
func decodeSpecs(_ text: String, file: String = "test.yaml") -> DecodedSpecs? {
    let reading = Reading(file: file, readVariable: { _ in nil }, readFile: { _ in throw NoSuchFile() })
    reading.keepsSpelling = true
    var result = DecodedSpecs()
    // Empty lines in front of a document keep the numbers of its lines.
    var document = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + ["---"] {
        guard line == "---" else {
            document += line + "\n"
            continue
        }
        let reader = YAMLReader()
        do {
            if let root = try reader.read(document) {
                let field = Field(node: root, place: .root(), reading: reading)
                if let kind = field.member("kind")?.text, let spec = field.member("spec") {
                    decodeSpec(spec, kind: kind).map { result.specs.append($0) }
                }
            }
        } catch {
            return nil
        }
        document = String(repeating: "\n", count: document.count { $0 == "\n" } + 1)
    }
    let sorted = reading.diagnostics.enumerated().sorted { left, right in
        let (first, second) = (left.element.source, right.element.source)
        return (first.line, first.column, left.offset) < (second.line, second.column, right.offset)
    }
    result.diagnostics = sorted.map(\.element)
    return result
}

private func decodeSpec(_ field: Field, kind: String) -> RuleSpec? {
    switch RuleKind(rawValue: kind) {
    case .destinationRule?: DestinationRule.decode(field).map { .destinationRule($0) }
    case .serviceEntry?: ServiceEntry.decode(field).map { .serviceEntry($0) }
    case .workloadEntry?: WorkloadEntry.decode(field).map { .workloadEntry($0) }
    case .gateway?: Gateway.decode(field).map { .gateway($0) }
    case .sidecar?: Sidecar.decode(field).map { .sidecar($0) }
    case .envoyFilter?: EnvoyFilter.decode(field).map { .envoyFilter($0) }
    default: nil
    }
}

/// Each file in `Golden/Rules` holds documents and, below `=====`, what is said about them.
enum RuleGolden {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Golden/Rules")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }()

    static func read(_ name: String) throws -> (documents: String, findings: [String]) {
        let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        let separator = try #require(text.range(of: "=====\n"))
        return (
            String(text[..<separator.lowerBound]), text[separator.upperBound...].split(separator: "\n").map(String.init)
        )
    }
}
