import ApusConfig
import NIOCore

// The life of a request, in the order in which it happens.
//
//   receiveHead → admit → chooseRoute → askRequestFilters ─ (the chain's last filter is the router) → forward
//   receiveBody → the filters that want bodies → the attempt
//
// The answer's half is in Exchange+response.swift, the upstream side in Exchange+forward.swift.

extension Exchange {
    /// 1. A request's head has arrived; the codec has filled `request`. `body`: the first piece of its body, when that
    /// came along; `end`: nothing follows that.
    func receiveHead(body: ByteBuffer?, end: Bool) {
        countAsActive()
        requestIsHead = request.method.equals("HEAD")
        isGRPC = request.value(.contentType)?.isGRPC ?? false
        timeouts.streamIdle = settings.streamIdleTimeout
        set(\.streamIdle, after: settings.streamIdleTimeout)
        if settings.maxStreamDuration > 0 { set(\.maxDuration, after: settings.maxStreamDuration) }
        if end, body == nil {
            endRequest()
        } else {
            if settings.requestTimeout > 0 { set(\.requestReceived, after: settings.requestTimeout) }
            if let body {
                requestQueue.append(body)
                requestQueuedBytes += body.readableBytes
                bytesReceived += body.readableBytes
            }
        }
        endAwaitsRouter = end && body != nil
        let life = generation
        if let reply = admit() { return self.reply(reply) }
        chooseRoute()
        if let reply = checkUpgrade() { return self.reply(reply) }
        requestStep = 0
        askRequestFilters()
        // With an answer made meanwhile, the end still has to be noted: the connection may then serve another request.
        if generation == life, endAwaitsRouter, requestPhase != .answered || responsePhase == .none { admitEnd() }
    }

    /// The end of a request that came with its head is made known only after the filters have seen the head, so that an
    /// answer of theirs finds a request that is not complete, as it does in Envoy.
    func admitEnd() {
        guard endAwaitsRouter else { return }
        endAwaitsRouter = false
        endRequest()
        if requestPhase == .buffering, !isRequestHeld { bufferingComplete() }
    }

    private func endRequest() {
        noteEnd()
        if requestPhase == .forwarding, !isRequestHeld { startResponseClock() }
    }

    /// The client has sent all; some of it may be held back yet.
    private func noteEnd() {
        guard !requestEnded else { return }
        requestEnded = true
        requestReceived = worker.now
        deadlines.requestReceived = Deadlines.never
    }

    /// 2. Paths and hosts are put in order, the headers of the proxy's own trade made. An answer, when that refuses.
    private func admit() -> LocalReply? {
        if let reply = normalize() { return reply }
        prepareForwardingHeaders()
        return nil
    }

    /// 3. The route, and with it the chain and the cluster.
    func chooseRoute() {
        route = settings.routes.find(
            request, random: worker.random.next(), isInternal: isInternal, port: connection.originalPort)
        policy = route?.policy
        cluster = nil
        clusterName = ""
        hostRewriteLiteral = nil
        guard let route, case .forward(let action) = route.action else { return }
        priority = action.priority
        switch action.targets {
        case .one(let index): take(cluster: index)
        case .header(let name): take(clusterNamedBy: name)
        case .unknown(let name): clusterName = name
        case .split(let split):
            let target = split.choose(random: worker.random.next(), head: request)
            policy = target.policy
            hostRewriteLiteral = target.hostRewriteLiteral
            if let index = target.cluster {
                take(cluster: index)
            } else if let name = target.header {
                take(clusterNamedBy: name)
            }
        }
        if let idle = action.idleTimeout {
            timeouts.streamIdle = idle
            set(\.streamIdle, after: idle)
        }
        let limit = TimeoutFilter.streamLimit(self, action)
        if let limit { set(\.maxDuration, after: limit) }
        if isGRPC {
            let longest = limit ?? settings.maxStreamDuration
            if longest > 0 { TimeoutFilter.setDeadline(request, longest) }
        }
    }

    /// Whether another value of some field could lead to another route or cluster.
    var fieldsDecideRoute: Bool { settings.routesReadFields || route?.isOfManyTargets == true }

    private func take(cluster index: Int) {
        let found = cluster(at: index)
        cluster = found
        clusterName = found?.compiled.name ?? (index < settings.clusterNames.count ? settings.clusterNames[index] : "")
    }

    private func take(clusterNamedBy header: HeaderName) {
        guard let value = request.value(header) else { return }
        clusterName = value.string
        cluster = cluster(named: clusterName)
    }

    /// The worker's cluster for an index of this exchange's routes. While a reload takes effect, or on a connection of a
    /// listener that is gone, the worker may already have other clusters: then the name decides.
    @inline(__always)
    func cluster(at index: Int) -> UpstreamCluster? {
        if settings.version == worker.snapshot.version { return worker.cluster(at: index) }
        return index < settings.clusterNames.count ? cluster(named: settings.clusterNames[index]) : nil
    }

    func cluster(named name: String) -> UpstreamCluster? { worker.cluster(named: name) }

    var chain: FilterChain { policy?.chain ?? settings.defaultChain }

    /// An upgrade that nobody has allowed is refused before any filter sees it.
    private func checkUpgrade() -> LocalReply? {
        guard isUpgrade else { return nil }
        let type = request.value(.upgrade)?.string.lowercased() ?? ""
        var allowed = settings.upgrades[type]
        if case .forward(let action)? = route?.action, let own = action.upgrades[type] { allowed = own }
        if allowed == true {
            deadlines.requestReceived = Deadlines.never
            upgradeCounted = true
            let stats = worker.counters(settings.stats)
            stats.add(.downstreamCxUpgradesTotal)
            stats.add(.downstreamCxUpgradesActive)
            return nil
        }
        isUpgrade = false
        worker.counters(settings.stats).add(.downstreamRqWsOnNonWsRoute)
        return LocalReply(status: 403, details: "upgrade_failed")
    }

    // MARK: Filters

    /// 4. Asks the filters in turn, from `requestStep` on.
    func askRequestFilters() {
        guard !isAsking else { return }
        isAsking = true
        defer { isAsking = false }
        requestPhase = .filtering
        let life = generation
        var chain = self.chain
        while requestStep < chain.filters.count {
            let position = requestStep
            requestStep += 1
            guard let step = chain.steps[position] else { continue }
            let verdict = step._withUnsafeGuaranteedRef { $0.filter.onRequest(self) }
            guard generation == life else { return }
            if !honour(verdict) { return }
            if requestPhase == .forwarding || requestPhase == .answered { return }
            chain = self.chain
        }
    }

    /// True: on to the next filter.
    private func honour(_ verdict: Verdict) -> Bool {
        switch verdict {
        case .next:
            return true
        case .reply(let reply):
            self.reply(reply)
            return false
        case .wait:
            requestPhase = .paused
            // The filter itself sees what waits when it lets the request go on.
            advanceQueue(to: requestStep - 1)
            return false
        case .after(let duration, let then):
            let nanoseconds = duration.nanoseconds
            if nanoseconds <= 0 { return honour(then) }
            delayedVerdict = then
            requestPhase = .paused
            advanceQueue(to: requestStep)
            set(\.delay, after: nanoseconds)
            return false
        case .buffer(let limit):
            if requestQueuedBytes > limit {
                reply(.payloadTooLarge)
                return false
            }
            if hasWholeRequest { return true }
            bufferLimit = limit
            requestPhase = .buffering
            advanceQueue(to: requestStep)
            // The filter is asked again when the body is there.
            requestStep -= 1
            guard endAwaitsRouter, !isRequestHeld else { return false }
            endAwaitsRouter = false
            endRequest()
            requestPhase = .filtering
            return true
        }
    }

    func delayPassed() {
        guard let verdict = delayedVerdict else { return }
        delayedVerdict = nil
        requestPhase = .filtering
        if honour(verdict) { askRequestFilters() }
    }

    /// A filter that said `.wait` lets the request go on, with a verdict about itself.
    public func resumeRequest(_ verdict: Verdict = .next) {
        guard requestPhase == .paused, delayedVerdict == nil else { return }
        requestPhase = .filtering
        if honour(verdict) { askRequestFilters() }
    }

    private func bufferingComplete() {
        requestPhase = .filtering
        askRequestFilters()
    }

    /// The whole body, when the filter that asked for it by `.buffer` is passed.
    public var bufferedRequestBody: some Sequence<ByteBuffer> { requestQueue }

    /// Bytes of the request's body that have arrived and not gone on.
    public var bufferedRequestBytes: Int { requestQueuedBytes }

    /// Whether the whole request is here.
    public var isRequestComplete: Bool { (requestEnded || endAwaitsRouter) && !isRequestHeld }

    /// The whole request is here, its end was made known, and nothing of it is held back.
    var hasWholeRequest: Bool { requestEnded && !isRequestHeld }

    // MARK: Body

    /// 5. A piece of the request's body, or its end.
    func receiveBody(_ data: ByteBuffer, end: Bool) {
        bytesReceived += data.readableBytes
        touch()
        guard isRequestHeld else { return takeBody(data, from: 0, end: end) }
        if end { noteEnd() }
        holdBehind(data, end: end)
    }

    /// A piece of the body, or its end, that the filters before a position of the chain have seen.
    func takeBody(_ data: ByteBuffer, from passed: Int, end: Bool) {
        var data = data
        switch requestPhase {
        case .answered:
            if end { requestEnded = true }
        case .forwarding:
            if end { noteEnd() }
            if let holder = passBody(&data, from: passed, end: end) { return hold(data, end: end, by: holder) }
            if end { startResponseClock() }
            forwardBody(data, end: end)
        case .filtering, .paused, .buffering:
            if data.readableBytes > 0 || end,
                let holder = passBody(&data, from: passed, to: queuePassed, end: end)
            {
                if end { noteEnd() }
                return hold(data, end: end, by: holder)
            }
            if data.readableBytes > 0 {
                requestQueuedBytes += data.readableBytes
                requestQueue.append(data)
            }
            if requestPhase == .buffering, requestQueuedBytes > bufferLimit { return reply(.payloadTooLarge) }
            if requestPhase == .paused, let run = collectingScript(.request) {
                if requestQueuedBytes > run.bodyLimit { return reply(.payloadTooLarge) }
                if end {
                    endRequest()
                    run.bodyArrived()
                }
                return
            }
            if end {
                endRequest()
                if requestPhase == .buffering { bufferingComplete() }
            } else if requestPhase != .buffering, requestQueuedBytes > bodyLimit {
                pauseRequest()
            }
        }
    }

    func receiveTrailers(_ trailers: Head) { requestTrailers = trailers }

    /// The most bytes that wait in memory in each direction.
    var bodyLimit: Int { route?.bufferLimit ?? settings.bufferLimit }

    /// Shows a piece to the filters between two positions of the chain that want bodies. The position of one that holds
    /// it back.
    private func passBody(_ data: inout ByteBuffer, from: Int, to: Int = .max, end: Bool) -> Int? {
        let chain = chain
        guard !chain.requestBodyFilters.isEmpty, !luaRuns.isEmpty || !chain.requestBodiesAreForScripts else {
            return nil
        }
        for position in chain.requestBodyFilters where position >= from && position < to {
            chain.filters[position]?.onRequestBody(self, &data, end: end)
            if let held, held.request.takeWish() { return position }
        }
        return nil
    }

    /// Shows the pieces that wait to the filters that have been passed since they came.
    func advanceQueue(to step: Int) {
        guard step > queuePassed else { return }
        defer { queuePassed = step }
        guard !requestQueue.isEmpty, !chain.requestBodyFilters.isEmpty else { return }
        requestQueuedBytes = 0
        for i in requestQueue.indices {
            let isLast = i == requestQueue.endIndex - 1
            if let holder = passBody(
                &requestQueue[i], from: queuePassed, to: step, end: isLast && isRequestComplete)
            {
                return holdQueue(from: i, by: holder, passed: queuePassed)
            }
            requestQueuedBytes += requestQueue[i].readableBytes
        }
    }

    func pauseRequest() {
        guard !requestPaused else { return }
        requestPaused = true
        downstream?.pauseReading()
    }

    func unpauseRequest() {
        guard requestPaused else { return }
        if let held, held.request.bytes > bodyLimit { return }
        requestPaused = false
        downstream?.resumeReading()
    }
}
