/// One value of a file, with its place. JSON is read as YAML, of which it is a part.
final class YAMLNode {
    enum Content {
        case scalar(String, quoted: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    var content: Content
    /// From 1.
    let line: Int
    /// From 1.
    let column: Int
    /// The value as a typed read understood it; what `/config_dump` shows.
    var normalised: ConfigValue?

    init(_ content: Content, line: Int, column: Int) {
        self.content = content
        self.line = line
        self.column = column
    }
}

/// A key of a mapping and its value.
struct YAMLEntry {
    let key: String
    let line: Int
    let column: Int
    let value: YAMLNode
    /// The field's name in snake_case, once it has been read under that name.
    var canonical: String?
}

extension YAMLNode {
    var isNull: Bool {
        guard case .scalar(let text, quoted: false) = content else { return false }
        return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }

    var isMapping: Bool {
        if case .mapping = content { true } else { false }
    }

    /// What a reader of an error message calls this.
    var kind: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar where isNull: "nothing"
        case .scalar(let text, quoted: let quoted):
            switch YAMLNode.untyped(text, quoted: quoted) {
            case .bool: "a boolean"
            case .number: "a number"
            default: "a string"
            }
        }
    }

    /// The value as JSON has it, names as they were read.
    var document: ConfigValue {
        if let normalised { return normalised }
        switch content {
        case .scalar(let text, let quoted):
            return isNull ? .null : YAMLNode.untyped(text, quoted: quoted)
        case .sequence(let nodes):
            return .array(nodes.map(\.document))
        case .mapping(let entries):
            return .object(entries.map { ConfigMember(name: $0.canonical ?? $0.key, value: $0.value.document) })
        }
    }

    /// A scalar's value where no field says what type it has.
    static func untyped(_ text: String, quoted: Bool) -> ConfigValue {
        if quoted { return .string(text) }
        switch text {
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, first == 45 || first == 43 || first == 46 || (48...57).contains(first),
            text.utf8.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }),
            let number = Double(text), number.isFinite
        else { return .string(text) }
        return .number(number)
    }
}
