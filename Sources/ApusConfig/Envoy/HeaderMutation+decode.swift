extension HeaderMutation {
    /// `request_headers_to_add` and `request_headers_to_remove`, or those of the response.
    static func decode(_ message: Message, _ side: String) -> HeaderMutation {
        let added = message["\(side)_headers_to_add"]
        if let added, case .sequence(let nodes) = added.node.content, nodes.count > 1000 {
            added.report(.tooMany(most: 1000))
        }
        return HeaderMutation(
            add: added?.elements.compactMap { HeaderValueOption.decode($0) } ?? [],
            remove: message.each("\(side)_headers_to_remove") { field in
                guard let name = field.nonEmptyString(), HeaderText.checkRemovable(name, at: field) else { return nil }
                return name.lowercased()
            })
    }
}

extension HeaderValueOption {
    static func decode(_ field: Field) -> HeaderValueOption? {
        field.message("envoy.config.core.v3.HeaderValueOption") { message in
            let header = message.required("header").flatMap(readHeader)
            let append = message["append"]
            let actionField = message["append_action"]
            var action: HeaderAppendAction =
                actionField?.choice([
                    "APPEND_IF_EXISTS_OR_ADD": .appendIfExistsOrAdd, "ADD_IF_ABSENT": .addIfAbsent,
                    "OVERWRITE_IF_EXISTS_OR_ADD": .overwriteIfExistsOrAdd, "OVERWRITE_IF_EXISTS": .overwriteIfExists,
                ]) ?? .appendIfExistsOrAdd
            if let append, let appends = append.bool() {
                if action != .appendIfExistsOrAdd {
                    append.report(.conflicting(["append", "append_action"]))
                } else if !appends {
                    action = .overwriteIfExistsOrAdd
                }
            }
            let keepEmpty = message.bool("keep_empty_value")
            guard let header else { return nil }
            return HeaderValueOption(
                key: header.key, value: header.value, appendAction: action, keepEmptyValue: keepEmpty,
                source: message.source)
        }
    }

    private static func readHeader(_ field: Field) -> (key: String, value: FormatString)? {
        field.message("envoy.config.core.v3.HeaderValue") { message in
            let keyField = message.required("key")
            let choice = message.oneOf("value", "raw_value")
            let key = keyField?.nonEmptyString()
            var value: FormatString? = FormatString(literal: "")
            if let (name, field) = choice {
                let text = name == "value" ? field.string() : field.bytes().map { String(decoding: $0, as: UTF8.self) }
                value = text.flatMap { HeaderText.checkValue($0, at: field) ? field.format($0) : nil }
            }
            guard let keyField, let key, HeaderText.checkMutable(key, at: keyField), let value else { return nil }
            return (key.lowercased(), value)
        }
    }
}
