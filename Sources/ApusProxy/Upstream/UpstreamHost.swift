import ApusConfig
import DequeModule
import NIOCore

/// One endpoint as one worker knows it, with its pool of connections.
///
/// The pool is last-in first-out: the connection used last is the least likely to have been closed by the other side,
/// and idle ones get to be idle long enough to be given up.
final class UpstreamHost {
    var endpoint: ResolvedEndpoint {
        didSet { if endpoint.address != oldValue.address { name = endpoint.address.hostAndPort } }
    }
    unowned let cluster: UpstreamCluster
    /// `%UPSTREAM_HOST%`: address and port.
    private(set) var name: String

    var idle: [HTTP1UpstreamConnection] = []
    var connecting = 0
    var waiting: Deque<UpstreamAttempt> = []
    private(set) var draining = false

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

    /// What a balancer compares: requests under way.
    var load: Int { activeRequests + waiting.count }

    func drain() {
        draining = true
        for connection in idle { connection.close() }
        idle.removeAll()
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
