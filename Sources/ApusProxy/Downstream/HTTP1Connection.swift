import ApusConfig
import NIOCore

/// A client's connection that speaks HTTP/1: one request after the other, each handed to an exchange.
final class HTTP1Connection: TimerNode, ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What is awaited, and from whom.
    private enum Phase: Equatable {
        /// A request's head, from the client.
        case head
        /// A request's body, from the client (an answer may already be on its way).
        case body
        /// The end of the answer, from the exchange; bytes that come meanwhile belong to the next request.
        case answer
        /// Bytes both ways, after 101 (Switching Protocols).
        case tunnel
        /// The client's own close, after the last answer; what it sends is thrown away.
        case lingering
        case closed
    }

    private let port: ListenerPort
    private let worker: Worker
    private var settings: HTTPSettings
    private var portVersion: Int
    private var stats: Counters<ConnectionManagerCounter>
    private var context: ChannelHandlerContext?
    private let writer = SocketWriter()
    private var information: ConnectionInfo
    private var phase = Phase.head
    private var exchange: Exchange?
    private var unread = ByteBuffer()
    private var scanned = 0
    private var info = HTTP1MessageInfo()
    private var decoder = HTTP1BodyDecoder(.none)
    private var trailers: Head?
    private var responseChunked = false
    private var responseBodyless = false
    /// Bytes of the announced length that have not been sent; nil without a length. A filter may have made the body
    /// longer, and the client would read the rest as another answer.
    private var lengthLeft: Int?
    private var requests = 0
    private var isProcessing = false
    /// The answer under way is the last one.
    private var closesAfterAnswer = false
    /// The close is ours, though the client's end of the connection is awaited.
    private var closesLocally = false
    /// A byte has come: before, it is not known what the client speaks.
    private var hasSpoken = false
    private var isDraining = false
    private var isReading = true
    private let opened: NIODeadline
    private var idleSince: NIODeadline
    /// When the first byte of a head came whose end is awaited.
    private var headBegan: NIODeadline?
    private var lingersUntil: NIODeadline?
    private var drainEnds: NIODeadline?

    init(port: ListenerPort, settings: HTTPSettings, information: ConnectionInfo) {
        self.port = port
        self.settings = settings
        portVersion = port.version
        self.information = information
        worker = port.worker
        stats = port.worker.counters(settings.stats)
        opened = port.worker.now
        idleSince = port.worker.now
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        worker.tick()
        writer.open(context)
        port.opened(self)
        stats.add(.downstreamCxTotal)
        stats.add(.downstreamCxActive)
        armTimer()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        worker.tick()
        var buffer = unwrapInboundIn(data)
        stats.add(.downstreamCxRxBytesTotal, buffer.readableBytes)
        if !hasSpoken {
            hasSpoken = true
            stats.add(.downstreamCxHttp1Total)
            stats.add(.downstreamCxHttp1Active)
        }
        if phase == .lingering || phase == .closed { return }
        if unread.readableBytes > 0 {
            unread.writeBuffer(&buffer)
            swap(&unread, &buffer)
            unread = ByteBuffer()
        }
        process(&buffer)
    }

    func channelInactive(context: ChannelHandlerContext) {
        worker.tick()
        writer.close()
        guard phase != .closed else { return }
        stats.add(closesLocally ? .downstreamCxDestroyLocal : .downstreamCxDestroyRemote)
        if phase == .head, headBegan != nil, exchange == nil {
            // Gone in the middle of a head: a request all the same, to be counted and logged.
            let unfinished = worker.takeExchange(for: self, connection: information, settings: settings, id: 0)
            begin(unfinished, 0)
            unfinished.beginUnread()
        }
        if exchange != nil {
            stats.add(.downstreamCxDestroyActiveRq)
            stats.add(.downstreamCxDestroyRemoteActiveRq)
        }
        ended()
        let gone = exchange
        exchange = nil
        gone?.downstreamGone("downstream_remote_disconnect", flag: .downstreamConnectionTermination)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        worker.log.debug(
            "client connection failed", metadata: ["client": "\(information.directRemoteHost)", "reason": "\(error)"])
        context.close(promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        worker.tick()
        if context.channel.isWritable { exchange?.downstreamWritable() }
    }

    // MARK: Reading

    private func process(_ buffer: inout ByteBuffer) {
        guard !isProcessing else {
            // From within an exchange's own event; whoever runs the loop sees it.
            unread = buffer
            return
        }
        isProcessing = true
        var goesOn = true
        while goesOn {
            switch phase {
            case .head: goesOn = buffer.readableBytes > 0 && readHead(&buffer)
            case .body: goesOn = readBody(&buffer)
            case .tunnel:
                if let exchange, buffer.readableBytes > 0, let data = buffer.readSlice(length: buffer.readableBytes) {
                    exchange.receiveBody(data, end: false)
                }
                goesOn = false
            case .answer:
                if buffer.readableBytes > settings.bufferLimit { setReading(false) }
                goesOn = false
            case .lingering, .closed:
                buffer.clear()
                goesOn = false
            }
        }
        isProcessing = false
        if buffer.readableBytes > 0 { unread = buffer }
    }

    /// Reads a request's head and begins its exchange. False: no more can be done for now.
    private func readHead(_ buffer: inout ByteBuffer) -> Bool {
        if port.version != portVersion { adoptConfiguration() }
        let exchange = worker.takeExchange(for: self, connection: information, settings: settings, id: 0)
        let result = buffer.withUnsafeReadableBytes {
            HTTP1Parser.parseRequest(
                $0, into: exchange.request, info: &info, limits: settings.limits, scanned: &scanned)
        }
        let consumed: Int
        switch result {
        case .incomplete:
            worker.putBack(exchange)
            awaitHead()
            return false
        case .failed(let error):
            refuse(error, exchange)
            buffer.clear()
            return false
        case .head(let length): consumed = length
        }
        buffer.moveReaderIndex(forwardBy: consumed)
        begin(exchange, consumed)
        if info.expectContinue, !settings.manager.proxy100Continue {
            exchange.request.remove(.expect)
            worker.output.clear()
            HTTP1Writer.writeInterim(100, into: &worker.output)
            stats.add(.downstreamRq1xx)
            stats.add(.downstreamRqCompleted)
            write()
            guard phase != .closed else { return false }
        }
        if !info.hasHost {
            phase = .answer
            exchange.refuseHead(LocalReply(status: 400, details: "missing_host_header"))
            return phase == .head
        }
        if info.isConnect {
            phase = .answer
            exchange.refuseHead(LocalReply(status: 404, details: "route_not_found", flags: .noRouteFound))
            return phase == .head
        }
        exchange.isUpgrade = info.upgrade
        if info.upgrade { info.body = .none }
        startBody(&buffer, exchange)
        return phase != .closed
    }

    private func begin(_ exchange: Exchange, _ headBytes: Int) {
        self.exchange = exchange
        headBegan = nil
        requests += 1
        stats.add(.downstreamRqHttp1Total)
        exchange.id = worker.nextID()
        exchange.requestVersion = info.version
        exchange.requestHeadBytes = headBytes
        exchange.started = worker.now
        closesAfterAnswer = !info.keepAlive
        let most = settings.maxRequestsPerConnection
        if most > 0, requests >= most, !closesAfterAnswer {
            stats.add(.downstreamCxMaxRequestsReached)
            closesAfterAnswer = true
        }
        if isDraining || port.isDraining || ServerHealth.shared.isFailed { closesAfterAnswer = true }
    }

    /// Hands the exchange its head, together with the first piece of body if that is here.
    private func startBody(_ buffer: inout ByteBuffer, _ exchange: Exchange) {
        if exchange.isUpgrade {
            phase = .answer
            exchange.receiveHead(body: nil, end: false)
            return
        }
        decoder = HTTP1BodyDecoder(info.body)
        if decoder.isDone {
            phase = .answer
            exchange.receiveHead(body: nil, end: true)
            return
        }
        phase = .body
        // A large body comes in pieces anyway; a small one may leave together with its head.
        if case .known(let length) = info.body, length <= UInt64(buffer.readableBytes),
            case .data(let data) = decoder.next(&buffer, trailers: nil)
        {
            phase = .answer
            exchange.receiveHead(body: data, end: true)
        } else {
            exchange.receiveHead(body: nil, end: false)
        }
    }

    private func readBody(_ buffer: inout ByteBuffer) -> Bool {
        guard let exchange else { return false }
        if settings.manager.httpProtocolOptions.enableTrailers, trailers == nil, info.body == .chunked {
            trailers = Head()
        }
        switch decoder.next(&buffer, trailers: trailers) {
        case .needMore: return false
        case .data(let data):
            let end = decoder.isDone
            if end { phase = .answer }
            exchange.receiveBody(data, end: end)
        case .trailers:
            if let trailers { exchange.receiveTrailers(trailers) }
            trailers = nil
        case .end:
            phase = .answer
            exchange.receiveBody(ByteBuffer(), end: true)
        case .failed(let error):
            buffer.clear()
            brokenBody(error, exchange)
            return false
        }
        return true
    }

    /// A body that is no body: nobody knows where the next request would begin.
    private func brokenBody(_ error: HTTP1Error, _ exchange: Exchange) {
        stats.add(.downstreamCxProtocolError)
        closesAfterAnswer = true
        exchange.breakOff(
            LocalReply(
                status: error.status, body: "\(error.body)", details: "\(error.details)",
                flags: .downstreamProtocolError))
    }

    /// A head that is no head is answered, logged, and the connection closed.
    private func refuse(_ error: HTTP1Error, _ exchange: Exchange) {
        stats.add(.downstreamCxProtocolError)
        begin(exchange, 0)
        phase = .answer
        closesAfterAnswer = true
        exchange.request.clear()
        exchange.refuseHead(
            LocalReply(
                status: error.status, body: "\(error.body)", details: "\(error.details)",
                flags: .downstreamProtocolError))
    }

    /// The listener has another configuration since the last request.
    private func adoptConfiguration() {
        portVersion = port.version
        if case .http(let current) = port.compiled.kind, current !== settings { adopt(current) }
    }

    private func adopt(_ current: HTTPSettings) {
        settings = current
        stats.add(.downstreamCxActive, -1)
        if hasSpoken { stats.add(.downstreamCxHttp1Active, -1) }
        stats = worker.counters(current.stats)
        stats.add(.downstreamCxActive)
        if hasSpoken { stats.add(.downstreamCxHttp1Active) }
    }

    private func setReading(_ wanted: Bool) {
        guard wanted != isReading, phase != .closed, let context else { return }
        isReading = wanted
        stats.add(wanted ? .downstreamFlowControlResumedReadingTotal : .downstreamFlowControlPausedReadingTotal)
        try? context.channel.syncOptions?.setOption(.autoRead, value: wanted)
        if wanted { context.read() }
    }

    // MARK: Writing

    /// Writes what the worker's output buffer holds.
    private func write() {
        guard let context, worker.output.readableBytes > 0 else { return }
        stats.add(.downstreamCxTxBytesTotal, worker.output.readableBytes)
        writer.send(worker.output, context)
    }

    /// Writes the output buffer and a piece of body: small pieces in one buffer and one write.
    private func write(_ body: ByteBuffer, end: Bool) {
        guard let context else { return }
        var body = body
        if let left = lengthLeft {
            if body.readableBytes > left {
                closesAfterAnswer = true
                body = body.getSlice(at: body.readerIndex, length: left) ?? body
            }
            lengthLeft = left - body.readableBytes
            if end, lengthLeft != 0 { closesAfterAnswer = true }
        }
        let size = body.readableBytes
        if responseChunked { HTTP1Writer.writeChunkHeader(size, into: &worker.output) }
        if size <= Framing.copiedBody {
            worker.output.writeImmutableBuffer(body)
        } else {
            stats.add(.downstreamCxTxBytesTotal, worker.output.readableBytes + size)
            writer.send(worker.output, body, context)
            worker.output.clear()
        }
        if responseChunked {
            if size > 0 { HTTP1Writer.writeChunkEnd(into: &worker.output) }
            if end { HTTP1Writer.writeLastChunk(into: &worker.output) }
        }
        write()
    }

    // MARK: Time

    private func armTimer() {
        var earliest = Int64.max
        func consider(_ since: NIODeadline?, _ nanoseconds: Int64) {
            guard let since, nanoseconds > 0 else { return }
            earliest = min(earliest, Int64(since.uptimeNanoseconds) &+ nanoseconds)
        }
        if exchange == nil, phase == .head, headBegan == nil { consider(idleSince, settings.connectionIdleTimeout) }
        if phase == .head {
            consider(headBegan, settings.requestHeadersTimeout)
            consider(headBegan, settings.requestTimeout)
        }
        if drainEnds == nil { consider(opened, settings.maxConnectionDuration) }
        if let lingersUntil { earliest = min(earliest, Int64(lingersUntil.uptimeNanoseconds)) }
        if let drainEnds { earliest = min(earliest, Int64(drainEnds.uptimeNanoseconds)) }
        guard earliest != .max else { return }
        let at = NIODeadline.uptimeNanoseconds(UInt64(max(earliest, 0)))
        if !isArmed || worker.timers.deadline(of: self) > at { worker.timers.arm(self, at: at) }
    }

    private func awaitHead() {
        guard headBegan == nil else { return }
        headBegan = worker.now
        if settings.requestHeadersTimeout > 0 || settings.requestTimeout > 0 { armTimer() }
    }

    override func fired() {
        worker.tick()
        let now = worker.now
        if let lingersUntil, lingersUntil <= now {
            stats.add(.downstreamCxDelayedCloseTimeout)
            return closeNow()
        }
        if let headBegan, phase == .head, settings.requestHeadersTimeout > 0,
            headBegan + .nanoseconds(settings.requestHeadersTimeout) <= now
        {
            return headTimedOut()
        }
        if let headBegan, phase == .head, settings.requestTimeout > 0,
            headBegan + .nanoseconds(settings.requestTimeout) <= now
        {
            stats.add(.downstreamRqTimeout)
            return giveUpHead(.requestTimeout)
        }
        if let drainEnds, drainEnds <= now {
            if exchange == nil { return closeNow() }
            self.drainEnds = nil
        }
        if exchange == nil, phase == .head, headBegan == nil, settings.connectionIdleTimeout > 0, !isDraining,
            idleSince + .nanoseconds(settings.connectionIdleTimeout) <= now
        {
            stats.add(.downstreamCxIdleTimeout)
            startDraining()
        }
        if settings.maxConnectionDuration > 0, !isDraining, opened + .nanoseconds(settings.maxConnectionDuration) <= now
        {
            stats.add(.downstreamCxMaxDurationReached)
            startDraining()
        }
        if phase != .closed { armTimer() }
    }

    /// The next answer is the last; without one, the connection closes when the drain time is over.
    private func startDraining() {
        isDraining = true
        closesAfterAnswer = true
        drainEnds = worker.now + .nanoseconds(max(settings.drainTimeout, 1))
    }

    private func headTimedOut() {
        stats.add(.downstreamRqHeaderTimeout)
        giveUpHead(
            LocalReply(status: 408, body: "request header timeout", details: "request_header_timeout"))
    }

    private func giveUpHead(_ reply: LocalReply) {
        unread = ByteBuffer()
        let exchange = worker.takeExchange(for: self, connection: information, settings: settings, id: 0)
        begin(exchange, 0)
        phase = .answer
        closesAfterAnswer = true
        exchange.refuseHead(reply)
    }

    // MARK: Closing

    /// Everything was said: the client sees the end of the stream and has a while to close its side, so that a reset does
    /// not overtake the last answer.
    private func linger() {
        guard phase != .closed, phase != .lingering, let context else { return }
        phase = .lingering
        unread = ByteBuffer()
        setReading(true)
        let patience = settings.delayedCloseTimeout
        guard patience > 0 else { return closeNow() }
        lingersUntil = worker.now + .nanoseconds(patience)
        armTimer()
        context.close(mode: .output, promise: nil)
    }

    func closeNow() {
        guard phase != .closed else { return }
        let context = context
        stats.add(.downstreamCxDestroyLocal)
        if exchange != nil {
            stats.add(.downstreamCxDestroyActiveRq)
            stats.add(.downstreamCxDestroyLocalActiveRq)
        }
        ended()
        let gone = exchange
        exchange = nil
        gone?.downstreamGone("downstream_local_disconnect", flag: .downstreamConnectionTermination)
        context?.close(promise: nil)
    }

    private func ended() {
        phase = .closed
        worker.timers.disarm(self)
        port.closed(self, openedAt: opened)
        worker.histogram(settings.connectionTime).record(Int((worker.now - opened).nanoseconds / 1_000_000))
        stats.add(.downstreamCxActive, -1)
        if hasSpoken { stats.add(.downstreamCxHttp1Active, -1) }
        stats.add(.downstreamCxDestroy)
    }
}

extension HTTP1Connection: DrainableConnection {
    func drain() {
        isDraining = true
        closesAfterAnswer = true
        if exchange == nil, phase == .head, unread.readableBytes == 0 { linger() }
    }

    func configurationChanged() {
        if exchange == nil, phase == .head, !isProcessing, port.version != portVersion { adoptConfiguration() }
    }
}

extension HTTP1Connection: DownstreamStream {
    var isWritable: Bool { context?.channel.isWritable ?? true }

    func send(_ head: Head, body: ByteBuffer?, end: Bool) {
        worker.output.clear()
        if head.status == 101, exchange?.isUpgrade == true {
            HTTP1Writer.writeResponse(
                head, into: &worker.output, version: .http11, chunked: false, close: false, keepAlive10: false,
                upgrade: true, properCase: settings.properCase)
            responseChunked = false
            responseBodyless = false
            phase = .tunnel
            write()
            // What the client sent without waiting for the switch.
            if !isProcessing, unread.readableBytes > 0 {
                var early = ByteBuffer()
                swap(&early, &unread)
                process(&early)
            }
            return
        }
        let isOld = info.version == .http10
        let status = head.status
        let isHead = exchange?.requestIsHead ?? false
        // Without a length, a client of HTTP/1.0 is told the end by the close, be there a body or not.
        if isOld, status == 204 { closesAfterAnswer = true }
        responseBodyless = isHead || status == 204 || status == 304
        let lacksLength = !head.has(.contentLength) && status != 204 && status != 304
        // An answer that overtakes its request ends the connection: where the next request begins is not awaited.
        if exchange?.requestEnded == false || exchange?.isUpgrade == true { closesAfterAnswer = true }
        let measures = lacksLength && (!end || isHead || (body?.readableBytes ?? 0) > 0)
        responseChunked = measures && !isOld
        if measures, isOld, !isHead { closesAfterAnswer = true }
        HTTP1Writer.writeResponse(
            head, into: &worker.output, version: .http11, chunked: responseChunked, close: closesAfterAnswer,
            keepAlive10: isOld && !closesAfterAnswer, upgrade: false, properCase: settings.properCase,
            empty: end && (body?.readableBytes ?? 0) == 0 && !isHead)
        if responseBodyless { responseChunked = false }
        lengthLeft = responseBodyless ? nil : head.value(.contentLength)?.decimal.flatMap { Int(exactly: $0) }
        exchange?.responseHeadBytes = worker.output.readableBytes
        if let body, !responseBodyless {
            write(body, end: end)
        } else {
            write()
        }
    }

    func send(body: ByteBuffer, end: Bool) {
        if responseBodyless || phase == .closed { return }
        worker.output.clear()
        write(body, end: end)
    }

    func send(trailers: Head) {
        guard responseChunked else { return }
        worker.output.clear()
        HTTP1Writer.writeLastChunk(into: &worker.output, trailers: trailers)
        write()
    }

    func sendInterim(_ head: Head) {
        guard info.version == .http11 else { return }
        worker.output.clear()
        HTTP1Writer.writeInterim(head, into: &worker.output, properCase: settings.properCase)
        stats.add(.downstreamRq1xx)
        stats.add(.downstreamRqCompleted)
        write()
    }

    func reset() {
        exchange = nil
        // What was written before still leaves; then the client sees the end, in the middle of the answer.
        closesLocally = true
        linger()
    }

    func closeAfterAnswer() { closesAfterAnswer = true }
    func pauseReading() { setReading(false) }
    func resumeReading() { setReading(true) }

    func exchangeCompleted(requestEnded: Bool) {
        exchange = nil
        guard phase != .closed else { return }
        idleSince = worker.now
        if !info.keepAlive, requestEnded { closesLocally = true }
        if !requestEnded || closesAfterAnswer || phase == .tunnel || isDraining { return linger() }
        phase = .head
        setReading(true)
        armTimerIfNeeded()
        if !isProcessing, unread.readableBytes > 0 {
            var rest = ByteBuffer()
            swap(&rest, &unread)
            process(&rest)
        }
    }

    /// Armed once, the timer stays: it looks for itself whether the connection was idle since.
    private func armTimerIfNeeded() {
        if !isArmed { armTimer() }
    }
}
