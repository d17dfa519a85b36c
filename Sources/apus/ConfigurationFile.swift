import ApusConfig
import ApusProxy
import Glibc

/// A configuration on disk.
struct ConfigurationFile: Sendable {
    let path: String

    /// Reads and checks the file and what it names; an unreadable file is a diagnostic like any other.
    func load() -> LoadResult {
        do {
            let text = String(decoding: try Self.read(path), as: UTF8.self)
            return ConfigurationLoader.load(
                text: text, file: path, readVariable: Self.variable, readFile: Self.read)
        } catch {
            let place = SourceMark(file: path, line: 1, column: 1)
            let reason = Diagnostic(source: place, path: "", message: "the file cannot be read: \(error)")
            return LoadResult(bootstrap: nil, diagnostics: [reason], document: .null)
        }
    }

    static func variable(_ name: String) -> [UInt8]? {
        getenv(name).map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }

    static func read(_ path: String) throws -> [UInt8] { try FileBytes.read(path) }
}
