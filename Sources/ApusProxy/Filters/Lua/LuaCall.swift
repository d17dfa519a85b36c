import CLua
import NIOCore

/// A request that a script makes to a cluster, and the answer it waits for (or does not).
final class LuaCall: TimerNode {
    private let cluster: UpstreamCluster
    private let worker: Worker
    private let request: Head
    private let body: ByteBuffer?
    private lazy var attempt = UpstreamAttempt(owner: self)
    private var host: UpstreamHost?
    private var wasRepeated = false
    private(set) var isOver = false
    private var answered = false
    private weak var run: LuaRun?
    private let script: LuaScript
    private var began = NIODeadline.uptimeNanoseconds(0)
    /// Keeps the call alive while it is under way.
    private var selfReference: LuaCall?

    /// The answer, or that which the proxy makes itself when there is none.
    let answer = Head()
    private(set) var answerBody = ByteBuffer()
    let repeatsHeaders: Bool

    /// The most bytes of an answer.
    static let mostBytes = 16 << 20

    /// `timeout` in nanoseconds; 0 for none. `run` is nil for a call whose answer nobody waits for.
    init(
        _ cluster: UpstreamCluster, _ request: Head, body: ByteBuffer?, run: LuaRun?, script: LuaScript,
        repeatsHeaders: Bool
    ) {
        self.cluster = cluster
        worker = cluster.worker
        self.request = request
        self.body = body
        self.run = run
        self.script = script
        self.repeatsHeaders = repeatsHeaders
    }

    func start(timeout: Int64) {
        selfReference = self
        began = worker.now
        worker.counters(script.stats).add(.calls)
        guard let host = cluster.pick(hash: nil) else { return fail(503, "no healthy upstream") }
        self.host = host
        if timeout > 0 { worker.timers.arm(self, at: worker.now + .nanoseconds(timeout)) }
        attempt.start(host, priority: .default, isHead: request.method.equals("HEAD"), isUpgrade: false)
    }

    /// Nobody waits any more.
    func abandon() {
        run = nil
        guard !isOver else { return }
        attempt.cancel()
        over()
    }

    override func fired() {
        worker.tick()
        guard !isOver else { return }
        if !answered, attempt.connection != nil { cluster.report(.timedOut(status: 504), of: host) }
        attempt.cancel()
        cluster.counters.add(.upstreamRqTimeout)
        fail(504, "upstream request timeout")
    }

    private func fail(_ status: Int, _ text: String) {
        worker.counters(script.stats).add(.callsFailed)
        if !answered { cluster.countAnswer(status, isInternal: true) }
        answer.clear()
        answer.status = status
        answerBody = ByteBuffer(string: text)
        withUnsafeDecimal(answerBody.readableBytes) { answer.set(.contentLength, $0) }
        answer.set(.contentType, "text/plain")
        over()
    }

    private func over() {
        guard !isOver else { return }
        isOver = true
        worker.timers.disarm(self)
        selfReference = nil
        run?.callEnded()
    }
}

extension LuaCall: AttemptOwner {
    func attemptReady(_ attempt: UpstreamAttempt) {
        cluster.report(.connected, of: host)
        attempt.connection?.send(request, body: body, end: true)
    }

    var answerHead: Head { answer }

    func answerTrailers() -> Head { Head() }

    func attemptInterim(_ attempt: UpstreamAttempt) {}

    func attemptHead(_ attempt: UpstreamAttempt, body: ByteBuffer?, end: Bool) {
        guard !isOver else { return }
        answered = true
        if host?.monitor != nil {
            cluster.report(.status(answer.outlierStatus(ofGRPC: request.isGRPC)), of: host)
        }
        cluster.countAnswer(answer.status, isInternal: true)
        let milliseconds = max(0, (worker.now - began).nanoseconds / 1_000_000)
        withUnsafeDecimal(Int(milliseconds)) { answer.set(.xEnvoyUpstreamServiceTime, $0) }
        if let body { answerBody = body }
        if end { over() }
    }

    func attemptBody(_ attempt: UpstreamAttempt, _ data: ByteBuffer, end: Bool) {
        guard !isOver else { return }
        answerBody.writeImmutableBuffer(data)
        if answerBody.readableBytes > Self.mostBytes {
            attempt.cancel()
            return fail(500, "the answer is too large")
        }
        if end { over() }
    }

    func attemptFailed(_ attempt: UpstreamAttempt, _ failure: AttemptFailure) {
        guard !isOver else { return }
        if attempt.diedUnread, !wasRepeated, let host = cluster.pick(hash: nil) {
            wasRepeated = true
            self.host = host
            return attempt.start(host, priority: .default, isHead: request.method.equals("HEAD"), isUpgrade: false)
        }
        if failure != .overflow { cluster.report(.failed, of: host) }
        fail(503, "upstream connect error or disconnect/reset before headers. reset reason: \(failure.rawValue)")
    }

    func attemptWritabilityChanged(_ attempt: UpstreamAttempt, isWritable: Bool) {}
}
