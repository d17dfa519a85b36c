import ApusConfig
import ApusProxy
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// The admin server on its address. Cold: one event loop of its own, no care for speed.
public final class AdminServer: Sendable {
    /// A connection that is silent for so long is closed.
    static let idleTimeout = TimeAmount.seconds(60)
    /// The largest body of a request.
    static let bodyLimit = 1024 * 1024
    /// Connections at once; more are closed. Nobody may spend the proxy's descriptors here.
    static let connectionLimit = 256

    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup

    private init(channel: any Channel, group: MultiThreadedEventLoopGroup) {
        self.channel = channel
        self.group = group
    }

    /// Binds the address and serves. Throws when it cannot be bound.
    public static func start(
        on address: Address, face: any ProxyFace, rules: RuleStore? = nil, log: Logger = Logger(label: "apus.admin")
    ) async throws -> AdminServer {
        let router = AdminRouter(
            face: face, entry: AdminGuard(knownNames: names(of: address)), log: log,
            commands: AdminCommands.all(rules))
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let connections = ConnectionCount()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(allTimeout: idleTimeout))
                    // Heads are bounded by the decoder: 80 KiB in all.
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(AdminConnection(router: router, connections: connections))
                }
            }
        do {
            let channel: any Channel =
                switch address {
                case .socket(let host, let port): try await bootstrap.bind(host: host, port: Int(port)).get()
                case .pipe(let path, _): try await bootstrap.bind(unixDomainSocketPath: path).get()
                }
            return AdminServer(channel: channel, group: group)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Where it listens: port 0 has become a port by now.
    public var localAddress: SocketAddress? { channel.localAddress }

    /// Closes the address and every connection.
    public func stop() async {
        try? await channel.close()
        try? await group.shutdownGracefully()
    }

    /// The name that the configuration gives the admin address, if it is one.
    private static func names(of address: Address) -> Set<String> {
        guard case .socket(let host, _) = address else { return [] }
        return [host.lowercased()]
    }
}
