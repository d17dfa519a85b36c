import ApusConfig
import NIOCore

/// A compiled connection manager: what its connections and exchanges ask for, ready to use.
final class HTTPSettings: Sendable {
    let manager: HTTPConnectionManager
    /// The snapshot that these settings belong to, and its clusters' names by index.
    let version: Int
    let clusterNames: [String]
    let stats: StatGroup<ConnectionManagerCounter>
    /// The same answers, counted for the listener.
    let listenerStats: StatGroup<ListenerHTTPCounter>
    let requestTime: HistogramGroup
    let connectionTime: HistogramGroup
    let routes: RouteTable
    /// `routes.readsFields`
    let routesReadFields: Bool
    /// The chain before a route is known, and of routes without overrides.
    let defaultChain: FilterChain
    let router: RouterSettings
    let accessLogs: [CompiledAccessLog]
    let limits: HTTP1Limits
    let internalRanges: [AddressRange]?
    let localReplies: CompiledLocalReplies?

    // Nanoseconds; 0: none.
    let streamIdleTimeout: Int64
    let requestTimeout: Int64
    let requestHeadersTimeout: Int64
    let connectionIdleTimeout: Int64
    let maxConnectionDuration: Int64
    let maxStreamDuration: Int64
    let drainTimeout: Int64
    let delayedCloseTimeout: Int64
    let maxRequestsPerConnection: Int
    let bufferLimit: Int
    let properCase: Bool
    let serverName: [UInt8]
    /// Lower-case upgrade types and whether they are allowed.
    let upgrades: [String: Bool]
    let paths: PathNormalization
    let hosts: HostNormalization
    let internalOnlyHeaders: [HeaderName]
    /// `scheme_to_overwrite`
    let scheme: StaticString?
    let listenerName: String
    let filterChainName: String

    init(
        manager: HTTPConnectionManager, routes: RouteTable, defaultChain: FilterChain, router: RouterSettings,
        accessLogs: [CompiledAccessLog], localReplies: CompiledLocalReplies?, limits: HTTP1Limits, bufferLimit: Int,
        version: Int = 0, clusterNames: [String] = [], listenerName: String = "", filterChainName: String = "",
        listenerStatName: String = ""
    ) {
        self.version = version
        self.clusterNames = clusterNames
        self.listenerName = listenerName
        self.filterChainName = filterChainName
        self.manager = manager
        self.routes = routes
        routesReadFields = routes.readsFields
        self.defaultChain = defaultChain
        self.router = router
        self.accessLogs = accessLogs
        self.localReplies = localReplies
        self.limits = limits
        self.bufferLimit = bufferLimit
        let scope = StatScope("http.\(manager.statPrefix).")
        stats = scope.counters()
        listenerStats = StatScope("listener.\(listenerStatName).\(scope.prefix)").counters()
        connectionTime = scope.histogram("downstream_cx_length_ms")
        requestTime = scope.histogram("downstream_rq_time")
        internalRanges = manager.internalAddressConfig.map { $0.cidrRanges.compactMap(AddressRange.init) }
        let common = manager.commonHttpProtocolOptions
        streamIdleTimeout = manager.streamIdleTimeout.nanoseconds
        requestTimeout = manager.requestTimeout.nanoseconds
        requestHeadersTimeout = manager.requestHeadersTimeout.nanoseconds
        connectionIdleTimeout = common.idleTimeout.nanoseconds
        maxConnectionDuration = common.maxConnectionDuration.nanoseconds
        maxStreamDuration = common.maxStreamDuration.nanoseconds
        drainTimeout = manager.drainTimeout.nanoseconds
        delayedCloseTimeout = manager.delayedCloseTimeout.nanoseconds
        maxRequestsPerConnection = Int(common.maxRequestsPerConnection)
        properCase = manager.httpProtocolOptions.headerKeyFormat == .properCaseWords
        serverName = Array(manager.serverName.utf8)
        paths = PathNormalization(manager)
        hosts = HostNormalization(manager)
        internalOnlyHeaders = manager.routeConfig.internalOnlyHeaders.map(HeaderName.init)
        scheme = manager.schemeHeaderTransformation?.schemeToOverwrite.map { $0 == "https" ? "https" : "http" }
        upgrades = Dictionary(
            manager.upgradeConfigs.map { ($0.upgradeType.lowercased(), $0.enabled) }, uniquingKeysWith: { $1 })
    }
}

extension Duration {
    /// Whole nanoseconds, clamped to 73 years, so that one may be added to any uptime.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let whole = overflow ? (seconds < 0 ? .min : .max) : product &+ attoseconds / 1_000_000_000
        return min(max(whole, -Self.longestNanoseconds), Self.longestNanoseconds)
    }

    static let longestNanoseconds: Int64 = 1 << 61
}

extension Duration? {
    /// Nanoseconds; 0 for a duration that is not set.
    var nanoseconds: Int64 { self?.nanoseconds ?? 0 }
}
