import ApusConfig
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import ApusProxy

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

struct TCPProxyTests {
    @Test func `bytes travel both ways and ends are passed on`() async throws {
        try await withProxy(upstream: .echo) { port, _ in
            let client = try Peer(port: port)
            client.send("last words")
            client.sendEnd()
            #expect(client.readToEnd() == "last words")
        }
    }

    @Test func `what the upstream says before it closes arrives, and then its end`() async throws {
        try await withProxy(upstream: .say("bye")) { port, _ in
            let client = try Peer(port: port)
            #expect(client.readToEnd() == "bye")
            #expect(client.sawReset == false)
        }
    }

    @Test func `an upstream's reset is the client's`() async throws {
        try await withProxy(upstream: .reset) { port, _ in
            let client = try Peer(port: port)
            client.send("x")
            _ = client.readToEnd()
            #expect(client.sawReset)
        }
    }

    @Test func `without an upstream the client is sent away after all attempts`() async throws {
        try await withProxy(upstream: .absent, settings: "max_connect_attempts: 3") { port, proxy in
            let client = try Peer(port: port)
            #expect(client.readToEnd().isEmpty)
            let attempts = await proxy.count(.upstreamCxConnectFail)
            #expect(attempts == 3)
            #expect(await proxy.count(.upstreamCxConnectAttemptsExceeded) == 1)
            #expect(await proxy.count(.upstreamCxActive) == 0)
        }
    }

    @Test func `a connection on which nothing happens is closed`() async throws {
        try await withProxy(upstream: .echo, settings: "idle_timeout: 5s") { port, _ in
            let client = try Peer(port: port)
            client.send("x")
            #expect(client.readToEnd() == "x")
        }
    }

    @Test func `a connection may not last longer than it is allowed to`() async throws {
        try await withProxy(upstream: .echo, settings: "max_downstream_connection_duration: 5s") { port, proxy in
            let client = try Peer(port: port)
            client.send("x")
            #expect(client.readToEnd() == "x")
            #expect(await proxy.openConnections() == 0)
        }
    }

    @Test func `a client that does not read stops the upstream, and gets everything once it reads`() async throws {
        let size = 64 << 20
        try await withProxy(upstream: .flood(size)) { port, proxy in
            let client = try Peer(port: port)
            try await Task.sleep(for: .milliseconds(300))
            let taken = await proxy.count(.upstreamCxRxBytesTotal)
            // The kernel's buffers of both connections, and our own limit.
            #expect(taken < 24 << 20)
            #expect(client.countToEnd() == size)
            #expect(await proxy.count(.upstreamFlowControlPausedReadingTotal) > 0)
        }
    }

    @Test func `an upstream that does not read stops the client`() async throws {
        try await withProxy(upstream: .deaf) { port, proxy in
            let client = try Peer(port: port)
            #expect(client.sendWhilePossible(64 << 20) < 32 << 20)
            #expect(await proxy.count(.upstreamCxTxBytesTotal) < 32 << 20)
        }
    }

    @Test func `connections beyond the breaker's limit are refused`() async throws {
        let breaker = "circuit_breakers: {thresholds: [{max_connections: 1}]}"
        try await withProxy(upstream: .echo, cluster: breaker) { port, proxy in
            let first = try Peer(port: port)
            first.send("one")
            #expect(first.read(3) == "one")
            let second = try Peer(port: port)
            #expect(second.readToEnd().isEmpty)
            #expect(await proxy.count(.upstreamCxOverflow) == 1)
            first.sendEnd()
            _ = first.readToEnd()
        }
    }

    @Test func `every connection and request that was counted in is counted out`() async throws {
        try await withProxy(upstream: .echo) { port, proxy in
            for _ in 0..<20 {
                let client = try Peer(port: port)
                client.send("hello")
                #expect(client.read(5) == "hello")
                client.close()
            }
            for _ in 0..<200 where await proxy.count(.upstreamCxActive) > 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(await proxy.count(.upstreamCxActive) == 0)
            #expect(await proxy.count(.upstreamRqActive) == 0)
            #expect(await proxy.count(.upstreamRqTotal) == 20)
            #expect(await proxy.openConnections() == 0)
        }
    }

    // MARK: The stage

    private func withProxy(
        upstream behaviour: Upstream, settings: String = "idle_timeout: 60s", cluster: String = "type: STATIC",
        _ body: (Int, Proxy) async throws -> Void
    ) async throws {
        let upstream = try await behaviour.start()
        let type = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"
        let text = """
            static_resources:
              listeners:
              - name: main
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.tcp_proxy
                    typed_config: {"@type": \(type), stat_prefix: t, cluster: c, \(settings)}
              clusters:
              - name: c
                \(cluster)
                load_assignment:
                  cluster_name: c
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: \(upstream.port)}}}
            """
        let loaded = ConfigurationLoader.load(text: text, file: "test.yaml") { _ in [] }
        try #require(loaded.errors.isEmpty, "\(loaded.errors)")
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let proxy = try await Proxy.start(loaded, options: ProxyOptions(workers: 1, log: log))
        guard case .socket(_, let port)? = await proxy.addresses["main"] else {
            Issue.record("no address")
            return
        }
        do { try await body(Int(port), proxy) } catch {
            await proxy.stop()
            throw error
        }
        await proxy.stop()
        try? await upstream.channel?.close()
    }
}

extension Proxy {
    /// A counter of the cluster `c`, all workers together.
    fileprivate func count(_ counter: ClusterCounter) async -> Int {
        var sum = 0
        for worker in workers {
            sum += (try? await worker.loop.submit { worker.cluster(at: 0).counters[counter] }.get()) ?? 0
        }
        return sum
    }
}

/// What the other end does with a connection.
private enum Upstream: Sendable {
    case echo
    case say(String)
    case reset
    case flood(Int)
    /// Accepts and never reads.
    case deaf
    /// Nobody listens.
    case absent

    func start() async throws -> (port: Int, channel: (any Channel)?) {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: !isDeaf)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(UpstreamHandler(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        if case .absent = self {
            try await server.close()
            return (port, nil)
        }
        return (port, server)
    }

    private var isDeaf: Bool { if case .deaf = self { true } else { false } }
}

private final class UpstreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let behaviour: Upstream

    init(_ behaviour: Upstream) { self.behaviour = behaviour }

    func channelActive(context: ChannelHandlerContext) {
        switch behaviour {
        case .say(let text):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            context.close(promise: nil)
        case .flood(let size):
            let piece = ByteBuffer(repeating: 7, count: 1 << 20)
            for _ in 0..<size >> 20 { context.write(wrapOutboundOut(piece), promise: nil) }
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
        case .echo, .reset, .deaf, .absent: break
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch behaviour {
        case .echo: context.writeAndFlush(data, promise: nil)
        case .reset: context.closeByReset()
        default: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            context.close(mode: .output, promise: nil)
        }
    }
}

/// A client that does one thing after the other.
private final class Peer {
    private let descriptor: Int32
    private var isClosed = false
    private(set) var sawReset = false

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
    }

    deinit { close() }

    func close() {
        if !isClosed { _ = Glibc.close(descriptor) }
        isClosed = true
    }

    func send(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    func sendEnd() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// How many of so many bytes are taken before nobody takes any for a while.
    func sendWhilePossible(_ count: Int) -> Int {
        var limit = timeval(tv_sec: 0, tv_usec: 300_000)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let piece = [UInt8](repeating: 7, count: 1 << 16)
        var sent = 0
        while sent < count {
            let taken = Glibc.send(descriptor, piece, piece.count, Int32(MSG_NOSIGNAL))
            if taken <= 0 { break }
            sent += taken
        }
        return sent
    }

    func read(_ count: Int) -> String {
        var text: [UInt8] = []
        while text.count < count, let piece = receive(), !piece.isEmpty { text += piece }
        return String(decoding: text, as: UTF8.self)
    }

    func readToEnd() -> String { read(.max) }

    func countToEnd() -> Int {
        var count = 0
        while let piece = receive(), !piece.isEmpty { count += piece.count }
        return count
    }

    /// Empty at the end, nil after a reset.
    private func receive() -> [UInt8]? {
        let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
            let got = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if got < 0, errno == ECONNRESET { sawReset = true }
            if got < 0, errno == EAGAIN { Issue.record("nothing came for five seconds") }
            count = max(got, 0)
        }
        return sawReset ? nil : piece
    }
}
