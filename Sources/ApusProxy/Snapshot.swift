import ApusConfig

/// A compiled configuration: immutable, shared by all workers, held on to by every exchange that began under it.
final class Snapshot: Sendable {
    let node: Node
    let listeners: [CompiledListener]
    let clusters: [CompiledCluster]
    /// By cluster name.
    let clusterIndex: [String: Int]
    /// Counts up with every configuration that takes effect.
    let version: Int
    /// The scripts of its filters.
    let scripts: LuaScripts

    /// `clusterIndex`: nil to have it made.
    init(
        bootstrap: Bootstrap, listeners: [CompiledListener], clusters: [CompiledCluster], version: Int,
        scripts: LuaScripts = LuaScripts(), clusterIndex: [String: Int]? = nil
    ) {
        self.scripts = scripts
        node = bootstrap.node
        self.listeners = listeners
        self.clusters = clusters
        self.version = version
        self.clusterIndex = clusterIndex ?? ClusterNames(clusters.map(\.name)).index
    }
}

/// A compiled listener.
final class CompiledListener: Sendable {
    /// Without its filter chains: they are compiled, and who holds them twice pays for each change of a long list.
    let listener: Listener
    let name: String
    /// Envoy's statistics name: the address with `:` written as `_`... e.g. `127.0.0.1_10000`.
    let statName: String
    let kind: Kind
    let bufferLimit: Int
    let stats: StatGroup<ListenerCounter>
    let connectionTime: HistogramGroup

    enum Kind: Sendable {
        case http(HTTPSettings)
        case tcp(TCPSettings)
        /// A filter chain without filters: every connection is closed at once, as Envoy does.
        case none
    }

    init(listener: Listener, name: String, statName: String, kind: Kind) {
        var bare = listener
        bare.filterChains = []
        bare.defaultFilterChain = nil
        self.listener = bare
        self.name = name
        self.statName = statName
        self.kind = kind
        bufferLimit = Int(listener.perConnectionBufferLimitBytes)
        let scope = StatScope("listener.\(statName).")
        stats = scope.counters()
        connectionTime = scope.histogram("downstream_cx_length_ms")
    }

    /// The same listener at another of its addresses; its numbers are counted together.
    func also(at address: Address) -> CompiledListener {
        var listener = listener
        listener.address = address
        return CompiledListener(listener: listener, name: name, statName: statName, kind: kind)
    }
}
