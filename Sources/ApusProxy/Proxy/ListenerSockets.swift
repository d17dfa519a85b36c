import ApusConfig
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The sockets of one listener: one for each worker on the same port (SO_REUSEPORT), among which the kernel spreads
/// connections, so that a connection never changes its loop.
struct ListenerSockets {
    let compiled: CompiledListener
    /// The address with the port that was given, where 0 was asked for.
    let address: Address
    let channels: [any Channel]
    let ports: [NIOLoopBound<ListenerPort>]

    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    static func open(_ compiled: CompiledListener, workers: [Worker]) async throws -> ListenerSockets {
        var address = compiled.listener.address
        try await refuseTaken(address, compiled, on: workers)
        // A Unix socket has no port to share: its connections all belong to the first worker.
        var serving = workers
        if case .pipe(let path, _) = address {
            serving = Array(workers.prefix(1))
            try removeStale(path)
        }
        var channels: [any Channel] = []
        var ports: [NIOLoopBound<ListenerPort>] = []
        do {
            for worker in serving {
                let port = try await worker.loop.submit {
                    NIOLoopBound(ListenerPort(compiled, worker: worker), eventLoop: worker.loop)
                }.get()
                let channel = try await bind(address, port: port, worker: worker)
                channels.append(channel)
                ports.append(port)
                if case .socket(let host, 0) = address, let given = channel.localAddress?.port {
                    address = .socket(host: host, port: UInt16(clamping: given))
                }
            }
        } catch {
            for channel in channels { try? await channel.close() }
            throw Refusal(
                description:
                    "listener '\(compiled.name)' cannot listen on \(compiled.listener.address.text): \(BindFailure.reason(error))"
            )
        }
        return ListenerSockets(compiled: compiled, address: address, channels: channels, ports: ports)
    }

    /// With SO_REUSEPORT a second proxy could quietly take half of the first one's connections. A socket without it is
    /// refused by any port in use.
    private static func refuseTaken(_ address: Address, _ compiled: CompiledListener, on workers: [Worker]) async throws
    {
        guard case .socket(let host, let port) = address, port != 0, let first = workers.first else { return }
        do {
            let probe = try await ServerBootstrap(group: first.loop)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: Int(port)).get()
            try await probe.close()
        } catch {
            throw Refusal(
                description:
                    "listener '\(compiled.name)' cannot listen on \(address.text): \(BindFailure.reason(error))")
        }
    }

    private static func removeStale(_ path: String) throws {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
    }

    private static func bind(_ address: Address, port: NIOLoopBound<ListenerPort>, worker: Worker) async throws
        -> any Channel
    {
        let backlog: Int
        let isTCP: Bool
        let limit: Int
        (backlog, isTCP, limit) = try await worker.loop.submit {
            let compiled = port.value.compiled
            let isTCP = if case .tcp = compiled.kind { true } else { false }
            return (Int(compiled.listener.tcpBacklogSize ?? 1024), isTCP, max(compiled.bufferLimit, 2))
        }.get()
        let bootstrap = ServerBootstrap(group: worker.loop, childGroup: worker.loop)
            .serverChannelOption(.backlog, value: Int32(clamping: backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 1024, maximum: 65_536)
            )
            .childChannelOption(.writeBufferWaterMark, value: .init(low: limit / 2, high: limit))
            .childChannelOption(.allowRemoteHalfClosure, value: isTCP)
            .childChannelInitializer { channel in
                let loop = channel.eventLoop.assumeIsolated()
                guard port.value.compiled.listener.readsOriginalDestination else {
                    return loop.makeCompletedFuture { try serve(channel, port.value) }
                }
                // Asked on the channel's own loop, it is there at once.
                return OriginalDestination.read(channel).assumeIsolated().flatMapThrowing { original in
                    try serve(channel, port.value, original: original)
                }.nonisolated()
            }
        switch address {
        case .socket(let host, let number):
            return try await bootstrap.serverChannelOption(
                ChannelOptions.Types.SocketOption(level: .socket, name: .init(rawValue: SO_REUSEPORT)), value: 1
            )
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: host, port: Int(number)).get()
        case .pipe(let path, let mode):
            let channel = try await bootstrap.bind(unixDomainSocketPath: path).get()
            if mode != 0 { chmod(path, mode_t(mode)) }
            return channel
        }
    }

    /// Gives an accepted connection to what its listener is now.
    private static func serve(_ channel: any Channel, _ port: ListenerPort, original: SocketAddress? = nil) throws {
        let worker = port.worker
        worker.tick()
        let remote = channel.remoteAddress
        let peer = remote?.ipAddress.flatMap(IPAddress.init)
        let information = ConnectionInfo(
            id: worker.nextID(), directRemote: remote, local: channel.localAddress,
            remoteIsInternal: peer?.isPrivate ?? false, remoteIsLoopback: peer?.isLoopback ?? false,
            original: original)
        switch port.compiled.kind {
        case .http(let settings):
            try channel.pipeline.syncOperations.addHandler(
                HTTP1Connection(port: port, settings: settings, information: information))
        case .tcp(let settings):
            try channel.pipeline.syncOperations.addHandler(
                TCPConnection(port: port, settings: settings, information: information))
        case .none:
            channel.close(promise: nil)
        }
    }
}
