/// One value of the tree, where it stands, and the reading that collects what there is to say about it.
struct Field {
    let node: YAMLNode
    let place: Place
    let reading: Reading

    var source: SourceMark { SourceMark(file: reading.file, line: node.line, column: node.column) }
    var path: String { place.path }

    func report(_ error: ConfigurationError) {
        reading.report(error, at: source, path: path)
    }

    func report(_ error: RuleError) {
        reading.report(error, at: source, path: path)
    }

    func warn(_ warning: RuleWarning) {
        reading.report(warning, at: source, path: path)
    }

    func warn(_ warning: ConfigurationWarning) {
        reading.report(warning, at: source, path: path)
    }

    func wrongType(_ expected: String) {
        report(.wrongType(expected: expected, found: node.kind))
    }

    /// The elements of a list; a single error when it is none.
    var elements: [Field] {
        guard case .sequence(let nodes) = node.content else {
            wrongType("a list")
            return []
        }
        return nodes.enumerated().map { index, node in
            Field(node: node, place: place.index(index), reading: reading)
        }
    }

    /// The members of a mapping whose names are free; names are not fields.
    var members: [(key: String, value: Field)] {
        guard case .mapping(let entries) = node.content else {
            wrongType("a mapping")
            return []
        }
        return entries.filter { !$0.value.isNull }.map { entry in
            (entry.key, Field(node: entry.value, place: place(of: entry.key), reading: reading))
        }
    }

    /// The members with those that are null.
    var allMembers: [(key: String, value: Field)] {
        guard case .mapping(let entries) = node.content else { return members }
        return entries.map { entry in
            (entry.key, Field(node: entry.value, place: place(of: entry.key), reading: reading))
        }
    }

    private func place(of key: String) -> Place { reading.keepsSpelling ? place.named(key) : place.key(key) }

    /// Reads a mapping as a message of protobuf; what the closure leaves unread is reported.
    func message<Value>(_ type: String, _ read: (Message) -> Value?) -> Value? {
        guard let message = Message(self, type: type) else { return nil }
        let value = read(message)
        message.reportUnread(gaveUp: value == nil)
        return value
    }
}

/// Looks that leave no trace, for rules that compare what decoders have read already.
extension Field {
    func member(_ name: String) -> Field? {
        guard case .mapping(let entries) = node.content,
            let entry = entries.first(where: { FieldName.matches($0.key, name) && !$0.value.isNull })
        else { return nil }
        let shown = reading.keepsSpelling ? entry.key : name
        return Field(node: entry.value, place: place.field(shown), reading: reading)
    }

    var isEmptyMapping: Bool {
        if case .mapping(let entries) = node.content { entries.isEmpty } else { false }
    }

    var text: String? {
        guard case .scalar(let text, _) = node.content else { return nil }
        return text
    }

    var quietElements: [Field] {
        guard case .sequence = node.content else { return [] }
        return elements
    }
}
