extension SubstitutionFormat {
    static func decode(_ field: Field) -> SubstitutionFormat? {
        field.message("envoy.config.core.v3.SubstitutionFormatString") { message in
            let choice = message.oneOf("text_format", "text_format_source", "json_format", required: true)
            let layout = choice.flatMap { name, value -> SubstitutionLayout? in
                switch name {
                case "text_format": value.format().map(SubstitutionLayout.text)
                case "text_format_source": source(value).map(SubstitutionLayout.text)
                default: FormatTree.decode(value).map(SubstitutionLayout.json)
                }
            }
            let type = message["content_type"]?.string()
            let omit = message.bool("omit_empty_values")
            for formatter in message["formatters"]?.elements ?? [] { checkFormatter(formatter) }
            message.ignore("json_format_options")
            guard let layout else { return nil }
            return SubstitutionFormat(
                layout: layout, omitEmptyValues: omit, contentType: type.flatMap { $0.isEmpty ? nil : $0 })
        }
    }

    private static func source(_ field: Field) -> FormatString? {
        guard let bytes = DataSource.bytes(field) else { return nil }
        return field.format(String(decoding: bytes, as: UTF8.self))
    }

    /// The commands of these two are always at hand.
    private static func checkFormatter(_ field: Field) {
        let known = [
            "envoy.extensions.formatter.metadata.v3.Metadata",
            "envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery",
        ]
        _ = field.message("envoy.config.core.v3.TypedExtensionConfig") { message in
            _ = message.name("name")
            guard let config = message.required("typed_config").flatMap(TypedConfig.init) else { return false }
            known.contains(config.type) ? config.empty() : config.reportUnknown("formatter", known: known)
            return true
        }
    }
}

extension FormatTree {
    /// The mapping below `json_format`.
    static func decode(_ field: Field) -> FormatTree? {
        guard case .mapping = field.node.content else {
            field.wrongType("a mapping")
            return nil
        }
        return tree(field)
    }

    private static func tree(_ field: Field) -> FormatTree? {
        switch field.node.content {
        case .mapping(let entries):
            return .object(
                entries.compactMap { entry in
                    let value = Field(node: entry.value, place: field.place.key(entry.key), reading: field.reading)
                    return tree(value).map { FormatMember(name: entry.key, value: $0) }
                })
        case .sequence:
            return .array(field.elements.compactMap(tree))
        case .scalar:
            guard case .string(let text) = field.node.document else { return .constant(field.node.document) }
            return field.format(text).map(FormatTree.format)
        }
    }
}

extension Field {
    /// A string with commands in it; what is wrong with it has been reported when this is nil.
    func format() -> FormatString? {
        string().flatMap { format($0) }
    }

    func format(_ text: String) -> FormatString? {
        do {
            return try FormatString(parsing: text)
        } catch {
            report(.badFormat(error))
            return nil
        }
    }
}
