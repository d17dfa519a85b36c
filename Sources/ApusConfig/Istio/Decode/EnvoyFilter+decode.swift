extension EnvoyFilter {
    static let luaType = "envoy.extensions.filters.http.lua.v3.Lua"
    static let oldLuaType = "envoy.config.filter.http.lua.v2.Lua"
    static let managerName = "envoy.filters.network.http_connection_manager"
    static let oldManagerName = "envoy.http_connection_manager"

    /// Filters that stand in every chain, with the names that they had before.
    static let builtInFilters: KeyValuePairs<String, String> = [
        "envoy.filters.http.fault": "envoy.fault", "envoy.filters.http.cors": "envoy.cors",
        "envoy.filters.http.router": "envoy.router",
    ]

    static func decode(_ field: Field) -> EnvoyFilter? {
        field.message("networking.istio.io.EnvoyFilter") { message in
            var filter = EnvoyFilter()
            filter.source = message.source
            filter.workloadSelector = message["workload_selector"]?.workloadSelector("labels")
            message["target_refs"]?.report(EnvoyFilterError.unsupported("targetRefs"))
            filter.priority = message["priority"]?.integer(Int32.self) ?? 0
            let patches = message["config_patches"]
            if patches == nil || patches?.isEmptyList == true { (patches ?? field).warn(.noPatches) }
            filter.patches = patches?.elements.compactMap(LuaPatch.decode) ?? []
            return filter
        }
    }
}

extension LuaPatch {
    static func decode(_ field: Field) -> LuaPatch? {
        field.message("networking.istio.io.EnvoyConfigObjectPatch") { message in
            let isHTTPFilter = appliesToHTTPFilter(message)
            let match = message["match"]
            let patch = message["patch"]
            if patch == nil { field.report(EnvoyFilterError.missing("patch")) }
            // A patch of another thing has nothing that could be read here.
            guard isHTTPFilter else { return nil }
            let place = match.flatMap(PatchMatch.decode) ?? PatchMatch()
            guard var lua = patch.flatMap(read) else { return nil }
            lua.source = message.source
            lua.context = place.context
            lua.port = place.port
            lua.subFilter = place.subFilter
            lua.checkPlace(match: place.subFilterField ?? match ?? field)
            return lua
        }
    }

    private static func appliesToHTTPFilter(_ message: Message) -> Bool {
        guard let field = message["apply_to"] else {
            message.field.report(EnvoyFilterError.missing("applyTo"))
            return false
        }
        let names = [
            "INVALID", "LISTENER", "FILTER_CHAIN", "NETWORK_FILTER", "HTTP_FILTER", "ROUTE_CONFIGURATION",
            "VIRTUAL_HOST", "HTTP_ROUTE", "CLUSTER", "EXTENSION_CONFIG", "BOOTSTRAP", "LISTENER_FILTER",
        ]
        guard let name = field.enumeration(names) else { return false }
        switch name {
        case "HTTP_FILTER": return true
        case "INVALID": field.report(EnvoyFilterError.missing("applyTo"))
        default: field.report(EnvoyFilterError.unsupported("applyTo \(name)"))
        }
        return false
    }

    private static func read(_ field: Field) -> LuaPatch? {
        field.message("networking.istio.io.Patch") { message in
            if let order = message["filter_class"],
                let name = order.enumeration(["UNSPECIFIED", "AUTHN", "AUTHZ", "STATS"]), name != "UNSPECIFIED"
            {
                order.report(EnvoyFilterError.unsupported("filterClass \(name)"))
            }
            let operation = operation(message)
            let value = message["value"]
            guard let operation else { return nil }
            var patch = LuaPatch(operation: operation)
            // What is to be removed has no settings.
            guard operation != .remove else { return patch }
            guard let value else {
                field.report(EnvoyFilterError.missing("value"))
                return nil
            }
            guard let (name, code) = LuaFilterValue.decode(value) else { return nil }
            patch.name = name
            patch.code = code
            return patch
        }
    }

    private static func operation(_ message: Message) -> Operation? {
        guard let field = message["operation"] else {
            message.field.report(EnvoyFilterError.missing("operation"))
            return nil
        }
        let names = [
            "INVALID", "MERGE", "ADD", "REMOVE", "INSERT_BEFORE", "INSERT_AFTER", "INSERT_FIRST", "REPLACE",
            "MERGE_AND_REPLACE_LIST",
        ]
        guard let name = field.enumeration(names) else { return nil }
        if let operation = Operation(rawValue: name) { return operation }
        field.report(name == "INVALID" ? EnvoyFilterError.missing("operation") : .unsupported("operation \(name)"))
        return nil
    }

    private func checkPlace(match: Field) {
        guard operation == .replace || operation == .remove else { return }
        if subFilter.isEmpty {
            match.report(EnvoyFilterError.needsSubFilter(operation.rawValue))
        } else if EnvoyFilter.builtInFilters.contains(where: { $0.key == subFilter }) {
            match.report(EnvoyFilterError.builtIn(subFilter, operation: operation.rawValue))
        }
    }
}

/// `EnvoyConfigObjectMatch`, as far as it finds a place in the chain of HTTP filters.
private struct PatchMatch {
    var context = LuaPatch.Context.any
    var port: UInt32?
    /// In its new name.
    var subFilter = ""
    var subFilterField: Field?

    static func decode(_ field: Field) -> PatchMatch? {
        field.message("networking.istio.io.EnvoyConfigObjectMatch") { message in
            var match = PatchMatch()
            if let context = message["context"] {
                match.context =
                    context.enumeration([
                        "ANY": .any, "SIDECAR_INBOUND": .sidecarInbound, "SIDECAR_OUTBOUND": .sidecarOutbound,
                        "GATEWAY": .gateway, "WAYPOINT": .waypoint,
                    ]) ?? .any
                if match.context == .sidecarInbound || match.context == .waypoint {
                    context.warn(.noEffectIn(context: match.context.rawValue))
                }
            }
            refuse(message, "proxy", "route_configuration", "cluster", "waypoint", in: "match")
            message["listener"].map { match.readListener($0) }
            return match
        }
    }

    private mutating func readListener(_ field: Field) {
        field.read("networking.istio.io.ListenerMatch") { message in
            let number = message["port_number"]
            // 0 is any port.
            if let number, let value = number.integer(UInt32.self), value != 0 { port = number.portNumber() }
            Self.refuse(message, "port_name", "listener_filter", "name", in: "match.listener")
            message["filter_chain"].map { readChain($0) }
        }
    }

    private mutating func readChain(_ field: Field) {
        field.read("networking.istio.io.FilterChainMatch") { message in
            Self.refuse(
                message, "name", "sni", "transport_protocol", "application_protocols", "destination_port",
                in: "match.listener.filterChain")
            message["filter"].map { readFilter($0) }
        }
    }

    private mutating func readFilter(_ field: Field) {
        field.read("networking.istio.io.FilterMatch") { message in
            let name = message["name"]
            let inner = message["sub_filter"]
            switch name?.string() {
            case EnvoyFilter.managerName?: break
            case EnvoyFilter.oldManagerName?:
                name?.warn(.oldName(EnvoyFilter.oldManagerName, new: EnvoyFilter.managerName))
            case ""?, nil:
                if name == nil || name?.text == "" { (name ?? field).report(.emptyMatchName("filter")) }
            case let other?: name?.report(EnvoyFilterError.unsupportedNetworkFilter(other))
            }
            inner.map { readSubFilter($0) }
        }
    }

    private mutating func readSubFilter(_ field: Field) {
        field.read("networking.istio.io.SubFilterMatch") { message in
            let name = message["name"]
            guard let text = name?.string(), !text.isEmpty else {
                if name == nil || name?.text == "" { (name ?? field).report(.emptyMatchName("subFilter")) }
                return
            }
            subFilterField = name
            subFilter = text
            if let (new, old) = EnvoyFilter.builtInFilters.first(where: { $0.value == text }) {
                name?.warn(.oldName(old, new: new))
                subFilter = new
            }
        }
    }

    private static func refuse(_ message: Message, _ names: String..., in place: String) {
        for name in names {
            message[name]?.report(EnvoyFilterError.unsupported("\(place).\(FieldName.lowerCamelCase(name))"))
        }
    }
}

/// The `value` of a patch: a filter of HTTP with its Lua code.
private enum LuaFilterValue {
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
    fileprivate func enumeration(_ names: [String]) -> String? {
        guard case .scalar(let text, let quoted) = node.content, !node.isNull else {
            wrongType("one of \(names.joined(separator: ", "))")
            return nil
        }
        if !quoted, let number = Int(text), names.indices.contains(number) { return names[number] }
        guard names.contains(text) else {
            report(.unknownChoice(text, options: names, nearest: nearestName(to: text, among: names)))
            return nil
        }
        return text
    }

    /// `@type` is no name of a field.
    fileprivate var typeField: Field? {
        if case .mapping = node.content { members.first { $0.key == "@type" }?.value } else { nil }
    }
}
