import ApusConfig
import NIOCore

/// Runs a script of the user's on requests and answers: Envoy's `envoy.filters.http.lua`.
///
/// An object, so that each run keeps one reference and not three.
final class LuaFilter: Filter {
    let script: LuaScript
    /// The filter's name in the configuration, by which it finds its metadata.
    let name: String
    /// `filter_context`
    let context: ConfigValue?
    /// A change of the request's head may lead to another route.
    let clearsRouteCache: Bool

    init(script: LuaScript, name: String, context: ConfigValue?, clearsRouteCache: Bool) {
        self.script = script
        self.name = name
        self.context = context
        self.clearsRouteCache = clearsRouteCache
    }

    var bodyInterest: MessageInterest { [.request, .response] }

    func onRequest(_ exchange: Exchange) -> Verdict {
        guard let state = script.state(for: exchange) else { return script.limits.failure }
        return state._withUnsafeGuaranteedRef { $0.start(.request, of: exchange, self) }
    }

    func onResponse(_ exchange: Exchange) -> Verdict {
        guard let state = script.state(for: exchange) else { return script.limits.failure }
        return state._withUnsafeGuaranteedRef { $0.start(.response, of: exchange, self) }
    }

    func onRequestBody(_ exchange: Exchange, _ data: inout ByteBuffer, end: Bool) {
        guard !exchange.luaRuns.isEmpty else { return }
        run(exchange, .request)?.pass(&data, end: end)
    }

    func onResponseBody(_ exchange: Exchange, _ data: inout ByteBuffer, end: Bool) {
        guard !exchange.luaRuns.isEmpty else { return }
        run(exchange, .response)?.pass(&data, end: end)
    }

    private func run(_ exchange: Exchange, _ direction: MessageInterest) -> LuaRun? {
        exchange.luaRuns.first { $0.direction == direction && $0.filter === self }
    }
}

extension LuaFilter {
    static func make(
        _ settings: FilterSettings, _ override: FilterOverride?, _ context: FilterContext
    ) throws -> (any Filter)? {
        guard case .lua(let lua) = settings else { return nil }
        var source = lua.defaultSource
        var filterContext: ConfigValue?
        if case .lua(let own)? = override?.setting {
            switch own {
            case .disabled: return nil
            case .named(let name, let own):
                source = lua.sources[name]
                filterContext = own
            case .source(let text, let own):
                source = text
                filterContext = own
            case .none(let own): filterContext = own
            }
        }
        let prefix = "\(context.statPrefix)lua.\(lua.statPrefix.isEmpty ? "" : "\(lua.statPrefix).")"
        // There are zeros to read before the first script runs.
        _ = context.stats.scope(prefix).counters(LuaCounter.self)
        // Scripts of the configuration that no route names are looked at, too: an error must not wait for its route.
        for other in lua.sources.values { _ = try script(other, lua, prefix, context) }
        guard let source else { return nil }
        return LuaFilter(
            script: try script(source, lua, prefix, context), name: context.name, context: filterContext,
            clearsRouteCache: lua.clearRouteCache ?? true)
    }

    private static func script(_ source: LuaSource, _ lua: LuaSettings, _ prefix: String, _ context: FilterContext)
        throws
        -> LuaScript
    {
        do {
            return try context.scripts.script(
                name: source.filename ?? "\(context.name)/\(source.origin)", source: source, limits: lua.limits,
                statPrefix: prefix)
        } catch {
            throw FilterRefusal("script load error: \(error)", source: source.source)
        }
    }
}
