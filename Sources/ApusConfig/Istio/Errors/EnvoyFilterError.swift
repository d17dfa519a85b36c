/// What can be wrong with an EnvoyFilter.
enum EnvoyFilterError: Equatable {
    case missing(String)
    case unsupported(String)
    case unsupportedType(String)
    case unsupportedNetworkFilter(String)
    case needsSubFilter(String)
    case builtIn(String, operation: String)
    case emptyMatchName(String)
    case subFilterNeedsManager
    case noCode

    static let supported =
        "Apus supports applyTo HTTP_FILTER with INSERT_BEFORE, INSERT_AFTER, INSERT_FIRST, ADD, REPLACE or REMOVE of Lua "
        + "filters (\(EnvoyFilter.luaType)) whose code stands in inlineCode or defaultSourceCode.inlineString"

    var message: String {
        switch self {
        case .missing(let name): "'\(name)' is missing"
        case .unsupported(let what): "\(what) is not supported in an EnvoyFilter; \(Self.supported)"
        case .unsupportedType(let type): "the type '\(type)' is not supported in an EnvoyFilter; \(Self.supported)"
        case .unsupportedNetworkFilter(let name):
            "the filter '\(name)' is not supported in an EnvoyFilter's match; only \(EnvoyFilter.managerName) has HTTP filters"
        case .needsSubFilter(let operation):
            "\(operation) needs match.listener.filterChain.filter.subFilter.name: the filter that it is about"
        case .builtIn(let name, let operation):
            "\(operation) of '\(name)' is not supported: only filters that an EnvoyFilter added can be replaced or removed"
        case .emptyMatchName(let name): "\(name) has no name to match on"
        case .subFilterNeedsManager: "a subFilter needs the filter \(EnvoyFilter.managerName) around it"
        case .noCode: "there is no Lua code; give inlineCode, or defaultSourceCode with inlineString"
        }
    }
}

/// What is odd about an EnvoyFilter.
enum EnvoyFilterWarning: Equatable {
    case noEffectIn(context: String)
    case oldName(String, new: String)
    case noPatches
    case noPriority(LuaPatch.Operation)

    var message: String {
        switch self {
        case .noEffectIn(let context): "Apus has no listeners of context \(context), so this patch has no effect"
        case .oldName(let old, let new): "'\(old)' is a deprecated name; use '\(new)'"
        case .noPatches: "there are no configPatches, so this does nothing"
        case .noPriority(let operation):
            "[IST0151] This EnvoyFilter has no priority, and \(operation.rawValue) depends on what is there before it: set "
                + "'priority', or use INSERT_FIRST or ADD"
        }
    }
}
