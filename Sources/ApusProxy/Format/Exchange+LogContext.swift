import ApusConfig
import NIOCore

extension Exchange: LogContext {
    var exchange: Exchange? { self }
    var clusterStatName: String { clusterName }
    var upstream: UpstreamFacts? { nil }

    func moment(_ point: TimePoint) -> NIODeadline? {
        switch point {
        case .downstreamReceiveBegins: started
        case .downstreamReceiveEnds: requestReceived
        case .upstreamSendBegins: upstreamSendBegan
        case .upstreamSendEnds: upstreamSendEnded
        case .upstreamReceiveBegins: upstreamReceiveBegan
        case .upstreamReceiveEnds: upstreamReceiveEnded
        case .downstreamSendBegins: downstreamSendBegan
        case .downstreamSendEnds: downstreamSendEnded
        case .upstreamConnectBegins, .upstreamConnectEnds, .upstreamHandshakeEnds, .upstreamBodyBegins, .custom: nil
        }
    }
}
