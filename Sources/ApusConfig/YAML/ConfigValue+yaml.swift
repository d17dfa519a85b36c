import Yams

extension ConfigValue {
    /// As one YAML document, with a line end behind it.
    public var yaml: String {
        let text = (try? Yams.serialize(node: node, width: -1, allowUnicode: true)) ?? ""
        return text.hasSuffix("\n") ? text : text + "\n"
    }

    private var node: Yams.Node {
        switch self {
        case .null: .scalar(.init("null", Tag(.null)))
        case .bool(let value): .scalar(.init(value ? "true" : "false", Tag(.bool)))
        case .number(let number):
            .scalar(.init(Int(exactly: number).map(String.init) ?? "\(number)", Tag(.float)))
        case .string(let text): .scalar(.init(text, Tag(.str), Self.style(of: text)))
        case .array(let elements): .sequence(.init(elements.map(\.node)))
        case .object(let members):
            .mapping(
                .init(members.map { (.scalar(.init($0.name, Tag(.str), Self.style(of: $0.name))), $0.value.node) }))
        }
    }

    /// A text that would be read as something else without quotes has them.
    private static func style(of text: String) -> Yams.Node.Scalar.Style {
        if text.contains("\n") { return .literal }
        let words: Set = ["", "~", "<<", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".nan", ".inf"]
        if words.contains(text.lowercased()) { return .doubleQuoted }
        // Numbers, dates, octals, sexagesimals: whatever begins like one is quoted.
        guard let first = text.utf8.first else { return .doubleQuoted }
        let begins = (48...57).contains(first) || first == 43 || first == 45 || first == 46
        return begins ? .doubleQuoted : .any
    }
}
