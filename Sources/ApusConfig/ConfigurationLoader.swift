/// Turns the text of an Envoy bootstrap file into a checked `Bootstrap`.
public enum ConfigurationLoader {
    /// Reads files that a configuration names (`filename:` of a data source); throws what is told to the user.
    public typealias FileReader = (String) throws -> [UInt8]
    /// Looks up what `environment_variable:` of a data source names; nil when it is not set.
    public typealias VariableReader = (String) -> [UInt8]?

    /// Reads YAML or JSON. `file` is only the name that diagnostics print; `customFilters` are those that this
    /// executable has besides Envoy's. Without `readVariable` no environment variable is set.
    public static func load(
        text: String, file: String, customFilters: [CustomFilter] = [],
        readVariable: @escaping VariableReader = { _ in nil }, readFile: @escaping FileReader
    ) -> LoadResult {
        let reading = Reading(
            file: file, customFilters: customFilters, readVariable: readVariable, readFile: readFile)
        defer { reading.end() }
        return load(text, reading)
    }

    private static func load(_ text: String, _ reading: Reading) -> LoadResult {
        let start = SourceMark(file: reading.file, line: 1, column: 1)
        let root: YAMLNode
        do {
            let reader = YAMLReader()
            guard let node = try reader.read(text), !node.isNull else {
                reading.report(.emptyFile, at: start, path: "")
                return reading.result(nil, .null)
            }
            root = node
        } catch {
            let mark = SourceMark(file: reading.file, line: error.line, column: error.column)
            reading.report(error.error, at: mark, path: "")
            return reading.result(nil, .null)
        }
        let bootstrap = Bootstrap.decode(Field(node: root, place: .root(), reading: reading))
        reading.clusters.check()
        return reading.result(bootstrap, root.document)
    }
}

extension Reading {
    fileprivate func result(_ bootstrap: Bootstrap?, _ document: ConfigValue) -> LoadResult {
        let sorted = diagnostics.enumerated().sorted { left, right in
            let (first, second) = (left.element.source, right.element.source)
            return (first.line, first.column, left.offset) < (second.line, second.column, right.offset)
        }
        return LoadResult(
            bootstrap: hasErrors ? nil : bootstrap, diagnostics: sorted.map(\.element), document: document)
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
