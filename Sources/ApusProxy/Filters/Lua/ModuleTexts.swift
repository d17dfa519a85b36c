import NIOConcurrencyHelpers

/// The texts of the modules that a script requires: read once, so that all workers run the same, until their files change.
final class ModuleTexts: Sendable {
    private let texts: NIOLockedValueBox<[String: [UInt8]]>

    init(_ texts: [String: [UInt8]] = [:]) { self.texts = NIOLockedValueBox(texts) }

    var paths: Set<String> { texts.withLockedValue { Set($0.keys) } }

    func known(_ path: String) -> [UInt8]? { texts.withLockedValue { $0[path] } }

    /// nil when there is no such file.
    func text(_ path: String) -> [UInt8]? {
        if let known = known(path) { return known }
        guard let text = try? FileBytes.read(path, most: ScriptFiles.mostBytes, waits: false) else { return nil }
        return texts.withLockedValue { texts in
            if let known = texts[path] { return known }
            texts[path] = text
            return text
        }
    }

    /// The same with another text of one file.
    func replacing(_ path: String, with text: [UInt8]) -> ModuleTexts {
        ModuleTexts(texts.withLockedValue { $0.merging([path: text]) { $1 } })
    }
}
