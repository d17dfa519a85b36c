import ApusConfig
import NIOConcurrencyHelpers
import NIOCore

/// One endpoint with an address that can be connected to.
struct ResolvedEndpoint: Sendable, Equatable {
    let address: SocketAddress
    let hostname: String
    let weight: UInt32
    let priority: UInt32
    let health: HealthStatus
    let metadata: Metadata
    var locality = Locality()
}

/// A compiled cluster, shared by all workers. A reload keeps the object when its configuration has not changed, so that
/// breakers, addresses and pools live on.
final class CompiledCluster: Sendable {
    let cluster: Cluster
    let name: String
    /// It goes where each request says, or refuses all.
    let hasNoEndpoints: Bool
    /// Its endpoints have names that must be looked up.
    let isResolved: Bool
    let breakers: Breakers
    /// nil: outlier detection is off.
    let outliers: Outliers?
    /// nil: new endpoints are like others.
    let slowStart: SlowStart?
    let membership = MembershipCounts()
    let stats: StatGroup<ClusterCounter>
    let codes: CodeGroup
    let requestTime: HistogramGroup
    let connectTime: HistogramGroup
    let internalRequestTime: HistogramGroup
    let externalRequestTime: HistogramGroup
    let connectionTime: HistogramGroup
    let requestsPerConnection: HistogramGroup
    /// nil: the cluster has endpoints of its own.
    let dynamicHosts: StatGroup<DNSCacheCounter>?
    let limits: HTTP1Limits
    let properCase: Bool
    let enableTrailers: Bool
    /// Nanoseconds; 0: none.
    let maxStreamDuration: Int64
    let bufferLimit: Int
    /// Nanoseconds; 0: none.
    let connectTimeout: Int64
    let idleTimeout: Int64
    let maxConnectionDuration: Int64
    /// 0: no limit.
    let maxRequestsPerConnection: Int
    private let resolved: NIOLockedValueBox<[ResolvedEndpoint]>
    /// Tables of consistent balancing, the newest first.
    let hashTables = NIOLockedValueBox<[(members: [HashMember], table: HashTable)]>([])

    /// `before`: the cluster of this name in the configuration before.
    init(_ cluster: Cluster, limits: HTTP1Limits, after before: CompiledCluster? = nil) {
        self.cluster = cluster
        slowStart = cluster.slowStart.map { SlowStart($0, ages: EndpointAges(after: before?.slowStart?.ages)) }
        name = cluster.name
        hasNoEndpoints = cluster.type.isDynamic || cluster.refusal != nil
        isResolved = cluster.isResolved
        self.limits = limits
        let scope = StatScope("cluster.\(cluster.altStatName.isEmpty ? cluster.name : cluster.altStatName).")
        stats = scope.counters()
        codes = scope.codes()
        requestTime = scope.histogram("upstream_rq_time")
        connectTime = scope.histogram("upstream_cx_connect_ms")
        internalRequestTime = scope.histogram("internal.upstream_rq_time")
        externalRequestTime = scope.histogram("external.upstream_rq_time")
        connectionTime = scope.histogram("upstream_cx_length_ms")
        requestsPerConnection = scope.histogram("upstream_rq_per_cx")
        dynamicHosts = cluster.type.isDynamic ? StatScope("dns_cache.\(cluster.name).").counters() : nil
        breakers = Breakers(cluster.circuitBreakers)
        outliers = cluster.outlierDetection.map {
            Outliers(
                $0, mergeWindow: cluster.commonLbConfig.updateMergeWindow.nanoseconds, scope: scope)
        }
        bufferLimit = Int(cluster.perConnectionBufferLimitBytes)
        connectTimeout = cluster.connectTimeout.nanoseconds
        let options = cluster.httpProtocolOptions
        properCase = options.http1.headerKeyFormat == .properCaseWords
        enableTrailers = options.http1.enableTrailers
        maxStreamDuration = options.commonHttpProtocolOptions.maxStreamDuration.nanoseconds
        idleTimeout = options.commonHttpProtocolOptions.idleTimeout.nanoseconds
        maxConnectionDuration = options.commonHttpProtocolOptions.maxConnectionDuration.nanoseconds
        let perConnection = options.commonHttpProtocolOptions.maxRequestsPerConnection
        maxRequestsPerConnection = Int(perConnection > 0 ? perConnection : cluster.maxRequestsPerConnection ?? 0)
        let endpoints =
            cluster.type == .static && cluster.refusal == nil ? Self.literal(cluster.loadAssignment.endpoints) : []
        resolved = NIOLockedValueBox(endpoints)
        if !endpoints.isEmpty { membership.changes.increment() }
        outliers?.adopt(endpoints, moves: false)
        if !isResolved { slowStart?.ages.keep(endpoints) }
    }

    /// The endpoints as they are known now.
    var endpoints: [ResolvedEndpoint] {
        get { resolved.withLockedValue { $0 } }
        set {
            outliers?.adopt(newValue, moves: cluster.type == .logicalDNS)
            slowStart?.ages.keep(newValue)
            resolved.withLockedValue { $0 = newValue }
        }
    }

    /// Endpoints given by address; names are left out (a check has refused them before).
    private static func literal(_ endpoints: [Endpoint]) -> [ResolvedEndpoint] {
        endpoints.compactMap { endpoint in
            let address: SocketAddress?
            switch endpoint.address {
            case .socket(let host, let port): address = try? SocketAddress(ipAddress: host, port: Int(port))
            case .pipe(let path, _): address = try? SocketAddress(unixDomainSocketPath: path)
            }
            return address.map { ResolvedEndpoint(endpoint, at: $0, hostname: endpoint.hostname) }
        }
    }
}

extension ResolvedEndpoint {
    init(_ endpoint: Endpoint, at address: SocketAddress, hostname: String) {
        self.init(
            address: address, hostname: hostname, weight: endpoint.loadBalancingWeight, priority: endpoint.priority,
            health: endpoint.healthStatus, metadata: endpoint.metadata, locality: endpoint.locality)
    }
}
