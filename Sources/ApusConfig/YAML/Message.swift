/// A mapping read as one of Envoy's messages. It remembers what was asked for, so that the rest can be named.
final class Message {
    /// Full name of the protobuf message, as `envoy.config.route.v3.Route`.
    let type: String
    let field: Field
    private var entries: [YAMLEntry]
    private var isRead: [Bool]
    private var asked: [String] = []

    init?(_ field: Field, type: String) {
        if field.node.isNull {
            self.entries = []
        } else if case .mapping(let entries) = field.node.content {
            self.entries = entries
        } else {
            field.wrongType("a mapping")
            return nil
        }
        self.field = field
        self.type = type
        self.isRead = Array(repeating: false, count: entries.count)
    }

    var source: SourceMark { field.source }

    /// The value of a field, found under its own name or its lowerCamelCase name; nil when absent or null.
    subscript(name: String) -> Field? {
        asked.append(name)
        var found: Field?
        for index in entries.indices where !isRead[index] && FieldName.matches(entries[index].key, name) {
            let entry = entries[index]
            isRead[index] = true
            entries[index].canonical = name
            let shown = field.reading.keepsSpelling ? entry.key : name
            let here = Field(node: entry.value, place: field.place.field(shown), reading: field.reading)
            if found != nil {
                field.reading.report(.duplicateKey(entry.key), at: mark(entry), path: here.path)
            } else if !entry.value.isNull {
                found = here
            }
        }
        return found
    }

    /// Whether a field is there; it still has to be read.
    func has(_ name: String) -> Bool {
        entries.contains { FieldName.matches($0.key, name) && !$0.value.isNull }
    }

    /// The name and value of the one field of a `oneof` that is given; more than one is an error.
    func oneOf(_ names: String..., required: Bool = false) -> (name: String, value: Field)? {
        var found: [(name: String, value: Field)] = []
        for name in names {
            if let value = self[name] { found.append((name, value)) }
        }
        if found.count > 1 {
            found[1].value.report(.conflicting(found.map { shown($0.name) }))
        }
        if found.isEmpty, required {
            field.report(.missingOneOf(names.map(shown)))
        }
        return found.first
    }

    func report(missing name: String) {
        field.report(.missingField(shown(name)))
    }

    /// A field's name as its readers know it: Istio's documents are written in lowerCamelCase.
    private func shown(_ name: String) -> String {
        field.reading.keepsSpelling ? FieldName.lowerCamelCase(name) : name
    }

    /// Takes note of a field that has no effect here, so that it is not reported.
    func ignore(_ names: String...) {
        for name in names { _ = self[name] }
    }

    private func place(of key: String) -> Place {
        field.reading.keepsSpelling ? field.place.named(key) : field.place.field(key)
    }

    private func mark(_ entry: YAMLEntry) -> SourceMark {
        SourceMark(file: field.reading.file, line: entry.line, column: entry.column)
    }

    /// Ends the reading of this message: leaves the fields' names in the tree and reports what nobody asked for.
    /// A decoder that gave up has reported why, and may not have come to all of its fields.
    func reportUnread(gaveUp: Bool) {
        if !entries.isEmpty { field.node.content = .mapping(entries) }
        for index in entries.indices where !isRead[index] && !field.reading.isFull {
            let entry = entries[index]
            // An empty list asks for nothing.
            if case .sequence(let nodes) = entry.value.content, nodes.isEmpty,
                EnvoyFields.standing(of: entry.key, in: type) != nil
            {
                continue
            }
            let error: ConfigurationError
            switch EnvoyFields.standing(of: entry.key, in: type) {
            case .read where gaveUp: continue
            case .later(let name): error = .notYetSupportedField(name)
            case .never(let name): error = .unsupportedField(name)
            case .read, nil:
                let known = EnvoyFields.read(in: type) ?? asked.map(shown)
                error = .unknownField(entry.key, nearest: nearestName(to: entry.key, among: known))
            }
            field.reading.report(error, at: mark(entry), path: place(of: entry.key).path)
        }
    }
}

/// A field has two names: `per_try_timeout` and `perTryTimeout`.
enum FieldName {
    static func lowerCamelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        return words.dropFirst().reduce(words.first.map(String.init) ?? "") {
            $0 + $1.prefix(1).uppercased() + $1.dropFirst()
        }
    }

    static func matches(_ key: String, _ name: String) -> Bool {
        if key == name { return true }
        var key = key.utf8.makeIterator()
        var raise = false
        for byte in name.utf8 {
            if byte == UInt8(ascii: "_") {
                raise = true
                continue
            }
            let expected = raise && (97...122).contains(byte) ? byte - 32 : byte
            raise = false
            guard key.next() == expected else { return false }
        }
        return key.next() == nil
    }
}
