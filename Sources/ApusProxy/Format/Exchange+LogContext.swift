import ApusConfig
import NIOCore

extension Exchange: LogContext {
    var exchange: Exchange? { self }
    var clientHost: String { remoteHost }
    var clientPort: Int { remoteIsDirect ? connection.directRemotePort : 0 }
    var upstreamBytes: UpstreamBytes { attempt.bytes }
    var listenerName: String { settings.listenerName }
    var filterChainName: String { settings.filterChainName }
    var upstreamClusterName: String { cluster?.compiled.name ?? "" }
    var upstreamClusterStatName: String {
        guard let settings = cluster?.compiled.cluster else { return "" }
        return settings.altStatName.isEmpty ? settings.name : settings.altStatName
    }
    var upstreamAddress: String { upstreamHost?.name ?? "" }
    var upstreamHostname: String { upstreamHost?.endpoint.hostname ?? "" }
    var upstreamVersion: HTTPVersion? { upstreamLocalAddress == nil ? nil : .http11 }

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

    /// `%PATH(...)%`
    func path(_ query: PathQuery, _ source: PathSource) -> FormatValue {
        let original = request.value(.xEnvoyOriginalPath)
        let current: Bytes? = request.pathRange.isEmpty ? nil : request.path
        let chosen =
            switch source {
            case .path: current
            case .original: original
            case .originalOrPath: original ?? current
            }
        return FormatValue(query == .with ? chosen : chosen?.withoutQuery)
    }
}
