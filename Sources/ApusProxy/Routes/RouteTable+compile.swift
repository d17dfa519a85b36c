import ApusConfig

extension RouteTable {
    /// The routes and filters of one connection manager, ready for requests, and what is wrong with them. With an error
    /// among the diagnostics, the rest must not serve.
    struct Compiled {
        let table: RouteTable
        /// For requests without a route, and for all routes that set no filter otherwise.
        let defaultChain: FilterChain
        let router: RouterSettings
        let diagnostics: [Diagnostic]
    }

    /// `path`: the connection manager's place in the configuration; may be empty.
    static func compile(
        manager: HTTPConnectionManager, clusterIndex: [String: Int], filters: FilterTable, path: String = "",
        scripts: LuaScripts = LuaScripts()
    ) -> Compiled {
        let path = path.isEmpty ? "" : "\(path)."
        let chains = FilterChains(
            manager: manager, table: filters, clusterIndex: clusterIndex, path: path, scripts: scripts)
        let compiler = RouteCompiler(manager: manager, chains: chains, clusterIndex: clusterIndex, path: path)
        let table = compiler.table()
        let defaultChain = chains.standard
        return Compiled(
            table: table, defaultChain: defaultChain, router: manager.routerSettings,
            diagnostics: compiler.diagnostics + chains.diagnostics)
    }
}

/// Turns a route configuration into a table; collects all that is wrong on the way.
final class RouteCompiler {
    let configuration: RouteConfiguration
    let chains: FilterChains
    let clusterIndex: [String: Int]
    private(set) var diagnostics: [Diagnostic] = []
    private let path: String
    let corsFilters: [String]
    let globalScope: OverrideScope

    init(manager: HTTPConnectionManager, chains: FilterChains, clusterIndex: [String: Int], path: String) {
        configuration = manager.routeConfig
        self.chains = chains
        self.clusterIndex = clusterIndex
        self.path = path
        corsFilters = manager.httpFilters.filter { if case .cors = $0.settings { true } else { false } }.map(\.name)
        globalScope = OverrideScope(
            manager.routeConfig.typedPerFilterConfig, below: chains.root, place: "route_config.")
    }

    func report(_ source: SourceMark, _ place: String, _ message: String) {
        diagnostics.append(Diagnostic(source: source, path: "\(path)\(place)", message: message))
    }

    /// The value, or nil and a diagnostic.
    func attempt<Value>(_ source: SourceMark, _ place: String, _ body: () throws -> Value) -> Value? {
        do { return try body() } catch {
            report(source, place, operatorMessage(error))
            return nil
        }
    }

    func table() -> RouteTable {
        let mirrors = compile(configuration.requestMirrorPolicies, place: "route_config")
        let hosts = configuration.virtualHosts.enumerated().map { index, host in
            compile(host, place: "route_config.virtual_hosts[\(index)]", mirrors: mirrors)
        }
        return RouteTable(
            domains: HostIndex(configuration.virtualHosts.map(\.domains)), hosts: hosts,
            ignoresPort: configuration.ignorePortInHostMatching,
            ignoresPathParameters: configuration.ignorePathParametersInPathMatching)
    }

    private func compile(_ host: VirtualHost, place: String, mirrors: [CompiledMirror]) -> RouteTable.Host {
        let own = compile(host.requestMirrorPolicies, place: place)
        let level = HostLevel(
            host: host, compiled: CompiledVirtualHost(host),
            scope: OverrideScope(host.typedPerFilterConfig, below: globalScope, place: "\(place)."),
            mirrors: own.isEmpty ? mirrors : own,
            retry: host.retryPolicy.map { compile($0, place: "\(place).retry_policy") })
        var patterns: [(pattern: PathIndex.Pattern, ignoresCase: Bool)] = []
        var routes: [CompiledRoute] = []
        var conditions: [RouteConditions?] = []
        for (index, route) in host.routes.enumerated() {
            let place = "\(place).routes[\(index)]"
            patterns.append((pattern(of: route.match, place: place), !route.match.caseSensitive))
            conditions.append(
                RouteConditions(route.match) { report($0, "\(place).match.\($1)", operatorMessage($2)) })
            routes.append(compile(route, in: level, place: place))
        }
        return RouteTable.Host(
            host: level.compiled, paths: PathIndex(patterns), routes: routes, conditions: conditions,
            secure: host.requireTls == .none ? nil : secureRoute(level))
    }

    /// Sends requests to https; neither headers nor filters of the routes apply.
    private func secureRoute(_ level: HostLevel) -> CompiledRoute {
        let policy = RoutePolicy(requestMutations: .none, responseMutations: .none, chain: chains.standard)
        return CompiledRoute(name: "", virtualHost: level.compiled, policy: policy, action: .redirect(.secure))
    }

    private func pattern(of match: RouteMatch, place: String) -> PathIndex.Pattern {
        switch match.path {
        case .prefix(let text): .prefix(Array(text.utf8))
        case .path(let text): .exact(Array(text.utf8))
        case .pathSeparatedPrefix(let text): .separatedPrefix(Array(text.utf8))
        case .safeRegex(let regex):
            attempt(regex.source, "\(place).match.safe_regex") { .regex(try CompiledRegex(regex.regex)) } ?? .never
        case .connect: .never
        }
    }
}

/// What the routes of one virtual host take from it.
struct HostLevel {
    let host: VirtualHost
    let compiled: CompiledVirtualHost
    let scope: OverrideScope
    let mirrors: [CompiledMirror]
    let retry: CompiledRetryPolicy?
}
