import ApusConfig
import ApusProxy
import Foundation

/// A configuration on disk.
struct ConfigurationFile: Sendable {
    let path: String

    /// Reads and checks the file and what it names; an unreadable file is a diagnostic like any other.
    func load() -> LoadResult {
        let text: String
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            text = String(decoding: data, as: UTF8.self)
        } catch {
            let reason = Diagnostic(
                source: SourceMark(file: path, line: 1, column: 1), path: "",
                message: "the file cannot be read: \((error as NSError).localizedDescription)")
            return LoadResult(bootstrap: nil, diagnostics: [reason], document: .null)
        }
        return ConfigurationLoader.load(text: text, file: path) { name in
            Array(try Data(contentsOf: URL(fileURLWithPath: name)))
        }
    }
}
