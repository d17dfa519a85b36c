import ApusConfig
import DequeModule
import NIOCore

/// One request and its answer: everything that is known of them, and (in the extensions) the steps of their life.
///
/// Belongs to one worker and is used again for later requests of it; a filter must not keep it beyond `onComplete`.
/// Knows nothing of HTTP's versions: `downstream` and `attempt` speak those.
public final class Exchange {
    unowned(unsafe) let worker: Worker

    // MARK: The client's side

    /// Counts the lives of this object, so that a late timer or callback sees that its exchange is gone.
    var generation: UInt64 = 0
    /// Between `begin` and the end. A write can fail at once and end this life in the middle of a step, so that every
    /// step looks at `generation` after it has called out.
    var isLive = false
    /// It is counted as a request, and as an active one.
    var isCounted = false
    var downstream: (any DownstreamStream)?
    public internal(set) var connection: ConnectionInfo
    var settings: HTTPSettings

    public let request = Head()
    public let response = Head()
    /// Trailers, when there are some.
    var requestTrailers: Head?
    var responseTrailers: Head?
    var requestVersion = HTTPVersion.http11
    /// The request asks to leave HTTP (`Upgrade: websocket`), and the route lets it.
    var isUpgrade = false
    /// It is one of the upgrades that are counted as active.
    var upgradeCounted = false
    /// An interim answer was passed on.
    var interimPassed = false
    var requestIsHead = false
    /// The request comes from inside, so its `x-envoy-*` fields are obeyed.
    public internal(set) var isInternal = false
    var isGRPC = false
    var isHealthCheck = false
    /// The client's address as far as it is believed: the direct peer, or one from x-forwarded-for. Without its port.
    public internal(set) var remoteHost = ""
    var remoteIsDirect = true

    // MARK: Decisions

    var route: CompiledRoute?
    /// The policy of the route, or of the target drawn from its split.
    var policy: RoutePolicy?
    var cluster: UpstreamCluster?
    var clusterName = ""
    var hostRewriteLiteral: String?
    var priority = RoutingPriority.default
    /// A value of `cluster_header` that names no cluster.
    var unknownCluster = false

    // MARK: Progress of the request

    var requestPhase = RequestPhase.filtering
    /// The position in the chain of the filter that is asked next.
    var requestStep = 0
    /// Body pieces that have passed the filters before `requestStep` and wait for the next one to agree.
    var requestQueue = Deque<ByteBuffer>()
    var requestQueuedBytes = 0
    /// The filters before this position have seen what is in the queue.
    var queuePassed = 0
    /// The request's end came with its head and is not yet made known; see `admitEnd`.
    var endAwaitsRouter = false
    /// The whole request has arrived and its end was made known to the exchange.
    var requestEnded = false
    /// Verdict `.buffer`: the most bytes to collect.
    var bufferLimit = 0
    /// The client's connection is not read because the upstream is slower.
    var requestPaused = false
    /// What `.after` is to become when its time has come.
    var delayedVerdict: Verdict?

    // MARK: Progress of the answer

    var responsePhase = ResponsePhase.none
    /// How many of the chain's filters that want answers have been asked.
    var responseStep = 0
    var responseQueue = Deque<ByteBuffer>()
    /// The whole answer has come from the upstream (or from ourselves).
    var responseEnded = false
    /// A loop over filters is running; resuming from within it must not start another.
    var isAsking = false

    // MARK: The upstream side (router, retry, timeout, mirror)

    private(set) lazy var attempt = UpstreamAttempt(owner: self)
    var upstreamHost: UpstreamHost?
    /// Tries begun, the first one included.
    var attemptCount = 0
    /// What the route's hash policy makes of the request; nil without one, and chance decides.
    var requestHash: UInt64?
    /// `set-cookie` fields of the answer, for clients to whom the hash policy gave a cookie.
    var hashCookies: [String] = []
    /// The request's head has been given its upstream form (rewrites, added headers).
    var isHeadPrepared = false
    /// The request's end has passed the filters.
    var forwardedEnd = false
    /// Body pieces that have passed the filters, kept until a connection takes them and, while a retry may come, beyond.
    var kept: [ByteBuffer] = []
    var keptBytes = 0
    /// Bytes of the body that the try under way has been given.
    var sentBodyBytes = 0
    var retry: RetryState?
    var timeoutsApplied = false
    var timeouts = TimeoutSettings()
    var deadlines = Deadlines()
    private(set) lazy var timer = ExchangeTimer(self)
    var shadows: [Shadow] = []
    /// The request was sent again because its first connection had died unused.
    var wasRepeated = false
    /// The try under way repeats one that took too long.
    var isTimeoutRetry = false
    /// The body of an answer of our own.
    var replyBody: ByteBuffer?
    /// The answer's head has come from the upstream.
    var upstreamAnswered = false

    // MARK: Scripts

    /// Scripts that wait, or watch a body pass.
    var luaRuns: [LuaRun] = []
    /// What this exchange's scripts run in, even when newer texts serve other requests: that of the first script, which
    /// counts this exchange (`LuaState.join`), and those of others.
    var luaState: Unmanaged<LuaState>?
    var luaStates: [LuaState] = []
    /// A request without a body leaves as one that could have had one.
    var forcesBody = false
    /// The endpoint that a script has chosen; `strict`: that one or none.
    var overrideHost: (address: String, strict: Bool)?
    /// The filters from this position of the chain on have seen what is in the answer's queue.
    var responsePassed = Int.max
    /// What of the bodies is held back in the middle of its way; nil as long as nothing was.
    var held: HeldBodies?

    // MARK: What the log tells

    /// Unique in the process.
    public internal(set) var id: UInt64 = 0
    var started = NIODeadline.uptimeNanoseconds(0)
    /// Seconds and nanoseconds since 1970 at the start.
    var startedWall: (seconds: Int64, nanoseconds: Int64) {
        let now = WallClock.now()
        let passed = (NIODeadline.now() - started).nanoseconds
        let nanoseconds = now.seconds &* 1_000_000_000 &+ now.nanoseconds &- passed
        return (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000)
    }
    var requestReceived: NIODeadline?
    /// When the request's end had passed the filters, if it has (`forwardedEnd`).
    var requestPassed = NIODeadline.uptimeNanoseconds(0)
    var upstreamSendBegan: NIODeadline?
    var upstreamSendEnded: NIODeadline?
    var upstreamReceiveBegan: NIODeadline?
    var upstreamReceiveEnded: NIODeadline?
    var downstreamSendBegan: NIODeadline?
    var downstreamSendEnded: NIODeadline?
    public internal(set) var flags: ResponseFlags = [] {
        didSet { flagOrder.note(flags, before: oldValue) }
    }
    /// In which order they were raised: so they are printed.
    var flagOrder = FlagOrder()
    /// `%RESPONSE_CODE_DETAILS%`.
    public internal(set) var details = ""
    /// The status of the answer sent; 0 when none was.
    public internal(set) var status = 0
    public internal(set) var bytesReceived = 0
    public internal(set) var bytesSent = 0
    var requestHeadBytes = 0
    var responseHeadBytes = 0
    var upstreamTransportFailure = ""
    var upstreamLocalAddress: SocketAddress?
    var connectionTermination = ""
    var localReplyBody = ""
    /// The path as the client sent it, when it was rewritten since.
    var originalPath: String?

    // MARK: What filters keep

    /// `metadata[namespace]`, set by filters, read by formats and scripts.
    public var dynamicMetadata: [String: ConfigValue] = [:]
    /// Values that one filter keeps for this exchange, by a key of its own choice.
    public var storage: [String: Any] = [:]
    /// Small facts of the native filters, so that they need no dictionary.
    var filterMarks = FilterMarks()

    init(worker: Worker, connection: ConnectionInfo, settings: HTTPSettings) {
        self.worker = worker
        self.connection = connection
        self.settings = settings
    }
}

/// What went over the connections of all tries, framing included.
struct UpstreamBytes {
    var sent = 0
    var received = 0
    var headSent = 0
    var headReceived = 0
}

/// How far the request has come.
enum RequestPhase: Equatable {
    /// Filters are being asked, in order.
    case filtering
    /// A filter said `.wait` or `.after`; who resumes it is that filter or a timer.
    case paused
    /// A filter waits for the whole body, which comes from the client.
    case buffering
    /// All filters have agreed; the router has the request.
    case forwarding
    /// An answer of our own was made; what still comes of the request is thrown away.
    case answered
}

/// How far the answer has come.
enum ResponsePhase: Equatable {
    /// Awaited from the upstream.
    case none
    /// Filters are being asked, last to first.
    case filtering
    /// A filter said `.wait`; that filter resumes it.
    case paused
    /// The head is on its way to the client; body pieces follow.
    case streaming
    /// Sent in full.
    case complete
}

/// Facts that native filters note on an exchange.
struct FilterMarks {
    var corsOrigin: Bool = false
    var faultActive: Bool = false
    var rateLimit: RateLimitMark?
    /// Who sends the request in Istio's statistics, which count its copies, too; 0: nobody counts.
    var statSource: UInt8 = 0
}

/// What the local rate limit tells the client, when it is asked to.
struct RateLimitMark {
    var limit: Int
    var remaining: Int
    /// Seconds.
    var reset: Int
}

/// The client's stream as an exchange sees it, whatever the version of HTTP.
protocol DownstreamStream: AnyObject {
    /// Sends the answer's head, with the first piece of its body if that is there already.
    func send(_ head: Head, body: ByteBuffer?, end: Bool)
    func send(body: ByteBuffer, end: Bool)
    func send(trailers: Head)
    /// 100 (Continue) and the like.
    func sendInterim(_ head: Head)
    /// Ends the stream at once, without a complete answer.
    func reset()
    /// Whether the bytes that wait to be sent are below the limit.
    var isWritable: Bool { get }
    /// The connection ends with this answer.
    func closeAfterAnswer()
    func pauseReading()
    func resumeReading()
    /// The exchange is over and its object gone; the stream may carry another request if this one was read in full.
    func exchangeCompleted(requestEnded: Bool)
}
