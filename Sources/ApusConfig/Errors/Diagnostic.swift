/// One finding about a configuration: a place, a fact and a way out.
public struct Diagnostic: Sendable, Equatable, CustomStringConvertible {
    public var severity: Severity
    public var source: SourceMark
    /// Where in the tree, as `static_resources.clusters[0].name`; empty for the file as a whole.
    public var path: String
    public var message: String

    public init(severity: Severity = .error, source: SourceMark, path: String, message: String) {
        self.severity = severity
        self.source = source
        self.path = path
        self.message = message
    }

    /// `file:line:column: path: message`
    public var description: String {
        let place = source.line > 0 ? "\(source)" : source.file
        return path.isEmpty ? "\(place): \(message)" : "\(place): \(path): \(message)"
    }
}

public enum Severity: Sendable, Equatable {
    case warning
    case error
}
