/// One file being read: what was found so far, and what can only be judged at the end.
final class Reading {
    let file: String
    let readFile: (String) throws -> [UInt8]
    let readVariable: (String) -> [UInt8]?
    /// Types and well-known names of filters that whoever built this executable has added.
    let customFilters: [CustomFilter]
    /// Paths show names as they were written, and not in snake_case.
    var keepsSpelling = false
    private(set) var diagnostics: [Diagnostic] = []
    /// The `typed_per_filter_config` entries of the route configuration that is being read.
    var overrides: [(name: String, type: String?, place: Field)] = []
    let clusters = ClusterReferences()
    let listeners = ListenerAddresses()

    init(
        file: String, customFilters: [CustomFilter] = [],
        readVariable: @escaping (String) -> [UInt8]?,
        readFile: @escaping (String) throws -> [UInt8]
    ) {
        self.file = file
        self.customFilters = customFilters
        self.readVariable = readVariable
        self.readFile = readFile
    }

    func report(_ error: ConfigurationError, at source: SourceMark, path: String) {
        add(.error, error.message, at: source, path: path)
    }

    func report(_ error: RuleError, at source: SourceMark, path: String) {
        add(.error, error.message, at: source, path: path)
    }

    func report(_ warning: RuleWarning, at source: SourceMark, path: String) {
        add(.warning, warning.message, at: source, path: path)
    }

    func report(_ warning: ConfigurationWarning, at source: SourceMark, path: String) {
        add(.warning, warning.message, at: source, path: path)
    }

    private func add(_ severity: Severity, _ message: String, at source: SourceMark, path: String) {
        guard !isFull || severity == .error && !hasErrors else { return }
        diagnostics.append(Diagnostic(severity: severity, source: source, path: path, message: message))
    }

    /// Lets go of the fields that were kept for the rules; they hold on to this reading in turn.
    func end() {
        overrides.removeAll()
        clusters.end()
        listeners.end()
    }

    /// So much is wrong that more would help nobody.
    var isFull: Bool { diagnostics.count >= 1000 }

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
