import ApusConfig
import NIOCore
import NIOPosix

/// A connection to an endpoint for one connection of a client, byte for byte. Its client decides; this performs and
/// counts.
final class TCPUpstream: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What is awaited, and from whom.
    private enum Phase {
        /// The handshake, from the endpoint.
        case connecting
        /// Bytes, from both sides.
        case open
        case closed
    }

    private let worker: Worker
    private let host: UpstreamHost
    private let cluster: UpstreamCluster
    /// nil once nobody is to be told any more.
    private var client: TCPConnection?
    private var context: ChannelHandlerContext?
    private var phase = Phase.connecting
    private var isReading = true
    private var wasReset = false
    private let began: NIODeadline

    init(host: UpstreamHost, client: TCPConnection) {
        self.host = host
        self.client = client
        cluster = host.cluster
        worker = host.cluster.worker
        began = worker.now
    }

    var isConnected: Bool { phase == .open }
    var isWritable: Bool { context?.channel.isWritable ?? true }
    var bytesWaiting: Int { context?.bytesWaiting ?? 0 }

    // MARK: Opening

    func open() {
        let compiled = cluster.compiled
        host.totalConnections += 1
        let counters = cluster.counters
        counters.add(.upstreamCxTotal)
        counters.add(.upstreamCxActive)
        counters.add(.upstreamRqPendingTotal)
        counters.add(.upstreamRqPendingActive)
        compiled.breakers.standard.connections.increment()
        let limit = max(compiled.bufferLimit, 2)
        let handler = NIOLoopBound(self, eventLoop: worker.loop)
        ClientBootstrap(group: worker.loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 2048, maximum: 65_536)
            )
            .channelOption(.writeBufferWaterMark, value: .init(low: limit / 2, high: limit))
            .options(of: compiled.cluster)
            .connectTimeout(.nanoseconds(compiled.connectTimeout > 0 ? compiled.connectTimeout : 5_000_000_000))
            .channelInitializer { channel in
                channel.eventLoop.assumeIsolated().makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(handler.value)
                }
            }
            .connect(to: host.endpoint.address)
            .assumeIsolated()
            .whenFailure { self.openFailed($0) }
    }

    func channelActive(context: ChannelHandlerContext) {
        worker.tick()
        let counters = cluster.counters
        cluster.connectTime.record(Int((worker.now - began).nanoseconds / 1_000_000))
        guard phase == .connecting else { return context.close(promise: nil) }
        phase = .open
        counters.add(.upstreamRqPendingActive, -1)
        counters.add(.upstreamRqTotal)
        counters.add(.upstreamRqActive)
        host.activeConnections += 1
        host.activeRequests += 1
        host.totalRequests += 1
        cluster.compiled.breakers.standard.requests.increment()
        cluster.report(.connectedFinally, of: host)
        if cluster.compiled.cluster.closeConnectionsOnHostHealthFailure {
            host.tunnels[ObjectIdentifier(self)] = self
        }
        client?.upstreamOpened(from: context.channel.localAddress)
    }

    private func openFailed(_ error: any Error) {
        worker.tick()
        guard phase == .connecting else { return }
        phase = .closed
        host.failedConnections += 1
        let counters = cluster.counters
        counters.add(.upstreamRqPendingActive, -1)
        counters.add(.upstreamRqPendingFailureEject)
        counters.add(.upstreamCxConnectFail)
        countClose(remote: true)
        let reason: String
        if error is ChannelError {
            counters.add(.upstreamCxConnectTimeout)
            cluster.report(.timedOut(status: 504), of: host)
            reason = "connection timeout"
        } else if let failure = error as? IOError {
            cluster.report(.failed, of: host)
            reason = "delayed connect error: \(String(cString: strerror(failure.errnoCode)))"
        } else {
            reason = "\(error)"
        }
        let client = client
        self.client = nil
        client?.upstreamFailed(reason)
    }

    // MARK: Sending

    func send(_ data: ByteBuffer) {
        cluster.counters.add(.upstreamCxTxBytesTotal, data.readableBytes)
        context?.write(wrapOutboundOut(data), promise: nil)
    }

    func flush() { context?.flush() }

    /// The end of the stream, once everything before it is sent.
    func sendEnd() {
        guard let context else { return }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenSuccess { channel.close(mode: .output, promise: nil) }
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        worker.tick()
        let buffer = unwrapInboundIn(data)
        cluster.counters.add(.upstreamCxRxBytesTotal, buffer.readableBytes)
        client?.upstreamSent(buffer)
    }

    func channelReadComplete(context: ChannelHandlerContext) { client?.upstreamReadComplete() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            worker.tick()
            client?.upstreamEnded()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        worker.tick()
        let isWritable = context.channel.isWritable
        cluster.counters.add(isWritable ? .upstreamFlowControlDrainedTotal : .upstreamFlowControlBackedUpTotal)
        client?.upstreamWritabilityChanged(isWritable: isWritable)
    }

    func channelInactive(context: ChannelHandlerContext) {
        worker.tick()
        ended(remote: true, reset: wasReset)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        worker.log.debug("upstream connection failed", metadata: ["upstream": "\(host.name)", "reason": "\(error)"])
        if error.isReset { wasReset = true }
        context.close(promise: nil)
    }

    /// Back-pressure: the client is slower.
    func setReading(_ wanted: Bool) {
        guard wanted != isReading, phase == .open, let context else { return }
        isReading = wanted
        cluster.counters.add(wanted ? .upstreamFlowControlResumedReadingTotal : .upstreamFlowControlPausedReadingTotal)
        try? context.channel.syncOptions?.setOption(.autoRead, value: wanted)
        if wanted { context.read() }
    }

    // MARK: Closing

    /// Closes once everything is sent. True: something still waits to be.
    func closeWhenSent() -> Bool {
        guard let context, phase == .open else { return false }
        let sent = context.writeAndFlush(wrapOutboundOut(ByteBuffer()))
        let isWaiting = context.bytesWaiting > 0
        sent.assumeIsolated().whenComplete { _ in self.close() }
        return isWaiting
    }

    /// Closes at once.
    func close() {
        guard phase == .open else { return }
        let context = context
        ended(remote: false)
        context?.close(promise: nil)
    }

    /// As the client did.
    func closeByReset() {
        guard phase == .open else { return }
        let context = context
        ended(remote: false)
        context?.closeByReset()
    }

    /// The client did not wait for the connection.
    func cancel() {
        guard phase == .connecting else { return }
        phase = .closed
        client = nil
        cluster.counters.add(.upstreamRqPendingActive, -1)
        cluster.counters.add(.upstreamRqCancelled)
        countClose(remote: false)
        context?.close(promise: nil)
    }

    private func ended(remote: Bool, reset: Bool = false) {
        guard phase == .open else { return }
        phase = .closed
        if !host.tunnels.isEmpty { host.tunnels[ObjectIdentifier(self)] = nil }
        host.activeConnections -= 1
        host.activeRequests -= 1
        let counters = cluster.counters
        counters.add(.upstreamRqActive, -1)
        cluster.compiled.breakers.standard.requests.decrement()
        countClose(remote: remote)
        counters.add(.upstreamCxDestroyWithActiveRq)
        counters.add(remote ? .upstreamCxDestroyRemoteWithActiveRq : .upstreamCxDestroyLocalWithActiveRq)
        let client = client
        self.client = nil
        client?.upstreamClosed(reset: reset)
    }

    private func countClose(remote: Bool) {
        cluster.compiled.breakers.standard.connections.decrement()
        let counters = cluster.counters
        counters.add(.upstreamCxActive, -1)
        counters.add(.upstreamCxDestroy)
        counters.add(remote ? .upstreamCxDestroyRemote : .upstreamCxDestroyLocal)
    }
}
