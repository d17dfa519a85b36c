import NIOCore

// What scripts do with an exchange beyond what other filters do: wait for whole bodies, replace them, watch them pass.

extension Exchange {
    // MARK: The request's body

    /// All that has come of the request's body, as the filters before a position have left it; nil when there is none.
    func wholeRequestBody(before position: Int) -> ByteBuffer? {
        advanceQueue(to: position)
        guard requestQueuedBytes > 0 else { return nil }
        if requestQueue.count > 1 { replaceRequestBody(by: Self.join(requestQueue)) }
        return requestQueue.first
    }

    func replaceRequestBody(by body: ByteBuffer) {
        requestQueue.removeAll(keepingCapacity: true)
        if body.readableBytes > 0 { requestQueue.append(body) }
        requestQueuedBytes = body.readableBytes
    }

    // MARK: The answer's body

    /// The whole answer is here, and nothing of it is held back.
    var isAnswerComplete: Bool { responseEnded && !isAnswerHeld }

    var queuedAnswerBytes: Int { responseQueue.reduce(0) { $0 + $1.readableBytes } }

    /// The position in the chain of the filter that looks at the answer now.
    var answerPosition: Int {
        let order = chain.responseFilters
        return responseStep > 0 && responseStep <= order.count ? order[responseStep - 1] : 0
    }

    /// All that has come of the answer's body, as the filters behind a position have left it; nil when there is none.
    func wholeAnswerBody(before position: Int) -> ByteBuffer? {
        passQueuedAnswer(from: position + 1)
        if responseQueue.count > 1 { replaceAnswerBody(by: Self.join(responseQueue)) }
        guard let body = responseQueue.first, body.readableBytes > 0 else { return nil }
        return body
    }

    func replaceAnswerBody(by body: ByteBuffer) {
        responseQueue.removeAll(keepingCapacity: true)
        if body.readableBytes > 0 { responseQueue.append(body) }
    }

    /// Shows the pieces that wait to the filters from a position of the chain on that have not seen them.
    func passQueuedAnswer(from position: Int) {
        guard position < responsePassed else { return }
        let before = responsePassed
        responsePassed = position
        guard !responseQueue.isEmpty else { return }
        for i in responseQueue.indices {
            let end = isAnswerComplete && i == responseQueue.endIndex - 1
            if let holder = showAnswer(&responseQueue[i], end: end, from: position, before: before) {
                return holdAnswerQueue(from: i, by: holder, passed: before)
            }
        }
    }

    /// Shows a piece to the filters between two positions of the chain that want bodies. The position of one that holds
    /// it back.
    func showAnswer(_ data: inout ByteBuffer, end: Bool, from: Int, before: Int) -> Int? {
        let chain = chain
        guard !chain.responseBodyFilters.isEmpty else { return nil }
        for position in chain.responseBodyFilters where position >= from && position < before {
            chain.filters[position]?.onResponseBody(self, &data, end: end)
            if let held, held.answer.takeWish() { return position }
        }
        return nil
    }

    /// A piece that comes while the answer's head is held back. The filters from a position of the chain on have seen it.
    func queueAnswer(_ data: ByteBuffer, end: Bool, before: Int) {
        var data = data
        if responsePassed != .max,
            let holder = showAnswer(&data, end: end, from: responsePassed, before: before)
        {
            return holdAnswer(data, end: end, by: holder)
        }
        if data.readableBytes > 0 { responseQueue.append(data) }
        guard responsePhase == .paused, let run = collectingScript(.response) else { return }
        if queuedAnswerBytes > run.bodyLimit {
            return resumeResponse(.reply(.answerTooLarge))
        }
        if end { run.bodyArrived() }
    }

    // MARK: Both

    private static func join(_ pieces: some Collection<ByteBuffer>) -> ByteBuffer {
        var whole = ByteBuffer()
        whole.reserveCapacity(pieces.reduce(0) { $0 + $1.readableBytes })
        for piece in pieces { whole.writeImmutableBuffer(piece) }
        return whole
    }

    /// The script that waits for the whole body of a message.
    func collectingScript(_ direction: MessageInterest) -> LuaRun? {
        guard !luaRuns.isEmpty else { return nil }
        return luaRuns.first { $0.direction == direction && $0.wait == .body }
    }

    /// Nobody will go on with these.
    func abandonScripts(_ directions: MessageInterest) {
        for run in luaRuns where directions.contains(run.direction) { run.abandon() }
    }
}
