/// A message that names its own type: `typed_config` with its `@type`.
struct TypedConfig {
    /// What stands behind the last slash of `@type`.
    let type: String
    let url: String
    let field: Field

    init?(_ field: Field) {
        guard case .mapping(let entries) = field.node.content else {
            field.wrongType("a mapping with an @type")
            return nil
        }
        guard let entry = entries.first(where: { $0.key == "@type" }) else {
            field.report(.missingType)
            return nil
        }
        let here = Field(node: entry.value, place: field.place.field("@type"), reading: field.reading)
        guard let url = here.nonEmptyString() else { return nil }
        guard let slash = url.firstIndex(of: "/"), slash != url.startIndex else {
            here.report(.badTypeURL(url))
            return nil
        }
        self.url = url
        self.type = String(url[(url.lastIndex(of: "/").map(url.index(after:)) ?? url.startIndex)...])
        self.field = field
    }

    /// The place of the type itself.
    var typeField: Field {
        guard case .mapping(let entries) = field.node.content, let entry = entries.first(where: { $0.key == "@type" })
        else { return field }
        return Field(node: entry.value, place: field.place.field("@type"), reading: field.reading)
    }

    func message<Value>(_ read: (Message) -> Value?) -> Value? {
        field.message(type) { message in
            _ = message["@type"]
            return read(message)
        }
    }

    /// A message without any fields that matter here.
    func empty() {
        _ = message { _ in true }
    }

    /// All but the type, for filters that are not Envoy's.
    var value: ConfigValue {
        guard case .object(let members) = field.node.document else { return .object([]) }
        return .object(members.filter { $0.name != "@type" })
    }
}
