import ApusConfig
import DequeModule
import NIOCore

/// One endpoint as one worker knows it, with its pool of connections.
///
/// The pool is last-in first-out: the connection used last is the least likely to have been closed by the other side,
/// and idle ones get to be idle long enough to be given up.
final class UpstreamHost {
    var endpoint: ResolvedEndpoint {
        didSet {
            if endpoint.address != oldValue.address { name = endpoint.address.hostAndPort }
            destination = DestinationMark()
        }
    }
    unowned let cluster: UpstreamCluster
    /// `%UPSTREAM_HOST%`: address and port.
    private(set) var name: String

    var idle: [HTTP1UpstreamConnection] = []
    var connecting = 0
    var waiting: Deque<UpstreamAttempt> = []
    /// Connections of TCP proxies; kept only where they end with the endpoint's health.
    var tunnels: [ObjectIdentifier: TCPUpstream] = [:]
    private(set) var draining = false
    /// Counts up when connections of before are not to be used any more.
    private(set) var poolAge = 0
    /// What it is called in Istio's statistics.
    var destination = DestinationMark()
    /// Since when it is an endpoint of its cluster; kept where new ones start slowly.
    var joined = NIODeadline.uptimeNanoseconds(0)
    /// Where outcomes are counted; nil: outlier detection is off.
    var monitor: OutlierMonitor?

    // Numbers of `/clusters`.
    var activeRequests = 0
    var activeConnections = 0
    var totalConnections = 0
    var failedConnections = 0
    var totalRequests = 0
    var successfulRequests = 0
    var failedRequests = 0
    var timedOutRequests = 0

    init(_ endpoint: ResolvedEndpoint, cluster: UpstreamCluster) {
        self.endpoint = endpoint
        self.cluster = cluster
        name = endpoint.address.hostAndPort
    }

    var isUsable: Bool { !draining }

    /// As configured, unless it was found to be an outlier.
    var health: HealthStatus { isOut && endpoint.health != .draining ? .unhealthy : endpoint.health }

    /// It is an outlier.
    var isOut: Bool { monitor?.isEjected ?? false }

    /// What a balancer compares: requests under way.
    var load: Int { activeRequests + waiting.count }

    func drain() {
        draining = true
        closeIdle()
    }

    /// The endpoint was taken out: whoever comes to it again does so on a new connection.
    func renewPool() {
        poolAge += 1
        closeIdle()
        // Closing one takes it out.
        for tunnel in Array(tunnels.values) { tunnel.close() }
    }

    private func closeIdle() {
        let closing = idle
        idle.removeAll()
        for connection in closing { connection.close() }
    }
}

extension SocketAddress {
    /// `10.0.0.1:80`, `[::1]:80`, or the path of a Unix socket.
    var hostAndPort: String {
        switch self {
        case .v4: "\(ipAddress ?? ""):\(port ?? 0)"
        case .v6: "[\(ipAddress ?? "")]:\(port ?? 0)"
        case .unixDomainSocket: pathname ?? ""
        }
    }
}
