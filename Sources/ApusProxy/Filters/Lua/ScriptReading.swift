import Crypto

/// A script of the configuration as it runs now: what the admin server shows.
public struct ScriptReading: Sendable, Equatable {
    public var name: String
    /// The file it came from; nil when it stands in the configuration.
    public var filename: String?
    /// What errors call it: the file, or the field as `lua.default_source_code`.
    public var place: String
    /// The text in force.
    public var text: String
    /// RFC 3339, UTC, since when the text has been in force.
    public var since: String
    /// How many texts before it can be gone back to.
    public var previousVersions: Int
    /// The counters of its filter by name. Scripts of one filter share them.
    public var counters: [(name: String, value: Int)]
    /// Bytes in use by the workers' states of it.
    public var memoryBytes = 0
    /// Lua states, with those of older texts that requests under way still use.
    public var states = 0

    public init(
        name: String, filename: String? = nil, place: String, text: String, since: String, previousVersions: Int = 0,
        counters: [(name: String, value: Int)] = []
    ) {
        self.name = name
        self.filename = filename
        self.place = place
        self.text = text
        self.since = since
        self.previousVersions = previousVersions
        self.counters = counters
    }

    /// SHA-256 of the text, in hexadecimal.
    public var hash: String { Self.hash(text) }

    static func hash(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }

    public static func == (a: ScriptReading, b: ScriptReading) -> Bool {
        a.name == b.name && a.filename == b.filename && a.place == b.place && a.text == b.text && a.since == b.since
            && a.previousVersions == b.previousVersions && a.counters.elementsEqual(b.counters, by: ==)
            && a.memoryBytes == b.memoryBytes && a.states == b.states
    }
}

/// What became of a change of a script.
public enum ScriptChange: Sendable, Equatable {
    /// Every worker's next request runs the text with this SHA-256; or would, if that was all that was asked.
    case done(hash: String)
    /// Nothing has changed.
    case refused(ScriptFault)
    /// There is no script of that name.
    case unknown
    /// There is no text before this one.
    case nothingBefore
}

/// What is wrong with a script.
public struct ScriptFault: Sendable, Equatable {
    /// The script, or the module that it requires; empty when that cannot be told.
    public var file: String
    /// From 1; 0 when it cannot be told.
    public var line: Int
    public var message: String

    public init(file: String, line: Int, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// Takes `file:line: message` apart, as Lua writes it. `origin`: the script, of which it is mostly about.
    init(_ text: String, origin: String) {
        self.init(file: origin, line: 0, message: text)
        if text.hasPrefix("\(origin):"), take(text.dropFirst(origin.count)) { return }
        var rest = text[...]
        while let colon = rest.firstIndex(of: ":") {
            rest = rest[colon...]
            if take(rest) {
                file = String(text[..<colon])
                return
            }
            rest = rest.dropFirst()
        }
    }

    /// `:3: message`
    private mutating func take(_ text: Substring) -> Bool {
        let digits = text.dropFirst().prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(1 + digits.count)
        guard let line = Int(digits), rest.hasPrefix(": ") else { return false }
        self.line = line
        message = String(rest.dropFirst(2))
        return true
    }
}
