import ApusConfig

/// One level of a route configuration at which filters can be set otherwise: the route configuration, a virtual host, a
/// route, a target of a split. Lives while a configuration is compiled.
final class OverrideScope {
    fileprivate let parent: OverrideScope?
    fileprivate let overrides: [String: FilterOverride]
    fileprivate var chain: FilterChain?
    /// What was made of this level's settings, by position.
    fileprivate var made: [Int: MadeFilter] = [:]
    /// In the configuration, with a dot behind it.
    fileprivate let place: String

    init(_ overrides: [String: FilterOverride], below parent: OverrideScope?, place: String) {
        self.overrides = overrides
        self.parent = parent
        self.place = place
    }
}

/// What a maker has made: perhaps no filter, but statistics that are to be read nevertheless.
private struct MadeFilter: Sendable {
    let filter: (any Filter)?
    let stats: [StatScope]
}

/// Makes the chains of a connection manager.
///
/// A filter is made once for each place that sets it (the listener, or one level of the routes) and shared by all
/// chains below, because some filters count across requests: a rate limit of a virtual host is one limit for all its
/// routes. Levels that say nothing share the chain above them.
final class FilterChains {
    private let steps: [Step]
    private let table: FilterTable
    private let context: FilterContext
    private let scripts: LuaScripts
    private let path: String
    /// The listener's own level.
    let root = OverrideScope([:], below: nil, place: "")
    private(set) var diagnostics: [Diagnostic] = []

    private struct Step {
        let name: String
        let settings: FilterSettings
        let disabled: Bool
        let source: SourceMark
        /// In the configuration; empty for steps that need no mention.
        let place: String
        let maker: FilterMaker?
    }

    /// `path`: the connection manager's place in the configuration, with a dot behind it when it is not empty.
    init(
        manager: HTTPConnectionManager, table: FilterTable, clusterIndex: [String: Int], path: String,
        scripts: LuaScripts = LuaScripts()
    ) {
        self.table = table
        self.path = path
        var context = FilterContext(statPrefix: "http.\(manager.statPrefix).", clusterIndex: clusterIndex)
        context.scripts = scripts
        self.scripts = scripts
        self.context = context
        var steps: [Step] = []
        for (filter, place) in Self.order(manager) {
            let maker = table.maker(for: filter.settings)
            if maker == nil, !place.isEmpty {
                let message = "no filter \(filter.settings.label) is in this executable"
                diagnostics.append(Diagnostic(source: filter.source, path: "\(path)\(place)", message: message))
            }
            steps.append(
                Step(
                    name: filter.name, settings: filter.settings, disabled: filter.disabled, source: filter.source,
                    place: place, maker: maker))
        }
        self.steps = steps
    }

    /// The filters as configured, and then those that act from the route's own fields with no mention: mirror, timeout,
    /// retry, router. One that is mentioned stands where it is mentioned; the router is always last.
    private static func order(_ manager: HTTPConnectionManager) -> [(filter: HTTPFilter, place: String)] {
        let configured = manager.httpFilters.enumerated().map { ($0.element, "http_filters[\($0.offset)]") }
        var order = configured.filter { !$0.0.settings.isRouter }
        for settings in [FilterSettings.mirror, .timeout, .retry] {
            if order.contains(where: { $0.0.settings == settings }) { continue }
            order.append((HTTPFilter(name: settings.key, settings: settings), ""))
        }
        let router = FilterSettings.router(manager.routerSettings)
        order.append(configured.last { $0.0.settings.isRouter } ?? (HTTPFilter(name: router.key, settings: router), ""))
        return order
    }

    /// The chain where no route says anything.
    var standard: FilterChain { chain(for: root) }

    /// The chain for requests of a level.
    func chain(for scope: OverrideScope) -> FilterChain {
        if let chain = scope.chain { return chain }
        let speaks = scope.parent == nil || steps.contains { scope.overrides[$0.name] != nil }
        let chain =
            if !speaks, let parent = scope.parent { self.chain(for: parent) } else {
                chain(of: steps.indices.map { filter(at: $0, for: scope) })
            }
        scope.chain = chain
        return chain
    }

    private func chain(of filters: [MadeFilter?]) -> FilterChain {
        FilterChain(filters.map { $0?.filter }, stats: filters.flatMap { $0?.stats ?? [] })
    }

    /// What was made for a level, in a form that outlives the compilation.
    struct Made: Sendable {
        fileprivate let chain: FilterChain
        fileprivate let filters: [Int: MadeFilter]
        /// Of these filters.
        let scripts: [LuaScripts.Request]
    }

    /// Makes a level's chain.
    func make(_ scope: OverrideScope) -> Made {
        let before = scripts.requestCount
        let chain = chain(for: scope)
        return Made(chain: chain, filters: scope.made, scripts: scripts.requests(from: before))
    }

    /// Gives a level what was made for the same settings before, so that its filters go on counting. Nothing of it exists
    /// yet.
    func adopt(_ made: Made, for scope: OverrideScope) {
        scope.chain = made.chain
        scope.made = made.filters
    }

    /// The filter at a position for a level; nil where it is disabled. The most specific level decides whether it runs,
    /// and the most specific one that has settings decides how.
    private func filter(at position: Int, for scope: OverrideScope) -> MadeFilter? {
        let step = steps[position]
        var disabled: Bool?
        var level: OverrideScope? = scope
        while let current = level {
            if let override = current.overrides[step.name] {
                // Any mention without `disabled: true` turns a filter on that is off by default.
                disabled = disabled ?? override.disabled ?? false
                if disabled == true { return nil }
                if override.setting != nil { return make(position, by: override, of: current) }
            }
            level = current.parent
        }
        return disabled ?? step.disabled ? nil : make(position, by: nil, of: root)
    }

    private func make(_ position: Int, by override: FilterOverride?, of scope: OverrideScope) -> MadeFilter {
        if let made = scope.made[position] { return made }
        let step = steps[position]
        let stats = FilterStats()
        var filter: (any Filter)?
        do {
            var context = context
            context.isMentioned = !step.place.isEmpty
            context.stats = stats
            context.name = step.name
            context.outerOverrides = outerOverrides(of: step.name, above: scope)
            filter = try step.maker?(step.settings, override, context)
        } catch {
            let place = override == nil ? step.place : "\(scope.place)typed_per_filter_config.\(step.name)"
            let refused = (error as? FilterRefusal)?.source ?? SourceMark()
            let source = refused.line > 0 ? refused : override?.source ?? step.source
            diagnostics.append(
                Diagnostic(
                    source: source, path: "\(path)\(place)", message: operatorMessage(error)))
        }
        let made = MadeFilter(filter: filter, stats: stats.scopes)
        scope.made[position] = made
        return made
    }

    private func outerOverrides(of name: String, above scope: OverrideScope) -> [FilterOverride] {
        var found: [FilterOverride] = []
        var level = scope.parent
        while let current = level {
            if let override = current.overrides[name] { found.append(override) }
            level = current.parent
        }
        return found
    }
}

extension HTTPConnectionManager {
    /// The router's settings; the defaults when http_filters does not name it.
    var routerSettings: RouterSettings {
        for case .router(let settings) in httpFilters.map(\.settings) { return settings }
        return RouterSettings()
    }
}

extension FilterSettings {
    /// The filter's name, and the type of settings where that is not Envoy's.
    fileprivate var label: String {
        guard case .custom(let name, let typeURL, _) = self, !typeURL.isEmpty else { return "'\(key)'" }
        return "'\(name)' ('\(typeURL)')"
    }
}

/// What an error says to an operator.
func operatorMessage(_ error: any Error) -> String {
    if let failure = error as? CompiledRegex.Failure { return "the regular expression is wrong: \(failure.reason)" }
    return "\(error)"
}
