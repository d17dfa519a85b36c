import ApusConfig
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

extension ClientBootstrap {
    /// What a cluster says of its sockets: where they come from, and how a silent peer is noticed.
    func options(of cluster: Cluster) -> ClientBootstrap {
        var bootstrap = self
        if case .socket(let host, let port)? = cluster.upstreamBindConfig?.sourceAddress,
            let address = try? SocketAddress(ipAddress: host, port: Int(port))
        {
            bootstrap = bootstrap.bind(to: address)
        }
        guard let keepalive = cluster.upstreamConnectionOptions.tcpKeepalive else { return bootstrap }
        bootstrap = bootstrap.channelOption(.socketOption(.so_keepalive), value: 1)
        let settings: [(Int32, Int64?)] = [
            (Int32(TCP_KEEPCNT), keepalive.keepaliveProbes.map(Int64.init)),
            (Int32(TCP_KEEPIDLE), keepalive.keepaliveTime?.components.seconds),
            (Int32(TCP_KEEPINTVL), keepalive.keepaliveInterval?.components.seconds),
        ]
        for (name, value) in settings {
            guard let value else { continue }
            bootstrap = bootstrap.channelOption(
                ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: name)),
                value: ChannelOptions.Types.SocketOption.Value(clamping: value))
        }
        return bootstrap
    }
}
