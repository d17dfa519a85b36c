import ApusConfig
import NIOCore
import NIOPosix

/// A connection to an endpoint that speaks HTTP/1.1: at most one attempt at a time, many after each other.
final class HTTP1UpstreamConnection: TimerNode, ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What is awaited, and from whom.
    private enum Phase: Equatable {
        /// The handshake, from the endpoint.
        case connecting
        /// A request, from the pool.
        case idle
        /// An answer's head, from the endpoint.
        case head
        /// An answer's body, from the endpoint.
        case body
        /// Bytes both ways, after 101 (Switching Protocols).
        case tunnel
        case closed
    }

    /// Reads begin small and grow with the answers: one read of 256 KiB instead of four costs a quarter less per byte.
    private static var receiveAllocator: AdaptiveRecvByteBufferAllocator {
        AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 2048, maximum: 262_144)
    }

    private let worker: Worker
    private let host: UpstreamHost
    private let cluster: UpstreamCluster
    private let priority: RoutingPriority
    private var context: ChannelHandlerContext?
    private let writer = SocketWriter()
    private var phase = Phase.connecting
    private var unread = ByteBuffer()
    private var scanned = 0
    private var info = HTTP1MessageInfo()
    private var decoder = HTTP1BodyDecoder(.none)
    private var requestChunked = false
    /// Bytes of the announced length that have not been sent: a filter may have made more of a body, or less, and what
    /// goes beyond it would be read as another request. nil without a length.
    private var lengthLeft: Int?
    private var served = 0
    private var reading = true
    private var began: NIODeadline
    private var idleSince: NIODeadline
    private var closeCounted = false
    private var establishedCounted = false
    /// Bytes of the largest read since the last rest.
    private var largestRead = 0
    /// What broke the connection; 0 for an orderly end.
    private var endError: Int32 = 0
    /// Bytes written for the request under way.
    private var requestBytes = 0
    unowned(unsafe) var attempt: UpstreamAttempt?

    private init(host: UpstreamHost, priority: RoutingPriority) {
        self.host = host
        self.priority = priority
        cluster = host.cluster
        worker = host.cluster.worker
        began = worker.now
        idleSince = worker.now
    }

    var isAlive: Bool { phase == .idle }
    /// Asked of the channel once: its getter takes a lock.
    private(set) var localAddress: SocketAddress?
    /// The host's when this was established.
    private(set) var poolAge = 0

    // MARK: Opening

    static func open(to host: UpstreamHost, priority: RoutingPriority) {
        let connection = HTTP1UpstreamConnection(host: host, priority: priority)
        connection.open()
    }

    private func open() {
        let compiled = cluster.compiled
        host.connecting += 1
        host.totalConnections += 1
        cluster.counters.add(.upstreamCxTotal)
        cluster.counters.add(.upstreamCxHttp1Total)
        cluster.counters.add(.upstreamCxActive)
        compiled.breakers[priority].connections.increment()
        let limit = max(compiled.bufferLimit, 1)
        let handler = NIOLoopBound(self, eventLoop: worker.loop)
        ClientBootstrap(group: worker.loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // The end of an answer is heard while the socket is still there to be asked what the peer had received.
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(
                .recvAllocator, value: Self.receiveAllocator
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
            .whenComplete { result in
                switch result {
                case .success: self.opened()
                case .failure(let error): self.openFailed(error)
                }
            }
    }

    private func opened() {
        worker.tick()
        host.connecting -= 1
        host.activeConnections += 1
        establishedCounted = true
        cluster.connectTime.record(Int((worker.now - began).nanoseconds / 1_000_000))
        guard phase == .connecting else { return }
        localAddress = context?.channel.localAddress
        poolAge = host.poolAge
        if let context { writer.open(context) }
        phase = .idle
        host.offer(self)
    }

    private func openFailed(_ error: any Error) {
        worker.tick()
        host.connecting -= 1
        phase = .closed
        countClose(remote: !(error is ChannelError))
        cluster.counters.add(.upstreamCxConnectFail)
        if error is ChannelError {
            cluster.counters.add(.upstreamCxConnectTimeout)
            host.connectionFailed(.connectionTimeout)
        } else if let failure = error as? IOError, failure.errnoCode == EADDRNOTAVAIL || failure.errnoCode == EMFILE {
            worker.log.warning("no connection", metadata: ["upstream": "\(host.name)", "reason": "\(error)"])
            host.connectionFailed(.localConnectionFailure)
        } else {
            host.connectionFailed(.remoteConnectionFailure)
        }
    }

    // MARK: The pool's side

    /// Takes the attempt; it hears `attemptReady` before this returns.
    func serve(_ attempt: UpstreamAttempt) {
        self.attempt = attempt
        phase = .head
        scanned = 0
        attempt.mayBeStale = served > 0
        requestBytes = 0
        served += 1
        attempt.attach(self)
    }

    /// Waits in the pool, and not forever.
    func rest() {
        idleSince = worker.now
        if largestRead > 65_536, let context {
            // The channel keeps its last buffer; one that rests shall not keep a large one.
            largestRead = 0
            try? context.channel.syncOptions?.setOption(.recvAllocator, value: Self.receiveAllocator)
        }
        let idleTimeout = cluster.compiled.idleTimeout
        if idleTimeout > 0, !isArmed { worker.timers.arm(self, at: worker.now + .nanoseconds(idleTimeout)) }
    }

    override func fired() {
        worker.tick()
        guard phase == .idle else {
            if phase != .closed { worker.timers.arm(self, at: worker.now + .nanoseconds(cluster.compiled.idleTimeout)) }
            return
        }
        let due = idleSince + .nanoseconds(cluster.compiled.idleTimeout)
        if due > worker.now { return worker.timers.arm(self, at: due) }
        cluster.counters.add(.upstreamCxIdleTimeout)
        close()
    }

    // MARK: Sending

    var isWritable: Bool { context?.channel.isWritable ?? false }

    /// Sends the request's head, with what there is of its body.
    func send(_ head: Head, body: ByteBuffer?, end: Bool) {
        let hasBody = !end || (body?.readableBytes ?? 0) > 0
        requestChunked = hasBody && !head.has(.contentLength) && !(attempt?.isUpgrade ?? false)
        lengthLeft = hasBody ? head.value(.contentLength)?.decimal.flatMap { Int(exactly: $0) } : nil
        guard fits(body?.readableBytes ?? 0, end: end) else { return breakOff() }
        worker.output.clear()
        HTTP1Writer.writeRequest(
            head, into: &worker.output, chunked: requestChunked, upgrade: attempt?.isUpgrade ?? false,
            properCase: cluster.compiled.properCase)
        attempt?.bytes.headSent += worker.output.readableBytes
        if let body, body.readableBytes > 0 {
            write(body, end: end)
        } else {
            flush()
        }
        if end { attempt?.requestSent = true }
    }

    func send(body: ByteBuffer, end: Bool) {
        guard fits(body.readableBytes, end: end) else { return breakOff() }
        worker.output.clear()
        if body.readableBytes > 0 {
            write(body, end: end)
        } else if end, requestChunked {
            HTTP1Writer.writeLastChunk(into: &worker.output, trailers: nil)
            flush()
        }
        if end { attempt?.requestSent = true }
    }

    func send(trailers: Head) {
        if requestChunked {
            worker.output.clear()
            HTTP1Writer.writeLastChunk(into: &worker.output, trailers: trailers)
            flush()
        }
        attempt?.requestSent = true
    }

    /// Whether so much more of the body is what was announced.
    @inline(__always)
    private func fits(_ count: Int, end: Bool) -> Bool {
        guard let lengthLeft else { return true }
        return end ? count == lengthLeft : count <= lengthLeft
    }

    /// The body is not as long as was announced: this connection cannot be used for anything any more.
    private func breakOff() {
        worker.log.warning("a request's body is not as long as announced", metadata: ["upstream": "\(host.name)"])
        fail(.localReset)
    }

    /// Writes what the output buffer holds, then the piece with its framing: small ones in one buffer and one write.
    private func write(_ body: ByteBuffer, end: Bool) {
        guard let context else { return }
        if let left = lengthLeft { lengthLeft = left - body.readableBytes }
        if requestChunked { HTTP1Writer.writeChunkHeader(body.readableBytes, into: &worker.output) }
        if body.readableBytes <= Framing.copiedBody {
            worker.output.writeImmutableBuffer(body)
        } else {
            countSent(worker.output.readableBytes + body.readableBytes)
            writer.send(worker.output, body, context)
            worker.output.clear()
        }
        if requestChunked {
            HTTP1Writer.writeChunkEnd(into: &worker.output)
            if end { HTTP1Writer.writeLastChunk(into: &worker.output, trailers: nil) }
        }
        flush()
    }

    private func flush() {
        guard let context, worker.output.readableBytes > 0 else { return }
        countSent(worker.output.readableBytes)
        writer.send(worker.output, context)
    }

    @inline(__always)
    private func countSent(_ bytes: Int) {
        requestBytes += bytes
        attempt?.bytes.sent += bytes
        cluster.counters.add(.upstreamCxTxBytesTotal, bytes)
    }

    // MARK: Back-pressure

    /// Stops or resumes reading the answer; only for bodies that the client is too slow for.
    func setReading(_ wanted: Bool) {
        guard wanted != reading, phase != .closed, let context else { return }
        reading = wanted
        cluster.counters.add(wanted ? .upstreamFlowControlResumedReadingTotal : .upstreamFlowControlPausedReadingTotal)
        try? context.channel.syncOptions?.setOption(.autoRead, value: wanted)
        if wanted { context.read() }
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        worker.tick()
        guard let attempt else { return }
        if !context.channel.isWritable { cluster.counters.add(.upstreamFlowControlBackedUpTotal) }
        attempt.owner.attemptWritabilityChanged(attempt, isWritable: context.channel.isWritable)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        worker.tick()
        var buffer = unwrapInboundIn(data)
        cluster.counters.add(.upstreamCxRxBytesTotal, buffer.readableBytes)
        if buffer.readableBytes > largestRead { largestRead = buffer.readableBytes }
        guard let attempt else {
            // Bytes that answer nothing: an answer twice as long as it said, or worse. Nothing after them can be trusted.
            if phase == .idle { cluster.counters.add(.upstreamCxProtocolError) }
            return close()
        }
        attempt.bytes.received += buffer.readableBytes
        if unread.readableBytes > 0 {
            unread.writeBuffer(&buffer)
            swap(&unread, &buffer)
            unread.clear()
        }
        process(&buffer)
        if phase != .closed, buffer.readableBytes > 0 { unread = buffer }
    }

    private func process(_ buffer: inout ByteBuffer) {
        while let attempt {
            switch phase {
            case .head:
                guard readHead(&buffer, attempt) else { return }
            case .body:
                guard readBody(&buffer, attempt) else { return }
            case .tunnel:
                guard buffer.readableBytes > 0, let data = buffer.readSlice(length: buffer.readableBytes) else {
                    return
                }
                attempt.owner.attemptBody(attempt, data, end: false)
                return
            case .connecting, .idle, .closed:
                return
            }
        }
    }

    /// Reads a head and hands it on with the first piece of its body. False: no more can be done for now.
    private func readHead(_ buffer: inout ByteBuffer, _ attempt: UpstreamAttempt) -> Bool {
        let head = attempt.owner.answerHead
        let result = buffer.withUnsafeReadableBytes {
            HTTP1Parser.parseResponse(
                $0, into: head, info: &info, requestMethodIsHead: attempt.requestIsHead,
                limits: cluster.compiled.limits,
                scanned: &scanned)
        }
        switch result {
        case .incomplete:
            if buffer.readableBytes > 0 { attempt.mayBeStale = false }
            return false
        case .failed:
            protocolError()
            return false
        case .head(let consumed):
            buffer.moveReaderIndex(forwardBy: consumed)
            scanned = 0
            attempt.mayBeStale = false
            attempt.bytes.headReceived += consumed
        }
        if head.status == 101, attempt.isUpgrade {
            phase = .tunnel
            attempt.headReceived = true
            attempt.owner.attemptHead(attempt, body: nil, end: false)
            return true
        }
        if head.status < 200 {
            if head.status == 101 {
                protocolError()
                return false
            }
            attempt.owner.attemptInterim(attempt)
            return true
        }
        attempt.isUpgrade = false
        phase = .body
        decoder = HTTP1BodyDecoder(info.body)
        attempt.headReceived = true
        let first: ByteBuffer?
        // An answer in chunks may be empty and still have trailers; empty or not, it goes on in chunks.
        let isChunked = info.body == .chunked
        switch decoder.next(&buffer, trailers: isChunked ? attempt.owner.answerTrailers() : nil) {
        case .data(let data): first = data
        case .end where isChunked: first = nil
        case .end:
            finish(attempt, leftover: buffer.readableBytes)
            attempt.owner.attemptHead(attempt, body: nil, end: true)
            return false
        case .needMore: first = nil
        case .trailers: first = nil
        case .failed:
            // The head is good: the client gets it, and then the stream's end.
            attempt.owner.attemptHead(attempt, body: nil, end: false)
            protocolError()
            return false
        }
        if first != nil, decoder.isDone {
            finish(attempt, leftover: buffer.readableBytes)
            attempt.owner.attemptHead(attempt, body: first, end: true)
            return false
        }
        attempt.owner.attemptHead(attempt, body: first, end: false)
        return true
    }

    private func readBody(_ buffer: inout ByteBuffer, _ attempt: UpstreamAttempt) -> Bool {
        switch decoder.next(&buffer, trailers: attempt.owner.answerTrailers()) {
        case .data(let data):
            if decoder.isDone {
                finish(attempt, leftover: buffer.readableBytes)
                attempt.owner.attemptBody(attempt, data, end: true)
                return false
            }
            attempt.owner.attemptBody(attempt, data, end: false)
            return true
        case .trailers: return true
        case .end:
            finish(attempt, leftover: buffer.readableBytes)
            attempt.owner.attemptBody(attempt, ByteBuffer(), end: true)
            return false
        case .needMore: return false
        case .failed:
            protocolError()
            return false
        }
    }

    /// The answer is complete. The connection leaves its attempt before anybody hears of the end, so that whoever hears
    /// it may start the next request at once and even on this connection.
    private func finish(_ attempt: UpstreamAttempt, leftover: Int) {
        let sent = attempt.requestSent
        self.attempt = nil
        attempt.release()
        if !reading { setReading(true) }
        let limit = cluster.compiled.maxRequestsPerConnection
        if limit > 0, served >= limit {
            cluster.counters.add(.upstreamCxMaxRequests)
            return close()
        }
        let longest = cluster.compiled.maxConnectionDuration
        if longest > 0, worker.now - began > .nanoseconds(longest) {
            cluster.counters.add(.upstreamCxMaxDurationReached)
            return close()
        }
        if leftover > 0 {
            // More than was announced: whoever came next on this connection would get it for an answer.
            cluster.counters.add(.upstreamCxProtocolError)
            return close()
        }
        guard info.keepAlive, sent, phase == .body else { return close(amidRequest: !sent) }
        phase = .idle
        host.offer(self)
    }

    private func protocolError() {
        cluster.counters.add(.upstreamCxProtocolError)
        fail(.protocolError)
    }

    private func fail(_ failure: AttemptFailure) {
        let attempt = attempt
        self.attempt = nil
        close(amidRequest: attempt != nil)
        attempt?.fail(failure)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else { return }
        worker.tick()
        ended(context)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        worker.tick()
        writer.close()
        ended(context)
    }

    /// Whether the request under way went into a connection that the peer had already closed, so that nothing of it was
    /// ever read: the peer's system acknowledged none of its bytes before the end came, or refused them after it.
    private func diedUnread(_ context: ChannelHandlerContext) -> Bool {
        guard let attempt, attempt.mayBeStale, attempt.requestSent else { return false }
        if endError == EPIPE { return true }
        guard endError == 0 else { return false }
        var waiting: Int32 = 0
        let asked: Void? = try? context.channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { descriptor in
            // SIOCOUTQ: bytes that the peer has not acknowledged.
            if ioctl(descriptor, UInt(0x5411), &waiting) != 0 { waiting = 0 }
        }
        return asked != nil && requestBytes > 0 && Int(waiting) >= requestBytes
    }

    /// The endpoint has closed, or the connection broke.
    private func ended(_ context: ChannelHandlerContext) {
        let before = phase
        guard before != .closed else { return }
        let wasStale = diedUnread(context)
        phase = .closed
        var answerEnds = false
        if before == .body, case .end = decoder.close() { answerEnds = true }
        countClose(remote: true, active: attempt != nil && !answerEnds)
        worker.timers.disarm(self)
        if let attempt {
            self.attempt = nil
            switch before {
            case .body:
                if answerEnds {
                    attempt.release()
                    attempt.owner.attemptBody(attempt, ByteBuffer(), end: true)
                } else {
                    // However the connection ended: what it carried is a broken message.
                    cluster.counters.add(.upstreamCxProtocolError)
                    attempt.fail(.protocolError)
                }
            case .head where unread.readableBytes > 0:
                // In the middle of a head.
                cluster.counters.add(.upstreamCxProtocolError)
                attempt.fail(.protocolError)
            default:
                attempt.diedUnread = wasStale
                attempt.fail(.connectionTermination)
            }
        } else if before == .idle {
            host.idle.removeAll { $0 === self }
        }
        host.connectionClosed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        worker.log.debug("upstream connection failed", metadata: ["upstream": "\(host.name)", "reason": "\(error)"])
        endError = (error as? IOError)?.errnoCode ?? ECONNRESET
        context.close(promise: nil)
    }

    // MARK: Closing

    /// Closes at once. An attempt under way must have been told before. `amidRequest`: one was under way until then.
    func close(amidRequest: Bool = false) {
        guard phase != .closed else { return }
        if phase == .idle { host.idle.removeAll { $0 === self } }
        phase = .closed
        countClose(remote: false, active: amidRequest)
        worker.timers.disarm(self)
        context?.close(promise: nil)
        host.connectionClosed()
    }

    private func countClose(remote: Bool = false, active: Bool = false) {
        guard !closeCounted else { return }
        closeCounted = true
        if establishedCounted {
            host.activeConnections -= 1
            let length = Int((worker.now - began).nanoseconds / 1_000_000)
            worker.histogram(cluster.compiled.connectionTime).record(length)
            worker.histogram(cluster.compiled.requestsPerConnection).record(served)
        }
        cluster.compiled.breakers[priority].connections.decrement()
        let counters = cluster.counters
        counters.add(.upstreamCxActive, -1)
        counters.add(.upstreamCxDestroy)
        counters.add(remote ? .upstreamCxDestroyRemote : .upstreamCxDestroyLocal)
        if active {
            counters.add(.upstreamCxDestroyWithActiveRq)
            counters.add(remote ? .upstreamCxDestroyRemoteWithActiveRq : .upstreamCxDestroyLocalWithActiveRq)
        }
    }
}
