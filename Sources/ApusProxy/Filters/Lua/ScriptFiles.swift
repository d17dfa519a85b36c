/// The files of a configuration's scripts, looked at from time to time: what has changed in them.
struct ScriptFiles {
    /// Between two looks; a change is in force two or three looks after it.
    static let interval = Duration.milliseconds(200)
    /// More than any script has.
    static let mostBytes = 16 << 20

    enum Change: Equatable {
        case text(path: String, String)
        case unreadable(path: String, reason: String)
    }

    private var watches: [String: FileWatch] = [:]

    mutating func look(at paths: Set<String>) -> [Change] {
        watches = watches.filter { paths.contains($0.key) }
        return paths.sorted().compactMap { path in look(at: path, &watches[path, default: FileWatch()]) }
    }

    private func look(at path: String, _ watch: inout FileWatch) -> Change? {
        let stamp = FileStamp(path)
        switch watch.look(stamp) {
        case .nothing: return nil
        case .missing: return .unreadable(path: path, reason: "the file is missing")
        case .read: break
        }
        guard let stamp else { return nil }
        do {
            let bytes = try FileBytes.read(path, most: Self.mostBytes, waits: false)
            watch.wasRead(stamp)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return .unreadable(path: path, reason: "the file is not text in UTF-8")
            }
            return .text(path: path, text)
        } catch {
            return watch.isAway() == .missing
                ? .unreadable(path: path, reason: "the file cannot be read: \(error)") : nil
        }
    }
}
