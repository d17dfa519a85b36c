import ApusConfig
import NIOCore

// The life of an answer.
//
//   attemptHead → (retry?) → askResponseFilters → sendHead → attemptBody ... → end
//   reply (an answer of our own) takes the same way from askResponseFilters on.

extension Exchange {
    func attemptInterim(_ attempt: UpstreamAttempt) {
        countAnswer(response.status, final: true)
        // Passed on when the client's own expectation was, the first of them; others are kept from clients that may not
        // know them.
        guard settings.manager.proxy100Continue, !interimPassed, [100, 102, 103].contains(response.status) else {
            return
        }
        interimPassed = true
        downstream?.sendInterim(response)
    }

    /// 7. The upstream's answer begins.
    func attemptHead(_ attempt: UpstreamAttempt, body: ByteBuffer?, end: Bool) {
        guard responsePhase == .none else { return }
        upstreamReceiveBegan = worker.now
        if end { upstreamReceiveEnded = worker.now }
        touch()
        let status = response.status
        cluster?.report(.status(response.outlierStatus(ofGRPC: isGRPC)), of: upstreamHost)
        if deadlines.perTry != Deadlines.never { deadlines.perTry = Deadlines.never }
        if timeouts.perTryIdle > 0 {
            deadlines.perTryIdle = end ? Deadlines.never : nowNanoseconds &+ timeouts.perTryIdle
        }
        if retry != nil, RetryFilter.wantsRetry(self, ofAnswer: status) {
            countAnswer(status, final: false)
            upstreamHost?.failedRequests += 1
            attempt.cancel()
            return
        }
        upstreamAnswered = true
        RetryFilter.settled(self)
        kept.removeAll(keepingCapacity: true)
        keptBytes = 0
        if isUpgrade, status >= 200, status < 300 { return refuseHandshake() }
        countAnswer(status, final: true)
        if let host = upstreamHost {
            if status >= 500 { host.failedRequests += 1 } else { host.successfulRequests += 1 }
        }
        details = "via_upstream"
        // An upgrade has no answer to wait for once it is granted.
        if end || (isUpgrade && status == 101) { deadlines.response = Deadlines.never }
        if end { deadlines.tryDuration = Deadlines.never }
        responseEnded = end
        prepareAnswer()
        beginAnswer(body: body, end: end)
    }

    /// A success that is no switch of protocols: the client, who waits for a switch, gets the head alone.
    private func refuseHandshake() {
        deadlines.response = Deadlines.never
        attempt.cancel()
        response.remove(.contentType)
        response.set(.contentLength, "0")
        details = "websocket_handshake_unsuccessful"
        policy?.responseMutations.apply(to: response, exchange: self)
        beginAnswer(body: nil, end: true)
    }

    private static let setCookie = HeaderName("set-cookie")

    /// Headers that the router adds to an upstream's answer.
    private func prepareAnswer() {
        let suppress = settings.router.suppressEnvoyHeaders
        if !suppress {
            // Since the request's end came to the router: what filters waited for is not the service's time.
            if forwardedEnd {
                let milliseconds = max((worker.now - requestPassed).nanoseconds / 1_000_000, 0)
                withUnsafeDecimal(Int(milliseconds)) { response.set(.xEnvoyUpstreamServiceTime, $0) }
            }
        }
        if let route {
            if route.virtualHost.includeAttemptCountInResponse {
                withUnsafeDecimal(attemptCount) { response.set(.xEnvoyAttemptCount, $0) }
            }
        }
        policy?.responseMutations.apply(to: response, exchange: self)
        for cookie in hashCookies { Bytes.with(cookie) { response.add(Self.setCookie, $0) } }
    }

    /// What the cluster's statistics say of an answer. `final`: it is what the client gets.
    func countAnswer(_ status: Int, final: Bool) {
        guard let cluster, !isHealthCheck, settings.router.dynamicStats else { return }
        guard final else { return cluster.codes.countRetried(status) }
        cluster.countAnswer(status, isInternal: isInternal)
    }

    // MARK: Filters

    /// Body and end that came with the head wait in the queue while filters are asked.
    func beginAnswer(body: ByteBuffer?, end: Bool) {
        responseStep = 0
        responseEnded = end
        if let body, body.readableBytes > 0 { responseQueue.append(body) }
        askResponseFilters()
    }

    /// Asks the filters in turn, backwards, and sends the head when all have agreed.
    private func askResponseFilters() {
        let life = generation
        let chain = chain
        responsePhase = .filtering
        while responseStep < chain.responseFilters.count {
            let position = chain.responseFilters[responseStep]
            responseStep += 1
            guard let step = chain.steps[position] else { continue }
            let verdict = step._withUnsafeGuaranteedRef { $0.filter.onResponse(self) }
            guard generation == life, responsePhase == .filtering else { return }
            switch verdict {
            case .next: continue
            case .wait:
                responsePhase = .paused
                // The filter itself sees what waits when it lets the answer go on.
                passQueuedAnswer(from: position + 1)
                return
            case .reply(let reply):
                return replace(by: reply)
            case .buffer, .after:
                // For requests only; an answer goes on.
                continue
            }
        }
        sendHead()
    }

    /// A filter that said `.wait` about an answer lets it go on, with a verdict about itself.
    public func resumeResponse(_ verdict: Verdict = .next) {
        guard responsePhase == .paused else { return }
        if case .reply(let reply) = verdict { return replace(by: reply) }
        askResponseFilters()
    }

    /// A filter puts an answer of its own in the place of the upstream's.
    private func replace(by reply: LocalReply) {
        attempt.cancel()
        if !luaRuns.isEmpty { abandonScripts(.response) }
        if let held { held.answer = HeldBody() }
        responseQueue.removeAll(keepingCapacity: true)
        fill(response, from: reply)
        if let body = replyBody { responseQueue.append(body) }
        responseEnded = true
        sendHead()
    }

    /// 8. The head goes to the client, with what has come of the body.
    private func sendHead() {
        responsePhase = .streaming
        status = response.status
        // Who has an answer may take its time with the rest of the request.
        deadlines.requestReceived = Deadlines.never
        finishHead()
        let stats = worker.counters(settings.stats)
        if !isHealthCheck {
            stats.add(.downstreamRqCompleted)
            let own = worker.counters(settings.listenerStats)
            own.add(.downstreamRqCompleted)
            if let field = ConnectionManagerCounter.forStatus(status) { stats.add(field) }
            if let field = ListenerHTTPCounter.forStatus(status) { own.add(field) }
        }
        if !requestEnded { stats.add(.downstreamRqResponseBeforeRqComplete) }
        downstreamSendBegan = worker.now
        let passed = responsePassed
        var first = responseQueue.popFirst()
        var end = isAnswerComplete && responseQueue.isEmpty
        if first == nil, end, isAnswerBodyWatched { first = ByteBuffer() }
        if !responseQueue.isEmpty { holdAnswerQueue(from: 0, by: nil, passed: passed) }
        if var piece = first {
            first = nil
            if let holder = showAnswer(&piece, end: end, from: 0, before: passed) {
                holdAnswer(piece, end: end, by: holder)
                end = false
            } else {
                first = piece
            }
        }
        if requestIsHead || status == 204 || status == 304 { first = nil }
        bytesSent += first?.readableBytes ?? 0
        let life = generation
        if end, let trailers = usableTrailers {
            downstream?.send(response, body: first, end: false)
            guard generation == life else { return }
            downstream?.send(trailers: trailers)
            if generation == life { complete() }
            return
        }
        downstream?.send(response, body: first, end: end)
        guard generation == life else { return }
        if end { return complete() }
        if held != nil || passed != .max {
            advanceHeldAnswer()
            guard generation == life else { return }
        }
        heedDownstream()
    }

    /// The answer's trailers, where the client gets any.
    var usableTrailers: Head? {
        guard let trailers = responseTrailers, trailers.slotCount > 0,
            trailersPass
        else { return nil }
        return trailers
    }

    /// Whether a filter would look at a piece of the answer's body now.
    var isAnswerBodyWatched: Bool {
        !chain.responseBodyFilters.isEmpty && (!luaRuns.isEmpty || !chain.responseBodiesAreForScripts)
    }

    /// 9. A piece of the answer's body, or its end.
    func attemptBody(_ attempt: UpstreamAttempt, _ data: ByteBuffer, end: Bool) {
        let life = generation
        touch()
        if end {
            upstreamReceiveEnded = worker.now
            deadlines.response = Deadlines.never
            deadlines.tryDuration = Deadlines.never
            stopTryClocks()
            responseEnded = true
        } else if timeouts.perTryIdle > 0 {
            deadlines.perTryIdle = nowNanoseconds &+ timeouts.perTryIdle
        }
        if isAnswerHeld {
            bodies.answer.append(.init(data: data, end: end, position: .max))
        } else {
            takeAnswer(data, end: end, before: .max)
        }
        if generation == life { heedDownstream() }
    }

    /// A piece of the body, or its end, that the filters from a position of the chain on have seen.
    func takeAnswer(_ data: ByteBuffer, end: Bool, before position: Int) {
        switch responsePhase {
        case .streaming: sendPiece(data, end: end, before: position)
        case .filtering, .paused: queueAnswer(data, end: end, before: position)
        case .none, .complete: return
        }
    }

    private func sendPiece(_ data: ByteBuffer, end: Bool, before position: Int) {
        var data = data
        if let holder = showAnswer(&data, end: end, from: 0, before: position) {
            return holdAnswer(data, end: end, by: holder)
        }
        bytesSent += data.readableBytes
        let life = generation
        if end, let trailers = usableTrailers {
            if data.readableBytes > 0 { downstream?.send(body: data, end: false) }
            guard generation == life else { return }
            downstream?.send(trailers: trailers)
        } else {
            downstream?.send(body: data, end: end)
        }
        if end, generation == life { complete() }
    }

    /// A client that is slower than the upstream stops the reading there.
    private func heedDownstream() {
        guard responsePhase != .complete, let downstream, let connection = attempt.connection else { return }
        let isTooMuch = waitingAnswerBytes > bodyLimit && collectingScript(.response) == nil
        if !downstream.isWritable || isTooMuch { connection.setReading(false) }
    }

    private var waitingAnswerBytes: Int { queuedAnswerBytes + (held?.answer.bytes ?? 0) }

    /// The client takes bytes again.
    func downstreamWritable() { readAnswerOn() }

    /// Reads the upstream again, if nothing stands against it.
    func readAnswerOn() {
        guard responsePhase == .streaming, let downstream, downstream.isWritable, waitingAnswerBytes <= bodyLimit
        else { return }
        attempt.connection?.setReading(true)
    }

    // MARK: Failures

    func attemptFailed(_ attempt: UpstreamAttempt, _ failure: AttemptFailure) {
        stopTryClocks()
        deadlines.tryDuration = Deadlines.never
        if upstreamAnswered {
            report(failure)
            // The head is out (or on its way): the client can only be shown that the rest is missing.
            flags.insert(failure.flag)
            details = "upstream_reset_after_response_started{\(failure.token)}"
            return resetDownstream()
        }
        guard responsePhase == .none else { return }
        if attempt.diedUnread, !wasRepeated, holdsWholeRequest {
            // The endpoint had closed the idle connection while the request was on its way: as if it were never sent.
            wasRepeated = true
            attemptCount -= 1
            return startAttempt()
        }
        report(failure)
        upstreamHost?.failedRequests += 1
        if failure.isBeforeRequest { upstreamTransportFailure = failure.transportReason }
        if retry != nil, RetryFilter.wantsRetry(self, after: failure) { return }
        let status = failure == .protocolError ? 502 : 503
        // Nobody was asked.
        if failure == .overflow, !attempt.wasWaiting { upstreamHost = nil }
        countAnswer(status, final: true)
        let retried = attemptCount > 1 ? "retried and the latest " : ""
        var token = failure.token
        if !upstreamTransportFailure.isEmpty, failure.isBeforeRequest, failure != .overflow {
            token += "|" + upstreamTransportFailure
        }
        var reason = failure.rawValue
        // Envoy keeps it to its log since 1.40.
        if failure.isBeforeRequest, !failure.transportReason.isEmpty, cluster?.compiled.cluster.isOfRules == true {
            reason += ", transport failure reason: " + failure.transportReason.replacing("_", with: " ")
        }
        reply(
            LocalReply(
                status: status,
                body: "upstream connect error or disconnect/reset before headers. \(retried)reset reason: \(reason)",
                details: "upstream_reset_before_response_started{\(token)}", flags: failure.flag,
                adjust: failure == .overflow && !settings.router.suppressEnvoyHeaders
                    ? { $0.add(.xEnvoyOverloaded, "true") } : nil))
    }
}

extension AttemptFailure {
    /// As `%RESPONSE_CODE_DETAILS%` names it.
    var token: String { rawValue.replacing(" ", with: "_") }

    var transportReason: String {
        self == .remoteConnectionFailure ? "delayed_connect_error:_Connection_refused" : ""
    }
}

extension Exchange {
    // MARK: Timeouts

    func responseTimedOut() {
        guard let cluster, requestPhase == .forwarding else { return }
        cluster.counters.add(.upstreamRqTimeout)
        upstreamHost?.timedOutRequests += 1
        if !upstreamAnswered { reportTimeout() }
        attempt.cancel()
        deadlines.backOff = Deadlines.never
        if upstreamAnswered {
            flags.insert(.upstreamRequestTimeout)
            details = "response_timeout"
            return resetDownstream()
        }
        countAnswer(timeouts.alternativeStatus ? 204 : 504, final: true)
        reply(timeoutReply(details: "response_timeout"))
    }

    private func timeoutReply(details: String) -> LocalReply {
        timeouts.alternativeStatus
            ? LocalReply(status: 204, details: details, flags: .upstreamRequestTimeout)
            : LocalReply(
                status: 504, body: "upstream request timeout", details: details, flags: .upstreamRequestTimeout)
    }

    func tryTimedOut(idle: Bool) {
        guard let cluster, requestPhase == .forwarding, !attempt.isIdle else { return }
        cluster.counters.add(idle ? .upstreamRqPerTryIdleTimeout : .upstreamRqPerTryTimeout)
        upstreamHost?.timedOutRequests += 1
        reportTimeout()
        stopTryClocks()
        if upstreamAnswered {
            attempt.cancel()
            flags.insert(.upstreamRequestTimeout)
            details = idle ? "upstream_per_try_idle_timeout" : "upstream_per_try_timeout"
            return resetDownstream()
        }
        attempt.cancel()
        if retry != nil, RetryFilter.wantsRetry(self, after: .localReset) {
            isTimeoutRetry = true
            return
        }
        countAnswer(timeouts.alternativeStatus ? 204 : 504, final: true)
        reply(timeoutReply(details: idle ? "upstream_per_try_idle_timeout" : "upstream_per_try_timeout"))
    }

    /// The cluster's `max_stream_duration`: a try has taken too long, head, body and all.
    func tryDurationReached() {
        guard let cluster, requestPhase == .forwarding, !attempt.isIdle else { return }
        cluster.counters.add(.upstreamRqMaxDurationReached)
        stopTryClocks()
        attempt.cancel()
        let details = "upstream_max_stream_duration_reached"
        if upstreamAnswered {
            flags.insert(.upstreamMaxStreamDurationReached)
            self.details = details
            return resetDownstream()
        }
        if retry != nil, RetryFilter.wantsRetry(self, after: .localReset) { return }
        reply(
            LocalReply(
                status: 504, body: "upstream max stream duration reached", details: details,
                flags: .upstreamMaxStreamDurationReached))
    }

    /// `request_timeout`: the client takes too long to send its request.
    func requestTimedOut() {
        guard !requestEnded else { return }
        worker.counters(settings.stats).add(.downstreamRqTimeout)
        attempt.cancel()
        if responsePhase == .none {
            reply(.requestTimeout)
        } else {
            details = "request_overall_timeout"
            resetDownstream()
        }
    }

    func streamIdled() {
        worker.counters(settings.stats).add(.downstreamRqIdleTimeout)
        attempt.cancel()
        if responsePhase == .none {
            // Whoever let time pass: the client with its request, or the upstream with its answer.
            reply(
                LocalReply(
                    status: requestEnded ? 504 : 408, body: "stream timeout", details: "stream_idle_timeout",
                    flags: .streamIdleTimeout))
        } else {
            flags.insert(.streamIdleTimeout)
            details = "stream_idle_timeout"
            resetDownstream()
        }
    }

    func maxDurationReached() {
        worker.counters(settings.stats).add(.downstreamRqMaxDurationReached)
        attempt.cancel()
        if responsePhase == .none {
            reply(
                LocalReply(
                    status: requestEnded ? 504 : 408, body: "downstream duration timeout",
                    details: "max_duration_timeout", grpcStatus: 4))
        } else {
            details = "max_duration_timeout"
            resetDownstream()
        }
    }
}
