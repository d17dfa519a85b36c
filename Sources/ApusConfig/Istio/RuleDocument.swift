/// One document of a text of rules while it is read.
struct RuleDocument {
    let namespace: String
    private let linesBefore: Int
    private let file: String
    private(set) var rules: [Rule] = []
    /// Their document's number is not known here.
    private(set) var findings: [RuleFinding] = []

    init(file: String, namespace: String, linesBefore: Int) {
        self.file = file
        self.namespace = namespace
        self.linesBefore = linesBefore
    }

    /// Whether there is anything in the document; nil when it is no YAML.
    mutating func read(_ text: String) -> Bool? {
        var reader = YAMLReader(allowsMergeKeys: true, linesBefore: linesBefore)
        do {
            guard let root = try reader.read(text), !root.isNull else { return false }
            read(root, path: Place.root(), isInList: false)
            return true
        } catch {
            let source = SourceMark(file: file, line: error.line, column: error.column)
            add(Diagnostic(source: source, path: "document", message: error.error.message), "")
            return nil
        }
    }

    private mutating func add(_ diagnostic: Diagnostic, _ resource: String) {
        findings.append(RuleFinding(document: 0, resource: resource, diagnostic: diagnostic))
    }

    private mutating func read(_ root: YAMLNode, path: Place, isInList: Bool) {
        let reading = Reading(
            file: file, readVariable: { _ in nil }, readFile: { _ in throw RuleDocument.NoFiles() })
        reading.keepsSpelling = true
        // As its author wrote it: reading changes the nodes.
        let written = root.document
        let field = Field(node: root, place: path, reading: reading)
        var resource = ""
        let kind = field.member("kind")?.text ?? ""
        if kind == "List", !isInList {
            // An item is a document of its own with its own findings.
            readList(field)
        } else {
            resource = readRule(field, kind: kind, written: written)
        }
        reading.end()
        for diagnostic in reading.diagnostics.sorted(by: Self.stands) { add(diagnostic, resource) }
    }

    private static func stands(_ a: Diagnostic, before b: Diagnostic) -> Bool {
        (a.source.line, a.source.column) < (b.source.line, b.source.column)
    }

    private mutating func readList(_ field: Field) {
        guard let items = field.member("items") else { return }
        for item in items.elements { read(item.node, path: item.place, isInList: true) }
    }

    /// Reads a single rule; gives what it is called.
    private mutating func readRule(_ field: Field, kind: String, written: ConfigValue) -> String {
        guard case .mapping = field.node.content else {
            field.wrongType("a mapping")
            return ""
        }
        guard let envelope = Envelope(field, kind: kind, namespace: namespace) else { return "" }
        guard let known = envelope.known else { return envelope.resource }
        guard let spec = envelope.spec(known), !field.reading.hasErrors else { return envelope.resource }
        rules.append(
            Rule(
                name: RuleName(kind: known, namespace: envelope.namespace, name: envelope.name),
                apiVersion: envelope.apiVersion, labels: envelope.labels, annotations: envelope.annotations,
                created: envelope.created, spec: spec,
                document: written.withNamespace(envelope.namespace), source: field.source))
        return envelope.resource
    }

    struct NoFiles: Error, CustomStringConvertible {
        var description: String { "files are not read here" }
    }
}

extension ConfigValue {
    /// The document with its namespace filled in.
    fileprivate func withNamespace(_ namespace: String) -> ConfigValue {
        guard case .object(var members) = self else { return self }
        let own = ConfigMember(name: "namespace", value: .string(namespace))
        guard let index = members.firstIndex(where: { $0.name == "metadata" }),
            case .object(var metadata) = members[index].value
        else { return self }
        if let place = metadata.firstIndex(where: { $0.name == "namespace" }) {
            metadata[place] = own
        } else {
            metadata.append(own)
        }
        members[index].value = .object(metadata)
        return .object(members)
    }
}
