import NIOCore

extension Exchange {
    /// 10. The answer is sent in full.
    func complete() {
        guard isLive, responsePhase != .complete else { return }
        downstreamSendEnded = worker.now
        // An answer that overtakes its request: nobody waits for the rest of the request any more.
        if !attempt.isIdle { attempt.cancel() }
        let stream = downstream
        let whole = requestEnded
        finish(whole: whole)
        stream?.exchangeCompleted(requestEnded: whole)
    }

    /// The client is gone, or has broken off the request.
    func downstreamGone(_ reason: String, flag: ResponseFlags) {
        guard isLive, responsePhase != .complete else { return }
        // Gone before a step was made: the answer to its Expect found nobody.
        if !isCounted { beginUnread() }
        flags.insert(flag)
        details = reason
        attempt.cancel()
        finish(whole: false)
    }

    /// Whatever the end was: it is counted and logged, filters are told, the object goes back. `whole`: request and
    /// answer came to their ends.
    func finish(whole: Bool) {
        responsePhase = .complete
        RetryFilter.settled(self)
        for shadow in shadows { shadow.primaryEnded(requestComplete: forwardedEnd) }
        let stats = worker.counters(settings.stats)
        stats.add(.downstreamRqActive, -1)
        // Envoy counts every stream that ends early here, whoever ended it.
        if !whole { stats.add(.downstreamRqRxReset) }
        if upgradeCounted { stats.add(.downstreamCxUpgradesActive, -1) }
        let milliseconds = Int((worker.now - started).nanoseconds / 1_000_000)
        worker.histogram(settings.requestTime).record(milliseconds)
        if let cluster, upstreamAnswered {
            let milliseconds = upstreamMilliseconds
            cluster.requestTime.record(milliseconds)
            (isInternal ? cluster.internalRequestTime : cluster.externalRequestTime).record(milliseconds)
        }
        if !luaRuns.isEmpty { abandonScripts([.request, .response]) }
        if let state = luaState {
            luaState = nil
            state._withUnsafeGuaranteedRef { $0.leave() }
            if !luaStates.isEmpty { luaStates.removeAll() }
        }
        let chain = chain
        for position in chain.completionFilters { chain.filters[position]?.onComplete(self) }
        for log in settings.accessLogs { log.log(self) }
        worker.putBack(self)
    }

    private var upstreamMilliseconds: Int {
        Int((worker.now - (upstreamSendBegan ?? started)).nanoseconds / 1_000_000)
    }

    /// Makes the object ready for another life.
    func begin(
        downstream: any DownstreamStream, connection: ConnectionInfo, settings: HTTPSettings,
        id: UInt64
    ) {
        isLive = true
        self.downstream = downstream
        // An object that is used again mostly serves the same listener: a comparison is cheaper than two counts.
        if self.connection !== connection { self.connection = connection }
        if self.settings !== settings { self.settings = settings }
        self.id = id
        started = worker.now
    }

    /// Forgets everything of the life that has ended.
    func clear() {
        generation &+= 1
        isLive = false
        isCounted = false
        downstream = nil
        request.clear()
        response.clear()
        if requestTrailers != nil { requestTrailers = nil }
        if responseTrailers != nil { responseTrailers = nil }
        isUpgrade = false
        upgradeCounted = false
        interimPassed = false
        isGRPC = false
        requestIsHead = false
        isInternal = false
        isHealthCheck = false
        isTimeoutRetry = false
        wasRepeated = false
        remoteIsDirect = true
        route = nil
        policy = nil
        cluster = nil
        hostRewriteLiteral = nil
        priority = .default
        requestPhase = .filtering
        requestStep = 0
        queuePassed = 0
        if !requestQueue.isEmpty { requestQueue.removeAll() }
        requestQueuedBytes = 0
        endAwaitsRouter = false
        requestEnded = false
        requestPaused = false
        delayedVerdict = nil
        responsePhase = .none
        responseStep = 0
        if !responseQueue.isEmpty { responseQueue.removeAll() }
        responseEnded = false
        upstreamHost = nil
        attemptCount = 0
        requestHash = nil
        if !hashCookies.isEmpty { hashCookies.removeAll() }
        isHeadPrepared = false
        forwardedEnd = false
        if !kept.isEmpty { kept.removeAll() }
        keptBytes = 0
        sentBodyBytes = 0
        retry = nil
        timeouts = TimeoutSettings()
        timeoutsApplied = false
        deadlines = Deadlines()
        if !shadows.isEmpty { shadows.removeAll() }
        upstreamAnswered = false
        requestReceived = nil
        upstreamSendBegan = nil
        upstreamSendEnded = nil
        upstreamReceiveBegan = nil
        upstreamReceiveEnded = nil
        downstreamSendBegan = nil
        downstreamSendEnded = nil
        if !flags.isEmpty { flags = [] }
        details = ""
        status = 0
        bytesReceived = 0
        bytesSent = 0
        requestHeadBytes = 0
        responseHeadBytes = 0
        upstreamTransportFailure = ""
        attempt.bytes = UpstreamBytes()
        upstreamLocalAddress = nil
        connectionTermination = ""
        localReplyBody = ""
        replyBody = nil
        originalPath = nil
        if !dynamicMetadata.isEmpty { dynamicMetadata.removeAll() }
        if !storage.isEmpty { storage.removeAll() }
        filterMarks = FilterMarks()
        forcesBody = false
        if overrideHost != nil { overrideHost = nil }
        responsePassed = .max
        if held != nil { held = nil }
    }
}

extension Worker {
    /// An exchange for a new request, used before if there is one.
    func takeExchange(
        for downstream: any DownstreamStream, connection: ConnectionInfo, settings: HTTPSettings, id: UInt64
    ) -> Exchange {
        let exchange =
            idleExchanges.popLast()
            ?? Exchange(worker: self, connection: connection, settings: settings)
        exchange.begin(downstream: downstream, connection: connection, settings: settings, id: id)
        return exchange
    }

    func putBack(_ exchange: Exchange) {
        exchange.clear()
        if idleExchanges.count < 1024 {
            idleExchanges.append(exchange)
        } else {
            timers.disarm(exchange.timer)
        }
    }
}
