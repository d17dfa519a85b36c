import ApusConfig
import NIOCore

/// What the log tells of a connection that a TCP proxy carried. Owned by that connection, on its worker.
final class ConnectionRecord: LogContext {
    unowned(unsafe) let worker: Worker
    let connection: ConnectionInfo
    let started: NIODeadline
    let startedWall: (seconds: Int64, nanoseconds: Int64)

    var flags: ResponseFlags = []
    var details = ""
    var bytesReceived = 0
    var bytesSent = 0
    var connectionTermination = ""
    var clusterName = ""
    var clusterStatName = ""
    var upstream: UpstreamFacts?
    var upstreamLocalAddress: SocketAddress?
    var upstreamTransportFailure = ""
    /// When the upstream connection was there.
    var upstreamConnected: NIODeadline?
    var ended: NIODeadline?

    init(
        worker: Worker, connection: ConnectionInfo, started: NIODeadline,
        startedWall: (seconds: Int64, nanoseconds: Int64)
    ) {
        self.worker = worker
        self.connection = connection
        self.started = started
        self.startedWall = startedWall
    }

    var exchange: Exchange? { nil }
    var remoteHost: String { connection.directRemoteHost }
    var remotePort: Int { connection.directRemotePort }
    var status: Int { 0 }

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
        var random = RandomSource(seed: connection.id ^ UInt64(truncatingIfNeeded: startedWall.nanoseconds) << 20)
        return .uuid(random.next(), random.next())
    }
}
