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

    /// `path`: the connection manager's place in the configuration; may be empty. `previous`: the table before this one,
    /// from which virtual hosts that have not changed are taken; all its clusters have kept their positions.
    static func compile(
        manager: HTTPConnectionManager, clusterIndex: [String: Int], filters: FilterTable, path: String = "",
        scripts: LuaScripts = LuaScripts(), after previous: RouteTable? = nil
    ) -> Compiled {
        let path = path.isEmpty ? "" : "\(path)."
        let chains = FilterChains(
            manager: manager, table: filters, clusterIndex: clusterIndex, path: path, scripts: scripts)
        let compiler = RouteCompiler(
            manager: manager, chains: chains, clusterIndex: clusterIndex, path: path, scripts: scripts)
        let table = compiler.table(after: previous)
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

    private let manager: HTTPConnectionManager
    private let scripts: LuaScripts
    /// Names of clusters that were looked for in vain since this was last emptied.
    var unknownClusters: [String] = []
    /// Most routes have policies that say the same.
    var plainPolicies: [ObjectIdentifier: RoutePolicy] = [:]
    var retries: [(policy: RetryPolicy, compiled: CompiledRetryPolicy)] = []

    init(
        manager: HTTPConnectionManager, chains: FilterChains, clusterIndex: [String: Int], path: String,
        scripts: LuaScripts
    ) {
        configuration = manager.routeConfig
        self.manager = manager.withoutVirtualHosts
        self.chains = chains
        self.clusterIndex = clusterIndex
        self.path = path
        self.scripts = scripts
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

    func table(after previous: RouteTable?) -> RouteTable {
        let previous = adopt(previous)
        let root = previous?.base?.root ?? chains.make(chains.root)
        let global = previous?.base?.global ?? chains.make(globalScope)
        let mirrors = compile(configuration.requestMirrorPolicies, place: "route_config")
        let unknown = unknownClusters
        let (hosts, changed) = hosts(after: previous, mirrors: mirrors)
        let (domains, changes) = index(hosts, after: previous, changed: changed)
        return RouteTable(
            domains: domains, changes: changes, hosts: hosts,
            ignoresPort: configuration.ignorePortInHostMatching,
            ignoresPathParameters: configuration.ignorePathParametersInPathMatching,
            base: RouteTableBase(
                manager: manager, root: root, global: global, unknownClusters: unknown,
                clusterCount: clusterIndex.count),
            readers: previous.map { readers(hosts, after: $0, changed: changed) })
    }

    /// The table before this one, if it stands on the same ground; then its filters go on.
    private func adopt(_ previous: RouteTable?) -> RouteTable? {
        guard let previous, let base = previous.base, base.fits(manager, clusterIndex: clusterIndex),
            scripts.keep(base.root.scripts), scripts.keep(base.global.scripts)
        else { return nil }
        chains.adopt(base.root, for: chains.root)
        chains.adopt(base.global, for: globalScope)
        return previous
    }

    /// The virtual hosts, and the positions of those that are not as they were.
    private func hosts(after previous: RouteTable?, mirrors: [CompiledMirror]) -> ([RouteTable.Host], changed: [Int]) {
        var hosts = previous?.hosts ?? []
        var changed: [Int] = []
        let count = configuration.virtualHosts.count
        if hosts.count > count {
            changed += count..<hosts.count
            hosts.removeLast(hosts.count - count)
        }
        hosts.reserveCapacity(count)
        let known = hosts.count
        // Reading a whole virtual host counts references to all that it holds.
        configuration.virtualHosts.withUnsafeBufferPointer { virtualHosts in
            for position in virtualHosts.indices {
                if position < known, let identity = virtualHosts[position].identity,
                    hosts[position].origin.identity === identity, mayStay(hosts[position].origin)
                {
                    continue
                }
                changed.append(position)
                let place = "route_config.virtual_hosts[\(position)]"
                let host = compile(virtualHosts[position], place: place, mirrors: mirrors)
                if position < known { hosts[position] = host } else { hosts.append(host) }
            }
        }
        return (hosts, changed)
    }

    private func mayStay(_ origin: RouteTable.Origin) -> Bool {
        !origin.unknownClusters.contains { clusterIndex[$0] != nil } && scripts.keep(origin.scripts)
    }

    private func index(_ hosts: [RouteTable.Host], after previous: RouteTable?, changed: [Int])
        -> (HostIndex, HostChanges?)
    {
        if let previous {
            if changed.isEmpty { return (previous.domains, previous.changes) }
            func domains(_ hosts: [RouteTable.Host]) -> [(domain: String, host: Int)] {
                changed.filter { $0 < hosts.count }.flatMap { position in
                    hosts[position].origin.domains.map { ($0, position) }
                }
            }
            let changes = HostChanges(
                over: previous.domains, after: previous.changes, removed: domains(previous.hosts),
                added: domains(hosts))
            if let changes { return (previous.domains, changes.isEmpty ? nil : changes) }
        }
        return (HostIndex(hosts.map(\.origin.domains)), nil)
    }

    private func readers(_ hosts: [RouteTable.Host], after previous: RouteTable, changed: [Int]) -> Int {
        func count(_ hosts: [RouteTable.Host]) -> Int { changed.count { $0 < hosts.count && hosts[$0].readsFields } }
        return previous.readers - count(previous.hosts) + count(hosts)
    }

    private func compile(_ host: VirtualHost, place: String, mirrors: [CompiledMirror]) -> RouteTable.Host {
        unknownClusters = []
        let firstScript = scripts.requestCount
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
            secure: host.requireTls == .none ? nil : secureRoute(level),
            origin: RouteTable.Origin(
                identity: host.identity, domains: host.domains, unknownClusters: unknownClusters,
                scripts: scripts.requests(from: firstScript),
                statPrefixes: host.filterStatPrefixes))
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
