/// A whole configuration file: `envoy.config.bootstrap.v3.Bootstrap`.
public struct Bootstrap: Sendable, Equatable {
    public var node: Node
    public var admin: Admin?
    public var staticResources: StaticResources
    public var statsFlushInterval: Duration
    public var source: SourceMark

    public init(
        node: Node = Node(),
        admin: Admin? = nil,
        staticResources: StaticResources = StaticResources(),
        statsFlushInterval: Duration = .seconds(5),
        source: SourceMark = SourceMark()
    ) {
        self.node = node
        self.admin = admin
        self.staticResources = staticResources
        self.statsFlushInterval = statsFlushInterval
        self.source = source
    }
}

/// Who this instance says it is: `node`.
public struct Node: Sendable, Equatable {
    public var id: String
    public var cluster: String
    public var metadata: ConfigValue?
    public var locality: Locality

    public init(id: String = "", cluster: String = "", metadata: ConfigValue? = nil, locality: Locality = Locality()) {
        self.id = id
        self.cluster = cluster
        self.metadata = metadata
        self.locality = locality
    }
}

/// Where something runs.
public struct Locality: Sendable, Equatable {
    public var region: String
    public var zone: String
    public var subZone: String

    public init(region: String = "", zone: String = "", subZone: String = "") {
        self.region = region
        self.zone = zone
        self.subZone = subZone
    }
}

/// The administration listener.
public struct Admin: Sendable, Equatable {
    /// nil leaves the administration listener out.
    public var address: Address?
    public var accessLog: [AccessLog]
    public var profilePath: String
    public var source: SourceMark

    public init(
        address: Address? = nil,
        accessLog: [AccessLog] = [],
        profilePath: String = "",
        source: SourceMark = SourceMark()
    ) {
        self.address = address
        self.accessLog = accessLog
        self.profilePath = profilePath
        self.source = source
    }
}

/// `static_resources`.
public struct StaticResources: Sendable, Equatable {
    public var listeners: [Listener]
    public var clusters: [Cluster]

    public init(listeners: [Listener] = [], clusters: [Cluster] = []) {
        self.listeners = listeners
        self.clusters = clusters
    }
}
