/// A listening socket and what happens to its connections.
public struct Listener: Sendable, Equatable {
    public var name: String
    public var address: Address
    public var additionalAddresses: [Address]
    public var filterChains: [FilterChain]
    public var defaultFilterChain: FilterChain?
    /// Replaces the address in `listener.<address>.*`.
    public var statPrefix: String
    /// Bytes buffered per connection and direction before reading stops.
    public var perConnectionBufferLimitBytes: UInt32
    /// One socket per worker, balanced by the kernel.
    public var enableReusePort: Bool
    public var tcpBacklogSize: UInt32?
    public var ignoreGlobalConnLimit: Bool
    public var maxConnectionsToAcceptPerSocketEvent: UInt32?
    public var listenerFiltersTimeout: Duration
    public var trafficDirection: TrafficDirection
    /// Connections that the kernel redirected here (iptables) are asked where they were going to: that port and address
    /// count before those of the requests. Made from rules only, not read from Envoy's configuration.
    public var readsOriginalDestination = false
    public var metadata: Metadata
    public var source: SourceMark

    public init(
        name: String = "",
        address: Address = .socket(host: "0.0.0.0", port: 0),
        additionalAddresses: [Address] = [],
        filterChains: [FilterChain] = [],
        defaultFilterChain: FilterChain? = nil,
        statPrefix: String = "",
        perConnectionBufferLimitBytes: UInt32 = 1_048_576,
        enableReusePort: Bool = true,
        tcpBacklogSize: UInt32? = nil,
        ignoreGlobalConnLimit: Bool = false,
        maxConnectionsToAcceptPerSocketEvent: UInt32? = nil,
        listenerFiltersTimeout: Duration = .seconds(15),
        trafficDirection: TrafficDirection = .unspecified,
        metadata: Metadata = Metadata(),
        source: SourceMark = SourceMark()
    ) {
        self.name = name
        self.address = address
        self.additionalAddresses = additionalAddresses
        self.filterChains = filterChains
        self.defaultFilterChain = defaultFilterChain
        self.statPrefix = statPrefix
        self.perConnectionBufferLimitBytes = perConnectionBufferLimitBytes
        self.enableReusePort = enableReusePort
        self.tcpBacklogSize = tcpBacklogSize
        self.ignoreGlobalConnLimit = ignoreGlobalConnLimit
        self.maxConnectionsToAcceptPerSocketEvent = maxConnectionsToAcceptPerSocketEvent
        self.listenerFiltersTimeout = listenerFiltersTimeout
        self.trafficDirection = trafficDirection
        self.metadata = metadata
        self.source = source
    }
}

extension Listener {
    /// What it is called: its address, where it has no name.
    public var title: String { name.isEmpty ? address.description : name }

    /// The filter chain that its connections go through.
    public var chain: FilterChain? { filterChains.first ?? defaultFilterChain }
}

public enum TrafficDirection: String, Sendable, Equatable {
    case unspecified = "UNSPECIFIED"
    case inbound = "INBOUND"
    case outbound = "OUTBOUND"
}

/// The filters of connections that match.
public struct FilterChain: Sendable, Equatable {
    public var name: String
    public var match: FilterChainMatch
    public var filters: [NetworkFilter]
    public var transportSocketConnectTimeout: Duration?
    public var source: SourceMark

    public init(
        name: String = "",
        match: FilterChainMatch = FilterChainMatch(),
        filters: [NetworkFilter] = [],
        transportSocketConnectTimeout: Duration? = nil,
        source: SourceMark = SourceMark()
    ) {
        self.name = name
        self.match = match
        self.filters = filters
        self.transportSocketConnectTimeout = transportSocketConnectTimeout
        self.source = source
    }
}

/// Which connections a chain takes; empty lists match all.
public struct FilterChainMatch: Sendable, Equatable {
    public var destinationPort: UInt32?
    public var prefixRanges: [CIDRRange]
    public var sourcePrefixRanges: [CIDRRange]
    public var directSourcePrefixRanges: [CIDRRange]
    public var sourcePorts: [UInt32]
    public var sourceType: ConnectionSourceType
    public var serverNames: [String]
    public var transportProtocol: String
    public var applicationProtocols: [String]
    public var source: SourceMark

    public init(
        destinationPort: UInt32? = nil,
        prefixRanges: [CIDRRange] = [],
        sourcePrefixRanges: [CIDRRange] = [],
        directSourcePrefixRanges: [CIDRRange] = [],
        sourcePorts: [UInt32] = [],
        sourceType: ConnectionSourceType = .any,
        serverNames: [String] = [],
        transportProtocol: String = "",
        applicationProtocols: [String] = [],
        source: SourceMark = SourceMark()
    ) {
        self.destinationPort = destinationPort
        self.prefixRanges = prefixRanges
        self.sourcePrefixRanges = sourcePrefixRanges
        self.directSourcePrefixRanges = directSourcePrefixRanges
        self.sourcePorts = sourcePorts
        self.sourceType = sourceType
        self.serverNames = serverNames
        self.transportProtocol = transportProtocol
        self.applicationProtocols = applicationProtocols
        self.source = source
    }
}

public enum ConnectionSourceType: String, Sendable, Equatable {
    case any = "ANY"
    case sameIPOrLoopback = "SAME_IP_OR_LOOPBACK"
    case external = "EXTERNAL"
}

/// The last filter of a chain decides what is spoken on the connection.
public enum NetworkFilter: Sendable, Equatable {
    case httpConnectionManager(HTTPConnectionManager)
    case tcpProxy(TCPProxy)
}
