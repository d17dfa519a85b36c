import ApusConfig
import ApusProxy

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The files and directories of rules, and how the last look at them went.
struct RuleDirectories: Sendable {
    let paths: [String]
    let namespace: String
    /// What each file was when it was read last; nil: not even their names could be read.
    private var taken: [String: FileStamp]?
    private var last: [String: FileStamp]?
    private var restless = 0
    /// What is wrong with the files as they are now; empty when they are in force.
    var problems: [RuleFinding] = []
    /// When that was found out.
    var checked = TimeText.now

    /// The largest file that is read, in bytes.
    static let largest = 64 << 20
    /// Looks after which files that never come to rest are read nevertheless.
    private static let unrest = 8

    init(paths: [String], namespace: String) {
        self.paths = paths
        self.namespace = namespace
    }

    /// The files, by path: those named, and those of the directories named.
    static func files(of paths: [String]) throws -> [String] {
        var found: [String] = []
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else {
                throw FileBytes.Unreadable(description: "'\(path)': \(String(cString: strerror(errno)))")
            }
            guard status.st_mode & S_IFMT == S_IFDIR else {
                found.append(path)
                continue
            }
            guard let files = RuleFolder.files(path) else {
                throw FileBytes.Unreadable(description: "'\(path)': \(String(cString: strerror(errno)))")
            }
            found += files
        }
        return found
    }

    /// Reads every file. The findings name their files; of a rule that is there twice the last counts.
    mutating func read() -> RuleReading {
        var all = RuleReading()
        taken = nil
        do {
            let files = try Self.files(of: paths)
            taken = Self.stamps(files)
            for file in files {
                let bytes = try FileBytes.read(file, most: Self.largest)
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw FileBytes.Unreadable(description: "'\(file)' is not text in UTF-8")
                }
                let reading = RuleReader.read(text: text, file: file, namespace: namespace)
                all.rules += reading.rules
                all.findings += reading.findings
            }
        } catch {
            let diagnostic = Diagnostic(
                source: SourceMark(file: paths.first ?? ""), path: "", message: "rules cannot be read: \(error)")
            all.findings.append(RuleFinding(document: 0, resource: "", diagnostic: diagnostic))
        }
        checked = TimeText.now
        problems = all.errors
        return all
    }

    /// Whether the files have changed since they were read, and then been left alone from one look to the next.
    mutating func hasChanged() -> Bool {
        let now = (try? Self.files(of: paths)).map(Self.stamps)
        defer { last = now }
        guard now != taken else {
            restless = 0
            return false
        }
        restless += 1
        return now == last || restless >= Self.unrest
    }

    private static func stamps(_ files: [String]) -> [String: FileStamp] {
        var stamps: [String: FileStamp] = [:]
        for file in files { stamps[file] = FileStamp(file) }
        return stamps
    }
}
