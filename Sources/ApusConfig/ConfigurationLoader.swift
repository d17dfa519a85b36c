/// Turns the text of an Envoy bootstrap file into a checked `Bootstrap`.
public enum ConfigurationLoader {
    /// Reads files that a configuration names (`filename:` of a data source); throws what is told to the user.
    public typealias FileReader = (String) throws -> [UInt8]

    /// Reads YAML or JSON. `file` is only the name that diagnostics print.
    public static func load(text: String, file: String, readFile: FileReader) -> LoadResult {
        let mark = SourceMark(file: file, line: 1, column: 1)
        let notYet = Diagnostic(source: mark, path: "", message: "reading configurations is not built yet")
        return LoadResult(bootstrap: nil, diagnostics: [notYet], document: .null)
    }
}

/// What reading a configuration gave.
public struct LoadResult: Sendable {
    /// nil when there is any error.
    public var bootstrap: Bootstrap?
    /// Errors and warnings, by place.
    public var diagnostics: [Diagnostic]
    /// The normalised tree, names in snake_case, for `/config_dump`.
    public var document: ConfigValue

    public init(bootstrap: Bootstrap?, diagnostics: [Diagnostic], document: ConfigValue) {
        self.bootstrap = bootstrap
        self.diagnostics = diagnostics
        self.document = document
    }

    public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
    public var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }
}
