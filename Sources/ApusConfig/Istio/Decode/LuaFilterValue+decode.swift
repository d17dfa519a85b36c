/// The `value` of a patch: a filter of HTTP with its Lua code.
enum LuaFilterValue {
    static func decode(_ field: Field) -> (name: String, code: String)? {
        field.message("envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter") { message in
            let name = message.name("name")
            for other in ["config_discovery", "is_optional", "disabled"] {
                message[other]?.report(EnvoyFilterError.unsupported("value.\(FieldName.lowerCamelCase(other))"))
            }
            guard let settings = message["typed_config"] else {
                field.report(EnvoyFilterError.missing("typed_config"))
                return nil
            }
            let code = LuaFilterValue.code(settings)
            guard let name, let code else { return nil }
            return (name, code)
        }
    }

    private static func code(_ field: Field) -> String? {
        guard let config = TypedConfig(field) else { return nil }
        let type = field.typeField ?? config.typeField
        switch config.type {
        case EnvoyFilter.luaType: break
        case EnvoyFilter.oldLuaType: type.warn(.oldName(EnvoyFilter.oldLuaType, new: EnvoyFilter.luaType))
        default:
            type.report(EnvoyFilterError.unsupportedType(config.type))
            return nil
        }
        return config.field.message("networking.istio.io.LuaOfEnvoyFilter") { message in
            message.ignore("@type")
            for other in ["source_codes", "stat_prefix", "clear_route_cache"] {
                message[other]?.report(EnvoyFilterError.unsupported(FieldName.lowerCamelCase(other)))
            }
            let inline = message["inline_code"]
            let source = message["default_source_code"]
            if let inline, let source, inline.text != "" {
                source.report(.conflicting(["inlineCode", "defaultSourceCode"]))
            }
            let code = inline.flatMap { script($0, "inlineCode") }
            let other = source.flatMap(inlineString)
            guard let text = [code, other].compactMap({ $0 }).first(where: { !$0.isEmpty }) else {
                if inline == nil || inline?.text == "", source == nil { field.report(EnvoyFilterError.noCode) }
                return nil
            }
            return text
        }
    }

    private static func inlineString(_ field: Field) -> String? {
        field.message("envoy.config.core.v3.DataSource") { message in
            for other in ["filename", "inline_bytes", "environment_variable"] {
                message[other]?.report(
                    EnvoyFilterError.unsupported("defaultSourceCode.\(FieldName.lowerCamelCase(other))"))
            }
            guard let text = message["inline_string"] else {
                field.report(EnvoyFilterError.noCode)
                return nil
            }
            let code = script(text, "defaultSourceCode.inlineString")
            if code == "" { text.report(EnvoyFilterError.noCode) }
            return code
        }
    }

    private static func script(_ field: Field, _ origin: String) -> String? {
        guard let text = field.string() else { return nil }
        for (line, message) in LuaWarnings.find(in: text) { field.warn(.script(origin, line: line, message)) }
        return text
    }
}

extension Field {
    /// `@type` is no name of a field.
    fileprivate var typeField: Field? {
        if case .mapping = node.content { members.first { $0.key == "@type" }?.value } else { nil }
    }
}
