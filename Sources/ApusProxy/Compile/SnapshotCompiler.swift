import ApusConfig

/// Makes a snapshot of a checked configuration: every listener, route, filter, format and cluster in the form in which
/// requests use it. All or nothing: with any error there is no snapshot.
struct SnapshotCompiler {
    let bootstrap: Bootstrap
    let filters: FilterTable
    /// Clusters that have not changed are taken from here, with their breakers and addresses.
    let previous: Snapshot?
    private(set) var diagnostics: [Diagnostic] = []
    private let scripts: LuaScripts
    private var names = ClusterNames([])

    init(bootstrap: Bootstrap, filters: FilterTable, previous: Snapshot?) {
        self.bootstrap = bootstrap
        self.filters = filters
        self.previous = previous
        scripts = LuaScripts(after: previous?.scripts)
    }

    /// Counts up with every configuration.
    private var version: Int { (previous?.version ?? 0) + 1 }

    mutating func compile() -> Snapshot? {
        let clusters = compileClusters()
        names = ClusterNames(clusters.map(\.name), after: previous)
        let index = names.index
        var listeners: [CompiledListener] = []
        for (position, listener) in bootstrap.staticResources.listeners.enumerated() {
            let compiled = compile(listener, clusters: index, path: "static_resources.listeners[\(position)]")
            listeners.append(compiled)
            listeners += listener.additionalAddresses.map { compiled.also(at: $0) }
        }
        if diagnostics.contains(where: { $0.severity == .error }) { return nil }
        return Snapshot(
            bootstrap: bootstrap, listeners: listeners, clusters: clusters, version: version, scripts: scripts,
            clusterIndex: index)
    }

    /// Most are where they were, and as they were.
    private func compileClusters() -> [CompiledCluster] {
        let old = previous?.clusters ?? []
        return bootstrap.staticResources.clusters.withUnsafeBufferPointer { clusters in
            clusters.indices.map { position in
                if position < old.count, old[position].cluster == clusters[position] { return old[position] }
                return compile(clusters[position])
            }
        }
    }

    private func compile(_ cluster: Cluster) -> CompiledCluster {
        let before = previous.flatMap { previous in previous.clusterIndex[cluster.name].map { previous.clusters[$0] } }
        if let before, before.cluster == cluster { return before }
        return CompiledCluster(cluster, limits: HTTP1Limits(upstream: cluster.httpProtocolOptions), after: before)
    }

    /// The routes of the same listener before, if clusters have kept their positions.
    private func routes(before listener: Listener) -> RouteTable? {
        guard names.areKept, let previous else { return nil }
        for old in previous.listeners where old.listener.address == listener.address {
            if case .http(let settings) = old.kind { return settings.routes }
        }
        return nil
    }

    private mutating func compile(_ listener: Listener, clusters: [String: Int], path: String) -> CompiledListener {
        var kind = CompiledListener.Kind.none
        if let chain = listener.chain, let filter = chain.filters.last {
            let path = "\(path).filter_chains[0].filters[\(chain.filters.count - 1)].typed_config"
            switch filter {
            case .httpConnectionManager(let manager):
                kind = .http(compile(manager, of: listener, chain.name, clusters: clusters, path: path))
            case .tcpProxy(let proxy):
                let logs = compile(proxy.accessLog, path: path)
                kind = .tcp(
                    TCPSettings(
                        proxy, clusterIndex: clusters, accessLogs: logs))
            }
        }
        return CompiledListener(
            listener: listener, name: listener.title,
            statName: listener.statName, kind: kind)
    }

    private mutating func compile(
        _ manager: HTTPConnectionManager, of listener: Listener, _ chain: String, clusters: [String: Int], path: String
    ) -> HTTPSettings {
        let routes = RouteTable.compile(
            manager: manager, clusterIndex: clusters, filters: filters, path: path, scripts: scripts,
            after: routes(before: listener))
        diagnostics += routes.diagnostics
        let logs = compile(manager.accessLog, path: path)
        var replies: CompiledLocalReplies?
        if manager.localReplyConfig != LocalReplyConfig() {
            do { replies = try CompiledLocalReplies(manager.localReplyConfig) } catch {
                diagnostics.append(
                    Diagnostic(source: manager.source, path: "\(path).local_reply_config", message: "\(error)"))
            }
        }
        return HTTPSettings(
            manager: manager.withoutVirtualHosts, routes: routes.table, defaultChain: routes.defaultChain,
            router: routes.router,
            accessLogs: logs, localReplies: replies, limits: HTTP1Limits(manager),
            bufferLimit: Int(listener.perConnectionBufferLimitBytes), version: version,
            clusterNames: names.list, listenerName: listener.name,
            filterChainName: chain, listenerStatName: listener.statName)
    }

    private mutating func compile(_ logs: [AccessLog], path: String) -> [CompiledAccessLog] {
        logs.enumerated().compactMap { position, log in
            do { return try CompiledAccessLog(log) } catch {
                diagnostics.append(
                    Diagnostic(source: log.source, path: "\(path).access_log[\(position)]", message: "\(error)"))
                return nil
            }
        }
    }
}

extension HTTP1Limits {
    /// What a connection manager allows its clients.
    init(_ manager: HTTPConnectionManager) {
        self.init()
        let common = manager.commonHttpProtocolOptions
        let http1 = manager.httpProtocolOptions
        maxHeadBytes = Int(manager.maxRequestHeadersKb) * 1024
        maxHeaders = Int(common.maxHeadersCount)
        allowHTTP10 = http1.acceptHttp10
        defaultHostForHTTP10 = Array(http1.defaultHostForHttp10.utf8)
        allowAbsoluteURL = http1.allowAbsoluteUrl
        allowChunkedLength = http1.allowChunkedLength
        allowCustomMethods = http1.allowCustomMethods
        switch common.headersWithUnderscoresAction {
        case .allow: underscores = .allow
        case .rejectRequest: underscores = .reject
        case .dropHeader: underscores = .drop
        }
        keep(http1.headerKeyFormat)
    }

    /// What a cluster allows its endpoints.
    init(upstream options: UpstreamHTTPProtocolOptions) {
        self.init()
        maxHeaders = Int(options.commonHttpProtocolOptions.maxHeadersCount)
        if let kilobytes = options.commonHttpProtocolOptions.maxResponseHeadersKb {
            maxHeadBytes = Int(kilobytes) * 1024
        }
        allowChunkedLength = options.http1.allowChunkedLength
        allowHTTP10 = true
        keep(options.http1.headerKeyFormat)
    }

    /// Whoever receives a message decides whether its spelling is kept; it leaves so wherever it goes.
    private mutating func keep(_ format: HeaderKeyFormat) {
        guard case .preserveCase(let forwardReasonPhrase, let others) = format else { return }
        keepsSpellings = true
        forwardsReason = forwardReasonPhrase
        capitalizesOthers = others == .properCase
    }
}

extension Listener {
    /// What its statistics are named by.
    var statName: String { statPrefix.isEmpty ? address.statName : statPrefix }
}

extension Address {
    var text: String { description }

    /// As statistics name a listener: `127.0.0.1_80`.
    var statName: String { text.replacing(":", with: "_") }
}
