import ApusConfig
import NIOCore

// The upstream side of an exchange: what the router does, try after try.
//
//   forward → prepareHead → startAttempt → attemptReady → forwardBody ...

extension Exchange {
    /// 6. All filters have agreed: the route's action is carried out.
    func forward() -> Verdict {
        let stats = worker.counters(settings.stats)
        stats.add(.rqTotal)
        guard let route else {
            stats.add(.noRoute)
            return .reply(LocalReply(status: 404, details: "route_not_found", flags: .noRouteFound))
        }
        switch route.action {
        case .direct(let answer):
            stats.add(.rqDirectResponse)
            return .reply(directReply(answer))
        case .redirect(let action):
            // A redirect is a direct response, too; Envoy has stopped telling them apart.
            stats.add(.rqDirectResponse)
            return .reply(redirect(action))
        case .none:
            return .reply(LocalReply(status: 404, details: "route_not_found", flags: .noRouteFound))
        case .forward(let action):
            guard let cluster else {
                stats.add(.noCluster)
                return .reply(
                    LocalReply(
                        status: action.clusterNotFoundStatus, details: "cluster_not_found", flags: .noClusterFound))
            }
            return forward(to: cluster, action)
        }
    }

    private func forward(to cluster: UpstreamCluster, _ action: ForwardAction) -> Verdict {
        prepareHead()
        handOver()
        // An upgrade's request has no end; its answer is awaited from now on.
        if forwardedEnd || isUpgrade { startResponseClock() }
        startAttempt()
        return .next
    }

    /// The request leaves the filters: what has come of its body is kept for whoever takes it.
    func handOver() {
        advanceQueue(to: .max)
        requestPhase = .forwarding
        if endAwaitsRouter {
            endAwaitsRouter = false
            requestEnded = true
            requestReceived = worker.now
            deadlines.requestReceived = Deadlines.never
        }
        forwardedEnd = hasWholeRequest
        if !requestQueue.isEmpty {
            kept.append(contentsOf: requestQueue)
            keptBytes = requestQueuedBytes
            requestQueue.removeAll(keepingCapacity: true)
            requestQueuedBytes = 0
        }
    }

    /// Rewrites, added headers and the announced timeout: what makes the client's head the upstream's. Done once, by the
    /// first of the mirror and the router that needs it.
    func prepareHead() {
        guard !isHeadPrepared, let route, case .forward(let action) = route.action else { return }
        isHeadPrepared = true
        // Of the request as the client sent it.
        if let policy = action.hashPolicy { requestHash = policy.evaluate(self) }
        TimeoutFilter.apply(to: self, action)
        applyRoute()
        if route.virtualHost.includeRequestAttemptCount { announceAttempt() }
    }

    /// Answers that speak of another place name the request's own, when the route names none.
    private func directReply(_ answer: DirectAction) -> LocalReply {
        var reply = LocalReply(
            status: answer.status, body: answer.format?.text(self) ?? answer.body,
            contentType: answer.contentType ?? "text/plain", details: "direct_response")
        reply.isRoutesOwn = true
        if answer.hasLocation {
            let location = RedirectAction.same.location(for: request)
            reply.adjust = { head in Bytes.with(location) { head.set(.location, $0) } }
        }
        return reply
    }

    private func redirect(_ action: RedirectAction) -> LocalReply {
        let location = action.location(for: request)
        var reply = LocalReply(status: action.status, details: "direct_response")
        reply.isRoutesOwn = true
        reply.adjust = { head in Bytes.with(location) { head.set(.location, $0) } }
        return reply
    }

    private func announceAttempt() {
        withUnsafeDecimal(max(attemptCount, 1)) { request.set(.xEnvoyAttemptCount, $0) }
    }

    // MARK: Tries

    /// Chooses an endpoint and asks its pool for a connection. Called for the first try and for each retry.
    func startAttempt() {
        guard requestPhase == .forwarding, let cluster, responsePhase == .none else { return }
        attemptCount += 1
        if attemptCount > 1, let route {
            if route.virtualHost.includeRequestAttemptCount { announceAttempt() }
            TimeoutFilter.announce(on: self)
        }
        guard let host = pick(from: cluster) else { return startWithoutEndpoint(cluster) }
        startAttempt(at: host)
    }

    @inline(__always)
    func startAttempt(at host: UpstreamHost) {
        upstreamHost = host
        upstreamAnswered = false
        if !upstreamTransportFailure.isEmpty { upstreamTransportFailure = "" }
        if case .forward(let action)? = route?.action, case .auto? = action.hostRewrite {
            action.rewriteHost(
                of: request, toEndpoint: host.endpoint.hostname, noting: !settings.router.suppressEnvoyHeaders)
        }
        if forwardedEnd { startTryClocks() }
        attempt.start(host, priority: priority, isHead: requestIsHead, isUpgrade: isUpgrade)
    }

    private func pick(from cluster: UpstreamCluster) -> UpstreamHost? {
        if let overrideHost, let host = cluster.host(at: overrideHost.address) { return host }
        if overrideHost?.strict == true { return nil }
        let hash = requestHash
        guard let retry, attemptCount > 1, retry.avoidsPreviousHosts else { return cluster.pick(hash: hash) }
        var host = cluster.pick(hash: hash)
        var left = retry.hostSelectionAttempts
        var asked = 0
        while let candidate = host, left > 0, retry.triedHosts.contains(where: { $0 === candidate }) {
            left -= 1
            asked += 1
            host = cluster.pick(hash: hash, attempt: asked)
        }
        return host
    }

    // MARK: Body

    /// A piece that has passed all filters.
    func forwardBody(_ data: ByteBuffer, end: Bool) {
        if end { forwardedEnd = true }
        guard let connection = attempt.connection else {
            if data.readableBytes > 0 { keep(data) }
            if keptBytes > bodyLimit, !forwardedEnd {
                // Between two tries nothing sends this; give up the retry, not the memory.
                if attempt.isIdle, retry != nil { return } else { pauseRequest() }
            }
            return
        }
        if retry != nil, !upstreamAnswered, data.readableBytes > 0 {
            keep(data)
            if keptBytes > bodyLimit { giveUpRetries() }
        }
        let life = generation
        send(data, end: end, on: connection)
        if end, generation == life { startTryClocks() }
    }

    private func send(_ data: ByteBuffer, end: Bool, on connection: HTTP1UpstreamConnection) {
        sentBodyBytes += data.readableBytes
        upstreamSendEnded = worker.now
        if end, let trailers = requestTrailers, trailersPass {
            if data.readableBytes > 0 { connection.send(body: data, end: false) }
            if attempt.connection === connection { connection.send(trailers: trailers) }
        } else if data.readableBytes > 0 || end {
            connection.send(body: data, end: end)
        }
        if attempt.connection === connection, !connection.isWritable, !forwardedEnd { pauseRequest() }
    }

    /// Trailers need leave from both sides.
    var trailersPass: Bool {
        settings.manager.httpProtocolOptions.enableTrailers && cluster?.compiled.enableTrailers == true
    }

    private func keep(_ data: ByteBuffer) {
        kept.append(data)
        keptBytes += data.readableBytes
    }

    private func dropKept() {
        if !kept.isEmpty { kept.removeAll(keepingCapacity: true) }
        keptBytes = 0
    }

    /// Everything of the request that has been sent could be sent again.
    var holdsWholeRequest: Bool { forwardedEnd && keptBytes == sentBodyBytes }

    /// The body has grown beyond what may be kept: from here on a failure is final.
    private func giveUpRetries() {
        retry = nil
        dropKept()
    }

    // MARK: Clocks

    /// The response timeout runs from the moment the whole request has arrived (and been passed on).
    func startResponseClock() {
        requestPassed = worker.now
        if timeouts.response > 0, deadlines.response == Deadlines.never {
            deadlines.response = nowNanoseconds &+ timeouts.response
        }
        armTimer()
    }

    private func startTryClocks() {
        if timeouts.perTry > 0 { deadlines.perTry = nowNanoseconds &+ timeouts.perTry }
        if timeouts.perTryIdle > 0 { deadlines.perTryIdle = nowNanoseconds &+ timeouts.perTryIdle }
        if timeouts.perTry > 0 || timeouts.perTryIdle > 0 { armTimer() }
    }

    func stopTryClocks() {
        deadlines.perTry = Deadlines.never
        deadlines.perTryIdle = Deadlines.never
    }
}

extension Exchange: AttemptOwner {
    func attemptReady(_ attempt: UpstreamAttempt) {
        guard let connection = attempt.connection else { return }
        if upstreamSendBegan == nil { upstreamSendBegan = worker.now }
        upstreamSendEnded = worker.now
        cluster?.report(.connected, of: upstreamHost)
        upstreamLocalAddress = connection.localAddress
        if let cluster, cluster.compiled.maxStreamDuration > 0 {
            set(\.tryDuration, after: cluster.compiled.maxStreamDuration)
        }
        let end = forwardedEnd && requestTrailers == nil
        sentBodyBytes = keptBytes
        if kept.isEmpty, end, forcesBody {
            connection.send(request, body: nil, end: false)
            guard attempt.connection === connection else { return }
            connection.send(body: ByteBuffer(), end: true)
        } else if kept.count <= 1 {
            connection.send(request, body: kept.first, end: end)
        } else {
            connection.send(request, body: nil, end: false)
            for (index, piece) in kept.enumerated() {
                // The connection may break at any write, and the attempt with it.
                guard attempt.connection === connection else { return }
                connection.send(body: piece, end: end && index == kept.count - 1)
            }
        }
        guard attempt.connection === connection else { return }
        if forwardedEnd, let trailers = requestTrailers {
            if trailersPass {
                connection.send(trailers: trailers)
            } else {
                connection.send(body: ByteBuffer(), end: true)
            }
        }
        guard attempt.connection === connection else { return }
        // A small body that was sent in one go is kept until there is an answer: should the connection turn out to have
        // died unused, the request can go again.
        if retry == nil, !forwardedEnd || keptBytes > Framing.copiedBody { dropKept() }
        if forwardedEnd || connection.isWritable { unpauseRequest() } else { pauseRequest() }
    }

    func attemptWritabilityChanged(_ attempt: UpstreamAttempt, isWritable: Bool) {
        if isWritable { unpauseRequest() } else if !forwardedEnd { pauseRequest() }
    }

    var answerHead: Head { response }

    func answerTrailers() -> Head {
        if let responseTrailers { return responseTrailers }
        let trailers = Head()
        responseTrailers = trailers
        return trailers
    }
}

extension LocalReply {
    static var requestTimeout: LocalReply {
        LocalReply(status: 408, body: "request timeout", details: "request_overall_timeout")
    }

    static var payloadTooLarge: LocalReply {
        LocalReply(status: 413, body: "Payload Too Large", details: "request_payload_too_large")
    }

    static var answerTooLarge: LocalReply {
        LocalReply(status: 500, body: "Internal Server Error", details: "response_payload_too_large")
    }

    static var noHealthyUpstream: LocalReply {
        LocalReply(status: 503, body: "no healthy upstream", details: "no_healthy_upstream", flags: .noHealthyUpstream)
    }
}
