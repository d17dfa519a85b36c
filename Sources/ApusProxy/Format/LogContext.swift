import ApusConfig
import NIOCore

/// What formats and log filters ask: an exchange, or a connection that carries no HTTP.
///
/// Formats are generic over it, so that an exchange is asked directly and not through a box.
protocol LogContext: AnyObject {
    var worker: Worker { get }
    var connection: ConnectionInfo { get }
    /// nil for a connection without HTTP.
    var exchange: Exchange? { get }
    /// The client's address as far as it is believed, without its port.
    var remoteHost: String { get }
    /// 0 when the address comes from a header.
    var remotePort: Int { get }

    var started: NIODeadline { get }
    /// Seconds and nanoseconds since 1970 at the start.
    var startedWall: (seconds: Int64, nanoseconds: Int64) { get }
    /// The moment, if it has come.
    func moment(_ point: TimePoint) -> NIODeadline?

    var flags: ResponseFlags { get }
    /// `%RESPONSE_CODE_DETAILS%`
    var details: String { get }
    /// The status of the answer sent; 0 when none was.
    var status: Int { get }
    var bytesReceived: Int { get }
    var bytesSent: Int { get }
    var connectionTermination: String { get }

    /// Empty before a cluster is chosen.
    var clusterName: String { get }
    /// The cluster's name in statistics: `alt_stat_name`.
    var clusterStatName: String { get }
    /// The chosen endpoint.
    var upstream: UpstreamFacts? { get }
    var upstreamLocalAddress: SocketAddress? { get }
    var upstreamTransportFailure: String { get }
}

/// What formats may know of the chosen endpoint.
struct UpstreamFacts {
    /// `10.0.0.1:80`, `[::1]:80` or the path of a Unix socket.
    var address: String
    var hostname: String
    var metadata: Metadata
}
