import ApusConfig
import NIOCore

/// What the log tells of a connection that a TCP proxy carried. Owned by that connection, on its worker.
final class ConnectionRecord: LogContext {
    unowned(unsafe) let worker: Worker
    let connection: ConnectionInfo
    let started: NIODeadline

    var flags: ResponseFlags = []
    var details = ""
    var bytesReceived = 0
    var bytesSent = 0
    var connectionTermination = ""
    var upstreamClusterName = ""
    var upstreamClusterStatName = ""
    var upstreamAddress = ""
    var upstreamHostname = ""
    var upstreamLocalAddress: SocketAddress?
    var upstreamTransportFailure = ""
    /// When the upstream connection was there.
    var upstreamConnected: NIODeadline?
    var ended: NIODeadline?

    init(worker: Worker, connection: ConnectionInfo, started: NIODeadline) {
        self.worker = worker
        self.connection = connection
        self.started = started
    }

    var exchange: Exchange? { nil }
    var clientHost: String { connection.directRemoteHost }
    var clientPort: Int { connection.directRemotePort }
    var status: Int { 0 }
    var listenerName: String { "" }
    var filterChainName: String { "" }

    func moment(_ point: TimePoint) -> NIODeadline? {
        switch point {
        case .downstreamReceiveBegins: started
        case .upstreamConnectEnds: upstreamConnected
        case .downstreamSendEnds: ended
        default: nil
        }
    }
}

extension LogContext {
    /// A stream id for a connection, which has no request id: the same each time it is asked.
    var connectionStreamID: FormatValue {
        var random = RandomSource(seed: connection.id ^ started.uptimeNanoseconds)
        return .uuid(random.next(), random.next())
    }
}
