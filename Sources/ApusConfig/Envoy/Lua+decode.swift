extension LuaSettings {
    static func decode(_ config: TypedConfig) -> LuaSettings? {
        config.message { message in
            let inline = message["inline_code"].flatMap { LuaSource.decode(inline: $0) }
            let fallback = message["default_source_code"]
            let given = fallback.flatMap { LuaSource.decode($0, origin: "lua.default_source_code") }
            // An empty inline_code is none to Envoy.
            if inline != nil { fallback?.report(.conflicting(["inline_code", "default_source_code"])) }
            return LuaSettings(
                defaultSource: given ?? inline,
                sources: message["source_codes"].map(sources) ?? [:],
                statPrefix: message.string("stat_prefix"),
                clearRouteCache: message.flag("clear_route_cache"),
                limits: message["apus"].flatMap(LuaLimits.decode) ?? LuaLimits(),
                source: message.source)
        }
    }

    private static func sources(_ field: Field) -> [String: LuaSource] {
        guard case .mapping(let entries) = field.node.content else {
            field.wrongType("a mapping")
            return [:]
        }
        var sources: [String: LuaSource] = [:]
        for entry in entries {
            let value = Field(node: entry.value, place: field.place.key(entry.key), reading: field.reading)
            sources[entry.key] = LuaSource.decode(value, origin: "lua.source_codes[\"\(entry.key)\"]")
        }
        return sources
    }
}

extension LuaSource {
    /// `origin`: what errors call the script unless it comes from a file.
    static func decode(_ field: Field, origin: String) -> LuaSource? {
        guard let content = DataSource.content(field) else { return nil }
        guard let text = String(validating: content.bytes, as: UTF8.self) else {
            field.report(.scriptIsNotText)
            return nil
        }
        return checked(text, filename: content.filename, origin: content.filename ?? origin, at: field)
    }

    /// nil for an empty text, which protobuf cannot tell from none.
    static func decode(inline field: Field) -> LuaSource? {
        guard let text = field.string(), !text.isEmpty else { return nil }
        return checked(text, filename: nil, origin: "lua.inline_code", at: field)
    }

    private static func checked(_ text: String, filename: String?, origin: String, at field: Field) -> LuaSource {
        for (line, message) in LuaWarnings.find(in: text) { field.warn(.script(origin, line: line, message)) }
        return LuaSource(text: text, filename: filename, origin: origin, source: field.source)
    }
}

extension LuaLimits {
    static func decode(_ field: Field) -> LuaLimits? {
        field.message("apus.filters.http.lua.v3.LuaLimits") { message in
            let standard = LuaLimits()
            return LuaLimits(
                instructions: message["max_instructions"]?.integer(Int.self, in: 1...most) ?? standard.instructions,
                memoryBytes: message["max_memory_bytes"]?.integer(Int.self, in: 1...most) ?? standard.memoryBytes,
                bodyBytes: message["max_body_bytes"]?.integer(Int.self, in: 1...Int(UInt32.max)),
                errorStatus: message["error_status"]?.integer(Int.self, in: 200...599),
                scriptFolders: message.each("script_folders") { $0.nonEmptyString() })
        }
    }

    /// More than any machine has; sums of it do not overflow.
    private static let most = 1_000_000_000_000
}

extension LuaOverride {
    static func decode(_ config: TypedConfig) -> LuaOverride? {
        config.message { message in
            let context = message["filter_context"].flatMap(object)
            guard let (name, value) = message.oneOf("disabled", "name", "source_code") else {
                return LuaOverride.none(filterContext: context)
            }
            switch name {
            case "name":
                return value.nonEmptyString().map { .named($0, filterContext: context) }
            case "source_code":
                return LuaSource.decode(value, origin: "lua.source_code").map { .source($0, filterContext: context) }
            default:
                return value.onlyTrue() ? .disabled(filterContext: context) : nil
            }
        }
    }

    private static func object(_ field: Field) -> ConfigValue? {
        guard case .mapping = field.node.content else {
            field.wrongType("a mapping")
            return nil
        }
        return field.configValue()
    }
}
