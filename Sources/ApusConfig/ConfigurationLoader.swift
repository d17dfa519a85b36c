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

    /// Reads one route configuration, which stands by itself: whether its clusters exist is seen when it is compiled.
    public static func loadRoutes(text: String, file: String) -> RoutesResult {
        let reading = Reading(
            file: file, readVariable: { _ in nil },
            readFile: { _ in throw UnreadableHere() })
        defer { reading.end() }
        let start = SourceMark(file: file, line: 1, column: 1)
        do {
            let reader = YAMLReader()
            guard let node = try reader.read(text), !node.isNull else {
                reading.report(.emptyFile, at: start, path: "")
                return RoutesResult(routes: nil, diagnostics: reading.diagnostics, document: .null)
            }
            let routes = RouteConfiguration.decode(Field(node: node, place: .root(), reading: reading))
            return RoutesResult(
                routes: reading.hasErrors ? nil : routes, diagnostics: reading.diagnostics, document: node.document)
        } catch {
            reading.report(
                error.error, at: SourceMark(file: file, line: error.line, column: error.column), path: "")
            return RoutesResult(routes: nil, diagnostics: reading.diagnostics, document: .null)
        }
    }

    private struct UnreadableHere: Error, CustomStringConvertible {
        var description: String { "files are not read here" }
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

/// What reading a route configuration gave.
public struct RoutesResult: Sendable {
    /// nil when there is any error.
    public var routes: RouteConfiguration?
    public var diagnostics: [Diagnostic]
    /// The normalised tree, names in snake_case.
    public var document: ConfigValue
}

/// What reading a configuration gave.
public struct LoadResult: Sendable {
    /// nil when there is any error.
    public var bootstrap: Bootstrap?
    /// Errors and warnings, by place.
    public var diagnostics: [Diagnostic]
    /// The normalised tree, names in snake_case, for `/config_dump`.
    public var document: ConfigValue
    /// Makes the tree when it is asked for, in the place of `document`; for configurations that are no text.
    public var makeDocument: (@Sendable () -> ConfigValue)?

    public init(bootstrap: Bootstrap?, diagnostics: [Diagnostic], document: ConfigValue) {
        self.bootstrap = bootstrap
        self.diagnostics = diagnostics
        self.document = document
    }

    public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
    public var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }
}
