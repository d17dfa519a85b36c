import NIOCore

/// One request on a bench: the client's and the upstream's side of its exchange, and what both see.
public final class ScriptStream: @unchecked Sendable {
    // Unchecked: belongs to the bench's loop; the filters of its chain refer to it.
    private var exchange: Exchange?
    private var life: UInt64 = 0
    private var hasAnswered = false

    /// The request before the script, and after.
    public fileprivate(set) var given = ScriptMessage()
    public fileprivate(set) var request = ScriptMessage()
    fileprivate var sawRequest = false
    /// The answer before the script, and as the client gets it but for what the proxy adds; nil while there is none.
    public fileprivate(set) var givenAnswer: ScriptMessage?
    public fileprivate(set) var answer: ScriptMessage?
    public internal(set) var clearedRouteCache = false
    fileprivate var requestTrailers: [ScriptMessage.Field]?
    fileprivate var answerTrailers: [ScriptMessage.Field]?
    private var sentBody: [UInt8] = []

    /// The request has an answer of the script's own, or none any more: nothing can be answered.
    public var isOver: Bool { exchange == nil }

    /// Feeds a request as a codec does.
    func send(_ message: ScriptMessage, on exchange: Exchange) {
        self.exchange = exchange
        life = exchange.generation
        exchange.worker.tick()
        given = message
        message.fill(exchange.request)
        let chunks = message.chunks ?? []
        let hasBody = !chunks.isEmpty || message.trailers != nil
        exchange.receiveHead(body: nil, end: !hasBody)
        for (index, chunk) in chunks.enumerated() where !isOver {
            exchange.receiveBody(
                ByteBuffer(bytes: chunk), end: message.trailers == nil && index == chunks.count - 1)
        }
        if let trailers = message.trailers, !isOver {
            let head = Head()
            ScriptMessage.fill(head, trailers)
            exchange.receiveTrailers(head)
            exchange.receiveBody(ByteBuffer(), end: true)
        }
        if !isOver {
            let body = exchange.kept.flatMap { Array($0.readableBytesView) }
            request.chunks = body.isEmpty && message.chunks == nil ? nil : [body]
            requestTrailers = exchange.requestTrailers.map(ScriptMessage.fields(of:))
        }
        request.trailers = requestTrailers
        if isOver { answerEnded(hadBody: false) }
    }

    /// Feeds an answer as an upstream does. False when the request has been answered already.
    public func respond(_ message: ScriptMessage) -> Bool {
        guard let exchange, !hasAnswered else { return false }
        hasAnswered = true
        exchange.worker.tick()
        exchange.response.clear()
        message.fill(exchange.response)
        if let trailers = message.trailers { ScriptMessage.fill(exchange.answerTrailers(), trailers) }
        let chunks = message.chunks ?? []
        let hasBody = !chunks.isEmpty || message.trailers != nil
        exchange.attemptHead(exchange.attempt, body: nil, end: !hasBody)
        for (index, chunk) in chunks.enumerated() where !isOver {
            exchange.attemptBody(
                exchange.attempt, ByteBuffer(bytes: chunk), end: message.trailers == nil && index == chunks.count - 1)
        }
        if message.trailers != nil, !isOver { exchange.attemptBody(exchange.attempt, ByteBuffer(), end: true) }
        answerEnded(hadBody: message.chunks != nil)
        return true
    }

    private func answerEnded(hadBody: Bool) {
        answer?.chunks = sentBody.isEmpty && !hadBody ? nil : [sentBody]
        answer?.trailers = answerTrailers
    }

    func abandon() { exchange?.downstreamGone("bench_closed", flag: []) }
}

extension ScriptStream: DownstreamStream {
    func send(_ head: Head, body: ByteBuffer?, end: Bool) { if let body { sentBody += body.readableBytesView } }
    func send(body: ByteBuffer, end: Bool) { sentBody += body.readableBytesView }
    func send(trailers: Head) {}
    func sendInterim(_ head: Head) {}
    func reset() { exchange = nil }
    var isWritable: Bool { true }
    func closeAfterAnswer() {}
    func pauseReading() {}
    func resumeReading() {}
    func exchangeCompleted(requestEnded: Bool) { exchange = nil }
}

/// Looks at the messages before and behind the script. The last one stands where the router does in a proxy's chain.
struct ScriptProbe: Filter {
    unowned let stream: ScriptStream
    let isLast: Bool

    func onRequest(_ exchange: Exchange) -> Verdict {
        if isLast {
            noteRequest(exchange)
            exchange.handOver()
        } else {
            var given = ScriptMessage(exchange.request)
            given.chunks = stream.given.chunks
            given.trailers = stream.given.trailers
            stream.given = given
        }
        return .next
    }

    func onResponse(_ exchange: Exchange) -> Verdict {
        if isLast {
            if !stream.sawRequest { noteRequest(exchange) }
            stream.givenAnswer = ScriptMessage(exchange.response)
        } else {
            stream.answer = ScriptMessage(exchange.response)
        }
        return .next
    }

    private func noteRequest(_ exchange: Exchange) {
        stream.sawRequest = true
        stream.request = ScriptMessage(exchange.request)
    }

    var wantsCompletion: Bool { isLast }

    func onComplete(_ exchange: Exchange) {
        stream.requestTrailers = exchange.requestTrailers.map(ScriptMessage.fields(of:))
        stream.answerTrailers = exchange.responseTrailers.map(ScriptMessage.fields(of:))
    }
}
