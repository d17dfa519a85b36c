/// One document of a text on its way to rules: a `List` has many of them.
struct RuleDocument {
    let number: Int
    let file: String
    /// Of rules that name none.
    let namespace: String
    private(set) var rules: [Rule] = []
    private(set) var findings: [RuleFinding] = []
    private var duplicates: [YAMLReader.Duplicate] = []

    init(number: Int, file: String, namespace: String) {
        self.number = number
        self.file = file
        self.namespace = namespace
    }

    mutating func read(_ root: YAMLNode, duplicates: [YAMLReader.Duplicate]) {
        self.duplicates = duplicates
        read(root, at: .root())
        guard findings.count > 1 else { return }
        findings = findings.enumerated().sorted { left, right in
            let (first, second) = (left.element.diagnostic.source, right.element.diagnostic.source)
            return (first.line, first.column, left.offset) < (second.line, second.column, right.offset)
        }.map(\.element)
    }

    private mutating func read(_ node: YAMLNode, at place: Place) {
        let reading = Reading(file: file, readVariable: { _ in nil }, readFile: { _ in [] })
        reading.keepsSpelling = true
        let field = Field(node: node, place: place, reading: reading)
        let head = RuleHead(field, defaultNamespace: namespace)
        if head.isList, let items = field.member("items") {
            note(reading, of: head.resource, at: place, isList: true)
            let place = place.field("items")
            if case .sequence(let nodes) = items.node.content {
                for (index, node) in nodes.enumerated() where findings.count < RuleText.mostFindings {
                    read(node, at: place.index(index))
                }
            } else {
                items.wrongType("a list")
                note(reading, of: head.resource, at: place, isList: true)
            }
            return
        }
        if let rule = head.decode(field) { rules.append(rule) }
        note(reading, of: head.resource, at: place, isList: head.isList)
    }

    /// Keeps what has been said about a rule, and which of its keys are there twice.
    private mutating func note(_ reading: Reading, of resource: String, at place: Place, isList: Bool) {
        findings += reading.diagnostics.map { RuleFinding(document: number, resource: resource, diagnostic: $0) }
        guard !duplicates.isEmpty else { return }
        let prefix = place.path.isEmpty ? "" : place.path + "."
        let own = { (duplicate: YAMLReader.Duplicate) in
            duplicate.path.hasPrefix(prefix) && !(isList && duplicate.path.hasPrefix(prefix + "items["))
        }
        for duplicate in duplicates where own(duplicate) {
            let mark = SourceMark(file: file, line: duplicate.line, column: duplicate.column)
            let message = ConfigurationError.duplicateKey(duplicate.key).message
            let diagnostic = Diagnostic(source: mark, path: duplicate.path, message: message)
            findings.append(RuleFinding(document: number, resource: resource, diagnostic: diagnostic))
        }
        duplicates.removeAll(where: own)
    }
}
