// Placeholders while the data path grows; each goes when its file arrives.
import ApusConfig
import Logging
import NIOCore
final class TCPSettings: Sendable {
    let stats: StatGroup<TCPProxyCounter>
    init(_ proxy: TCPProxy, clusterIndex: [String: Int], accessLogs: [CompiledAccessLog], bufferLimit: Int) {
        stats = StatGroups.shared.counters("tcp.\(proxy.statPrefix).", of: TCPProxyCounter.self)
    }
}
final class TCPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    init(port: ListenerPort, settings: TCPSettings, information: ConnectionInfo) {}
}
actor Resolver {
    init(log: Logger) {}
    func replace(_ clusters: [CompiledCluster], workers: [Worker]) async {}
    func stop() async {}
}
