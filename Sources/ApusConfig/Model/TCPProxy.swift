/// Connections forwarded byte for byte: `envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy`.
public struct TCPProxy: Sendable, Equatable {
    public var statPrefix: String
    public var destination: TCPDestination
    /// nil: none.
    public var idleTimeout: Duration?
    public var maxDownstreamConnectionDuration: Duration?
    public var maxConnectAttempts: UInt32
    public var accessLog: [AccessLog]
    public var source: SourceMark

    public init(
        statPrefix: String = "",
        destination: TCPDestination,
        idleTimeout: Duration? = .seconds(3600),
        maxDownstreamConnectionDuration: Duration? = nil,
        maxConnectAttempts: UInt32 = 1,
        accessLog: [AccessLog] = [],
        source: SourceMark = SourceMark()
    ) {
        self.statPrefix = statPrefix
        self.destination = destination
        self.idleTimeout = idleTimeout
        self.maxDownstreamConnectionDuration = maxDownstreamConnectionDuration
        self.maxConnectAttempts = maxConnectAttempts
        self.accessLog = accessLog
        self.source = source
    }
}

public enum TCPDestination: Sendable, Equatable {
    case cluster(String)
    case weighted([TCPWeightedCluster])
}

/// One share of a split.
public struct TCPWeightedCluster: Sendable, Equatable {
    public var name: String
    public var weight: UInt32
    public var source: SourceMark

    public init(name: String, weight: UInt32 = 1, source: SourceMark = SourceMark()) {
        self.name = name
        self.weight = weight
        self.source = source
    }
}
