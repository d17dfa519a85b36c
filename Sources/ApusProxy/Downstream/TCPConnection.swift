import ApusConfig
import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A client's connection that is forwarded byte for byte: the client's side, and what is decided for both sides.
///
/// Kept by its channel and its listener port, and by the upstream side for as long as that has bytes to deliver.
final class TCPConnection: TimerNode, ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What is awaited, and from whom.
    private enum Phase {
        /// A connection, from an endpoint; the client is not read.
        case connecting
        /// Bytes and ends, from both sides.
        case open
        /// The endpoint is gone: the client takes what was sent, and is closed.
        case flushingToClient
        /// The client is gone: the endpoint takes what was sent, and is closed.
        case flushingToUpstream
        case closed
    }

    let worker: Worker
    let settings: TCPSettings
    let record: ConnectionRecord
    private let port: ListenerPort
    private let stats: Counters<TCPProxyCounter>
    private var context: ChannelHandlerContext?
    private var phase = Phase.connecting
    private var cluster: UpstreamCluster?
    private var upstream: TCPUpstream?
    private var attempts = 0
    /// What the client sent before there was an upstream. It is not read then, but a client that has ended its side is
    /// read to that end whether one wants it or not; no more than the kernel holds can come.
    private var early = ByteBuffer()
    private var hasEnded = false
    private var isReading = true
    private var isOpen = false
    /// The client ended its connection with a reset, and the endpoint is to see the same.
    private var wasReset = false
    private let opened: NIODeadline
    private var lastActive: NIODeadline
    /// Bytes that waited to be sent, both ways, when the idle timer last looked: fewer mean that some have been sent.
    private var waiting = 0

    init(port: ListenerPort, settings: TCPSettings, information: ConnectionInfo) {
        self.port = port
        self.settings = settings
        worker = port.worker
        stats = port.worker.counters(settings.stats)
        opened = port.worker.now
        lastActive = port.worker.now
        record = ConnectionRecord(worker: port.worker, connection: information, started: port.worker.now)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        // Where the bytes go is not known yet.
        setReading(false, counted: false)
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        worker.tick()
        isOpen = true
        port.opened(self)
        stats.add(.downstreamCxTotal)
        cluster = settings.cluster(on: worker)
        connect()
        if phase != .closed { armTimer() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        worker.tick()
        let buffer = unwrapInboundIn(data)
        let count = buffer.readableBytes
        record.bytesReceived += count
        stats.add(.downstreamCxRxBytesTotal, count)
        if phase == .connecting { early.writeImmutableBuffer(buffer) }
        guard phase == .open, let upstream else { return }
        lastActive = worker.now
        upstream.send(buffer)
        if !upstream.isWritable { setReading(false) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if phase == .open { upstream?.flush() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            worker.tick()
            lastActive = worker.now
            hasEnded = true
            if phase == .open { upstream?.sendEnd() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        worker.tick()
        lastActive = worker.now
        upstream?.setReading(context.channel.isWritable)
    }

    func channelInactive(context: ChannelHandlerContext) {
        worker.tick()
        clientGone()
        release()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        worker.log.debug(
            "client connection failed",
            metadata: ["client": "\(record.connection.directRemoteHost)", "reason": "\(error)"])
        if error.isReset { wasReset = true }
        context.close(promise: nil)
    }

    // MARK: The way to an endpoint

    /// Tries an endpoint; called again after each failure until the attempts are used up.
    private func connect() {
        guard let cluster else {
            stats.add(.downstreamCxNoRoute)
            return giveUp(.noRouteFound)
        }
        record.upstreamClusterName = cluster.compiled.name
        let alternative = cluster.compiled.cluster.altStatName
        record.upstreamClusterStatName = alternative.isEmpty ? cluster.compiled.name : alternative
        guard cluster.compiled.breakers.standard.allowsConnection else {
            cluster.counters.add(.upstreamCxOverflow)
            return giveUp(.upstreamOverflow)
        }
        guard attempts < settings.maxConnectAttempts else {
            cluster.counters.add(.upstreamCxConnectAttemptsExceeded)
            return giveUp(.upstreamRetryLimitExceeded)
        }
        attempts += 1
        guard let host = cluster.pick(hash: nil) else { return giveUp(.noHealthyUpstream) }
        record.upstreamAddress = host.name
        record.upstreamHostname = host.endpoint.hostname
        let upstream = TCPUpstream(host: host, client: self)
        self.upstream = upstream
        upstream.open()
    }

    private func giveUp(_ flag: ResponseFlags) {
        record.flags.insert(flag)
        closeNow()
    }

    func upstreamOpened(from local: SocketAddress?) {
        guard phase == .connecting else { return }
        phase = .open
        record.upstreamLocalAddress = local
        record.upstreamConnected = worker.now
        lastActive = worker.now
        armTimer()
        if early.readableBytes > 0 {
            upstream?.send(early)
            upstream?.flush()
            early = ByteBuffer()
        }
        if hasEnded { upstream?.sendEnd() } else { setReading(upstream?.isWritable ?? true, counted: false) }
    }

    func upstreamFailed(_ reason: String) {
        upstream = nil
        guard phase == .connecting else { return }
        record.flags.insert(.upstreamConnectionFailure)
        record.upstreamTransportFailure = reason.replacing(" ", with: "_")
        connect()
    }

    // MARK: What the endpoint sends

    func upstreamSent(_ data: ByteBuffer) {
        guard phase == .open, let context else {
            // Nobody is left to read it.
            if phase == .flushingToUpstream { upstream?.close() }
            return
        }
        let count = data.readableBytes
        record.bytesSent += count
        stats.add(.downstreamCxTxBytesTotal, count)
        lastActive = worker.now
        context.write(wrapOutboundOut(data), promise: nil)
        if !context.channel.isWritable { upstream?.setReading(false) }
    }

    func upstreamReadComplete() { context?.flush() }

    func upstreamEnded() {
        lastActive = worker.now
        guard phase == .open, let context else { return }
        closeOutput(of: context)
    }

    /// The client takes more, or the endpoint does.
    func upstreamWritabilityChanged(isWritable: Bool) {
        lastActive = worker.now
        if phase == .open { setReading(isWritable) }
    }

    /// The endpoint's connection is gone, in order or not.
    func upstreamClosed(reset: Bool) {
        upstream = nil
        switch phase {
        case .connecting, .open:
            guard let context else { return release() }
            if reset {
                record.flags.insert(.upstreamRemoteReset)
                context.closeByReset()
                return
            }
            phase = .flushingToClient
            setReading(false, counted: false)
            closeWhenSent(context)
        case .flushingToUpstream:
            stats.add(.upstreamFlushActive, -1)
            phase = .closed
            release()
        case .flushingToClient, .closed:
            release()
        }
    }

    // MARK: Back-pressure

    private func setReading(_ wanted: Bool, counted: Bool = true) {
        guard wanted != isReading, let context else { return }
        isReading = wanted
        if counted {
            stats.add(
                wanted ? .downstreamFlowControlResumedReadingTotal : .downstreamFlowControlPausedReadingTotal)
        }
        try? context.channel.syncOptions?.setOption(.autoRead, value: wanted)
        if wanted { context.read() }
    }

    // MARK: Time

    private func armTimer() {
        var earliest = Int64.max
        if settings.idleTimeout > 0, phase != .connecting {
            earliest = Int64(lastActive.uptimeNanoseconds) &+ settings.idleTimeout
        }
        if settings.maxDuration > 0, isOpen {
            earliest = min(earliest, Int64(opened.uptimeNanoseconds) &+ settings.maxDuration)
        }
        guard earliest != .max else { return }
        worker.timers.arm(self, at: .uptimeNanoseconds(UInt64(earliest)))
    }

    override func fired() {
        worker.tick()
        guard phase != .closed else { return }
        if settings.maxDuration > 0, isOpen, opened + .nanoseconds(settings.maxDuration) <= worker.now {
            stats.add(.maxDownstreamConnectionDuration)
            record.flags.insert(.durationTimeout)
            return closeNow()
        }
        if settings.idleTimeout > 0, phase != .connecting {
            let left = (context?.bytesWaiting ?? 0) + (upstream?.bytesWaiting ?? 0)
            if left < waiting { lastActive = worker.now }
            waiting = left
            if lastActive + .nanoseconds(settings.idleTimeout) <= worker.now {
                stats.add(.idleTimeout)
                return closeNow()
            }
        }
        armTimer()
    }

    // MARK: Closing

    /// The end of the stream, once everything before it is sent.
    private func closeOutput(of context: ChannelHandlerContext) {
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenSuccess { channel.close(mode: .output, promise: nil) }
    }

    private func closeWhenSent(_ context: ChannelHandlerContext) {
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
    }

    /// The client's side is over: that is what the log tells of. The endpoint still gets what the client sent.
    private func clientGone() {
        guard isOpen else { return }
        isOpen = false
        port.closed(self, openedAt: record.started)
        record.ended = worker.now
        for log in settings.accessLogs { log.log(record) }
        guard phase == .open, let upstream else {
            if phase == .connecting { upstream?.cancel() }
            upstream = nil
            phase = .closed
            return
        }
        if wasReset { return upstream.closeByReset() }
        phase = .flushingToUpstream
        stats.add(.upstreamFlushActive)
        upstream.setReading(true)
        let isWaiting = upstream.closeWhenSent()
        if isWaiting { stats.add(.upstreamFlushTotal) }
    }

    /// Nothing is waited for any more.
    private func release() {
        guard !isOpen, upstream == nil else { return }
        phase = .closed
        worker.timers.disarm(self)
    }
}

extension TCPConnection: DrainableConnection {
    /// A tunnel goes on as it began.
    func configurationChanged() {}

    /// Who speaks what here is not known, so there is no good moment to end: the drain time decides.
    func drain() {}

    /// Both sides at once, sent or not.
    func closeNow() {
        let upstream = upstream
        self.upstream = nil
        if phase == .flushingToUpstream { stats.add(.upstreamFlushActive, -1) }
        phase = .closed
        if let upstream, !upstream.isConnected { upstream.cancel() } else { upstream?.close() }
        let context = context
        clientGone()
        release()
        context?.close(promise: nil)
    }
}

extension ChannelHandlerContext {
    /// The peer sees a reset: what was not sent is not sent any more.
    func closeByReset() {
        (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in }
        close(promise: nil)
    }

    /// Bytes that were written and not yet taken by the kernel.
    var bytesWaiting: Int { (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }
}

extension Error {
    /// The peer has broken off the connection.
    var isReset: Bool { (self as? IOError)?.errnoCode == ECONNRESET }
}
