import NIOCore

/// A copy of a request on its way to a shadow cluster. It lives on its own: nothing of it reaches the client, and the
/// request never waits for it. Its body passes through a queue of bounded size; a shadow that cannot keep up loses this
/// copy, and that is counted.
final class Shadow: TimerNode {
    private let cluster: UpstreamCluster
    private let worker: Worker
    private let head = Head()
    private let answer = Head()
    private var trailers: Head?
    private lazy var attempt = UpstreamAttempt(owner: self)
    private var queue: [ByteBuffer] = []
    private var queuedBytes = 0
    private var ended = false
    private var over = false
    private let isHead: Bool
    private let timeout: Int64
    private let stats: Counters<ConnectionManagerCounter>
    private var wasRepeated = false
    private var host: UpstreamHost?
    private var sentBody = false
    private var answered = false
    /// What became of it, for Istio's statistics: 0 and no flags where nobody has answered.
    private var status = 0
    private var flags: ResponseFlags = []
    /// 0: it is not counted there.
    private let statSource: UInt8
    /// Keeps the shadow alive while its request is under way, after the exchange has forgotten it.
    private var selfReference: Shadow?

    /// The most bytes that wait for one shadow.
    static let queueLimit = 1 << 20

    init(cluster: UpstreamCluster, exchange: Exchange, mirror: CompiledMirror) {
        self.cluster = cluster
        worker = exchange.worker
        isHead = exchange.requestIsHead
        timeout = exchange.timeouts.response
        stats = exchange.worker.counters(exchange.settings.stats)
        statSource = exchange.filterMarks.statSource
        super.init()
        head.copy(from: exchange.request)
        // Envoy's shadows leave in lower case, however the request was spelt.
        head.forgetSpellings()
        head.removeAll(KnownHeader.upgrade.bit)
        for name in mirror.removed { head.remove(name) }
        mirror.mutations.apply(to: head, exchange: exchange)
        if !mirror.hostRewriteLiteral.isEmpty {
            let client = head.value(.xEnvoyOriginalHost) ?? head.authority
            let port = mirror.hostRewritePort.flatMap { Self.portStart(client.string) == nil ? nil : ":\($0)" } ?? ""
            Bytes.with(mirror.hostRewriteLiteral + port) { head.setAuthority($0) }
        } else if mirror.appendSuffix {
            appendSuffix()
        }
        // What Envoy's own client says of itself: the request comes from inside, from this proxy's address.
        head.set(.xEnvoyInternal, "true")
        ForwardingHeaders.appendForwardedFor(head, exchange.connection.localHost)
    }

    /// `host` becomes `host-shadow`, `host:port` becomes `host-shadow:port`.
    private func appendSuffix() {
        let authority = head.authority.string
        let end = Self.portStart(authority) ?? authority.endIndex
        Bytes.with(authority[..<end] + "-shadow" + authority[end...]) { head.setAuthority($0) }
    }

    /// The colon before the port of a host; nil without a port.
    private static func portStart(_ authority: String) -> String.Index? {
        guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]"),
            authority[..<colon].allSatisfy({ $0 != ":" }) || authority.hasPrefix("[")
        else { return nil }
        return colon
    }

    func start(requestComplete: Bool) {
        let counters = cluster.counters
        counters.add(.mirrorStarted)
        counters.add(.mirrorActive)
        stats.add(.mirrorStarted)
        selfReference = self
        ended = requestComplete
        guard let host = cluster.pick(hash: nil) else {
            (status, flags) = (503, .noHealthyUpstream)
            return finish(.failed)
        }
        self.host = host
        if timeout > 0 { worker.timers.arm(self, at: worker.now + .nanoseconds(timeout)) }
        attempt.start(host, priority: .default, isHead: isHead, isUpgrade: false)
    }

    /// A piece of the request's body, or its end.
    func copy(_ data: ByteBuffer, end: Bool) {
        guard !over else { return }
        if end { ended = true }
        if let connection = attempt.connection, queue.isEmpty, connection.isWritable {
            if data.readableBytes > 0 { sentBody = true }
            connection.send(body: data, end: end)
            return
        }
        if data.readableBytes > 0 {
            queue.append(data)
            queuedBytes += data.readableBytes
        }
        if queuedBytes > Self.queueLimit { return drop() }
        if attempt.connection != nil { flush() }
    }

    private func flush() {
        guard let connection = attempt.connection, !attempt.requestSent else { return }
        while !queue.isEmpty, connection.isWritable {
            let piece = queue.removeFirst()
            queuedBytes -= piece.readableBytes
            connection.send(body: piece, end: ended && queue.isEmpty)
        }
        if queue.isEmpty, ended, !attempt.requestSent { connection.send(body: ByteBuffer(), end: true) }
    }

    /// The exchange is over. A copy whose request never came to its end cannot either.
    func primaryEnded(requestComplete: Bool) {
        if !requestComplete, !ended { drop() }
    }

    private func drop() {
        guard !over else { return }
        attempt.cancel()
        finish(.dropped)
    }

    override func fired() {
        worker.tick()
        guard !over else { return }
        if !answered, attempt.connection != nil { cluster.report(.timedOut(status: 504), of: host) }
        attempt.cancel()
        cluster.counters.add(.upstreamRqTimeout)
        if !answered { countFailure(504, .upstreamRequestTimeout) }
        finish(.failed)
    }

    private func countFailure(_ status: Int, _ flag: ResponseFlags) {
        self.status = status
        flags = flag
        cluster.countAnswer(status, isInternal: true)
    }

    private enum Outcome { case completed, failed, dropped }

    private func finish(_ outcome: Outcome) {
        guard !over else { return }
        over = true
        switch outcome {
        case .completed:
            cluster.counters.add(.mirrorCompleted)
            stats.add(.mirrorCompleted)
        case .failed:
            cluster.counters.add(.mirrorFailed)
            stats.add(.mirrorFailed)
        case .dropped:
            cluster.counters.add(.mirrorDropped)
            stats.add(.mirrorDropped)
        }
        cluster.counters.add(.mirrorActive, -1)
        if statSource > 0 { countByLabels() }
        queue.removeAll()
        worker.timers.disarm(self)
        selfReference = nil
    }
}

extension Shadow {
    /// Once for each copy, as a request would be.
    private func countByLabels() {
        let isGRPC = head.isGRPC
        let grpcStatus = trailers?.value(.grpcStatus) ?? answer.value(.grpcStatus)
        let key = RequestKey(
            status: status, flags: flags, isGRPC: isGRPC, grpcStatus: grpcStatus?.decimal.map { Int(clamping: $0) },
            isCopy: true, source: statSource)
        if let host { return host.series(key, flags: flags.short).count() }
        cluster.destination.series(
            key, on: worker, flags: flags.short, labels: DestinationLabels(cluster.compiled.cluster)
        ).count()
    }
}

extension Shadow: AttemptOwner {
    func attemptReady(_ attempt: UpstreamAttempt) {
        guard let connection = attempt.connection else { return }
        cluster.report(.connected, of: host)
        sentBody = !queue.isEmpty
        if queue.count == 1, ended {
            let piece = queue.removeFirst()
            queuedBytes = 0
            connection.send(head, body: piece, end: true)
        } else {
            connection.send(head, body: nil, end: ended && queue.isEmpty)
            flush()
        }
    }

    var answerHead: Head { answer }

    func answerTrailers() -> Head {
        let head = trailers ?? Head()
        trailers = head
        return head
    }

    func attemptInterim(_ attempt: UpstreamAttempt) {}

    func attemptHead(_ attempt: UpstreamAttempt, body: ByteBuffer?, end: Bool) {
        answered = true
        if host?.monitor != nil {
            cluster.report(.status(answer.outlierStatus(ofGRPC: head.isGRPC)), of: host)
        }
        status = answer.status
        cluster.countAnswer(answer.status, isInternal: true)
        if end { completed() }
    }

    func attemptBody(_ attempt: UpstreamAttempt, _ data: ByteBuffer, end: Bool) {
        if end { completed() }
    }

    private func completed() { finish(.completed) }

    func attemptFailed(_ attempt: UpstreamAttempt, _ failure: AttemptFailure) {
        guard !over else { return }
        if attempt.diedUnread, !wasRepeated, !sentBody, let host = cluster.pick(hash: nil) {
            wasRepeated = true
            self.host = host
            return attempt.start(host, priority: .default, isHead: isHead, isUpgrade: false)
        }
        if failure != .overflow { cluster.report(.failed, of: host) }
        if !attempt.headReceived {
            countFailure(failure == .protocolError ? 502 : 503, failure.flag)
        }
        finish(.failed)
    }

    func attemptWritabilityChanged(_ attempt: UpstreamAttempt, isWritable: Bool) {
        if isWritable { flush() }
    }
}
