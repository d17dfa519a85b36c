import ApusConfig
import NIOCore

/// Whoever sends a request upstream: an exchange, or a shadow.
protocol AttemptOwner: AnyObject {
    /// A connection is there: send the request's head now, and what there is of its body.
    func attemptReady(_ attempt: UpstreamAttempt)
    /// Where the codec writes the answer's head.
    var answerHead: Head { get }
    /// Where the codec writes the answer's trailers.
    func answerTrailers() -> Head
    /// 100 (Continue), 103 (Early Hints) and the like; the head is `answerHead`.
    func attemptInterim(_ attempt: UpstreamAttempt)
    /// The answer's head, with the first piece of its body if that came along.
    func attemptHead(_ attempt: UpstreamAttempt, body: ByteBuffer?, end: Bool)
    /// `end`: nothing follows; trailers, if any, are in `answerTrailers`.
    func attemptBody(_ attempt: UpstreamAttempt, _ data: ByteBuffer, end: Bool)
    /// It is over; the attempt has let go of its connection.
    func attemptFailed(_ attempt: UpstreamAttempt, _ failure: AttemptFailure)
    /// The connection takes more bytes again, or no more for now.
    func attemptWritabilityChanged(_ attempt: UpstreamAttempt, isWritable: Bool)
}

/// Why a try ended without an answer, or in the middle of it. The texts are those that clients of Envoy know.
enum AttemptFailure: String {
    case overflow = "overflow"
    case localConnectionFailure = "local connection failure"
    case remoteConnectionFailure = "remote connection failure"
    case connectionTimeout = "connection timeout"
    case connectionTermination = "connection termination"
    case protocolError = "protocol error"
    case remoteReset = "remote reset"
    case localReset = "local reset"

    /// No byte of the request can have been read.
    var isBeforeRequest: Bool {
        switch self {
        case .overflow, .localConnectionFailure, .remoteConnectionFailure, .connectionTimeout: true
        default: false
        }
    }

    var flag: ResponseFlags {
        switch self {
        case .overflow: .upstreamOverflow
        case .localConnectionFailure, .remoteConnectionFailure, .connectionTimeout: .upstreamConnectionFailure
        case .connectionTermination: .upstreamConnectionTermination
        case .protocolError: .upstreamProtocolError
        case .remoteReset: .upstreamRemoteReset
        case .localReset: .localReset
        }
    }
}

/// One try of a request at one endpoint, from the wait for a connection to the end of the answer. Used again by its
/// owner for the next try once it is idle.
final class UpstreamAttempt {
    unowned(unsafe) let owner: any AttemptOwner
    /// Of all tries together; the owner begins anew.
    var bytes = UpstreamBytes()
    private(set) var host: UpstreamHost?
    var connection: HTTP1UpstreamConnection?
    private(set) var priority = RoutingPriority.default
    var requestIsHead = false
    var isUpgrade = false
    /// The answer's head was handed to the owner.
    var headReceived = false
    var requestSent = false
    /// It was let into the queue for a connection, or was about to get an idle one.
    var wasWaiting = false
    /// Bytes of the request were given to a connection.
    var requestStarted: Bool { connection != nil || wasAttached }
    private var wasAttached = false
    private var holdsRequest = false
    /// It took a connection that had served before, and no byte of an answer came: the connection may have died unused.
    var mayBeStale = false
    /// The connection turned out to have been closed before any byte of the request was read: sending it again is safe,
    /// whatever its method.
    var diedUnread = false

    init(owner: any AttemptOwner) { self.owner = owner }

    var isIdle: Bool { host == nil }

    /// Looks for a connection; the owner hears `attemptReady` or `attemptFailed`, perhaps before this returns.
    func start(_ host: UpstreamHost, priority: RoutingPriority, isHead: Bool, isUpgrade: Bool) {
        self.host = host
        self.priority = priority
        self.requestIsHead = isHead
        self.isUpgrade = isUpgrade
        headReceived = false
        requestSent = false
        wasAttached = false
        wasWaiting = false
        mayBeStale = false
        diedUnread = false
        host.assign(self)
    }

    /// The pool gives this attempt a connection.
    func attach(_ connection: HTTP1UpstreamConnection) {
        guard let host else { return }
        self.connection = connection
        holdsRequest = true
        wasAttached = true
        host.activeRequests += 1
        host.totalRequests += 1
        host.cluster.compiled.breakers[priority].requests.increment()
        host.cluster.counters.add(.upstreamRqTotal)
        host.cluster.counters.add(.upstreamRqActive)
        owner.attemptReady(self)
    }

    /// Lets go of host and connection; the counts follow. Called exactly once for each start.
    func release() {
        guard let host else { return }
        if holdsRequest {
            holdsRequest = false
            host.activeRequests -= 1
            host.cluster.compiled.breakers[priority].requests.decrement()
            host.cluster.counters.add(.upstreamRqActive, -1)
        }
        self.host = nil
        connection = nil
    }

    func fail(_ failure: AttemptFailure) {
        release()
        owner.attemptFailed(self, failure)
    }

    /// The owner wants no answer any more.
    func cancel() {
        guard let host else { return }
        if let connection {
            connection.attempt = nil
            release()
            connection.close(amidRequest: true)
        } else {
            host.cluster.counters.add(.upstreamRqCancelled)
            host.forget(self)
            release()
        }
    }
}
