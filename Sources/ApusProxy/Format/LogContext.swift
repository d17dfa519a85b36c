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
    var clientHost: String { get }
    /// 0 when the address comes from a header.
    var clientPort: Int { get }

    var started: NIODeadline { get }
    /// The moment, if it has come.
    func moment(_ point: TimePoint) -> NIODeadline?

    var listenerName: String { get }
    var filterChainName: String { get }
    var flags: ResponseFlags { get }
    /// `%RESPONSE_CODE_DETAILS%`
    var details: String { get }
    /// The status of the answer sent; 0 when none was.
    var status: Int { get }
    var bytesReceived: Int { get }
    var bytesSent: Int { get }
    var connectionTermination: String { get }

    /// The chosen cluster; empty when there is none.
    var upstreamClusterName: String { get }
    /// Its name in statistics: `alt_stat_name`.
    var upstreamClusterStatName: String { get }
    /// The chosen endpoint, `10.0.0.1:80`, `[::1]:80` or the path of a Unix socket; empty when there is none.
    var upstreamAddress: String { get }
    var upstreamHostname: String { get }
    var upstreamLocalAddress: SocketAddress? { get }
    var upstreamTransportFailure: String { get }
}

extension LogContext {
    /// `%RESPONSE_FLAGS%`: in the order in which they were raised, where that is known. Of rules: the cause first
    /// (`UF,URX`).
    func flagText(long: Bool) -> String {
        if let exchange, exchange.cluster?.compiled.cluster.isOfRules != true {
            return exchange.flags.text(long: long, order: exchange.flagOrder)
        }
        return long ? flags.long : flags.short
    }

    /// The start on the calendar. Derived when a log asks, so that a request without one reads no second clock.
    var startTime: WallTime {
        let now = WallTime.now()
        let passed = (NIODeadline.now() - started).nanoseconds
        let nanoseconds = now.seconds * 1_000_000_000 + now.nanoseconds - passed
        return WallTime(seconds: nanoseconds / 1_000_000_000, nanoseconds: nanoseconds % 1_000_000_000)
    }

    /// The endpoint's name, or its address when it has none.
    var upstreamName: String { upstreamHostname.isEmpty ? upstreamAddress : upstreamHostname }
}
