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
            filter.patches =
                patches?.elements.compactMap { field in
                    let patch = LuaPatch.decode(field)
                    if filter.priority == 0, let patch, patch.isRelative { field.warn(.noPriority(patch.operation)) }
                    return patch
                } ?? []
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

    /// Whether what it does depends on filters that are there already.
    fileprivate var isRelative: Bool {
        switch operation {
        case .insertBefore, .insertAfter, .replace, .remove: true
        case .insertFirst, .add: false
        }
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
}
