import NIOCore

// Filters that hold a body back in the middle of its way, while the head has gone on: Envoy's
// StopIterationAndWatermark. What has passed goes on, what comes waits here, in order, and above the limit its sender is
// not read.

extension Exchange {
    /// For a filter that is being shown a piece of a body: the piece goes no further, and what comes behind it waits,
    /// until `releaseBody` is called.
    func holdBody(_ direction: MessageInterest) {
        if direction == .request { bodies.request.want() } else { bodies.answer.want() }
    }

    /// The filter at a position of the chain lets go the piece that it has held.
    func releaseBody(_ direction: MessageInterest, from holder: Int) {
        guard let held else { return }
        if direction == .request {
            held.request.release(holder)
            advanceHeldRequest(held)
        } else {
            held.answer.release(holder)
            advanceHeldAnswer()
        }
    }

    var bodies: HeldBodies {
        if let held { return held }
        let new = HeldBodies()
        held = new
        return new
    }

    /// The filter at a position of the chain can go on with neither the request nor its script: the client is answered,
    /// if it can be, though the head may be with the upstream already. In an event of its own, for the filter may be in
    /// the middle of another one's step.
    func answer(_ reply: LocalReply, from holder: Int) {
        let life = generation
        holdBody(.request)
        let bound = NIOLoopBound((self, reply), eventLoop: worker.loop)
        worker.loop.execute {
            let (exchange, reply) = bound.value
            guard exchange.generation == life else { return }
            exchange.worker.tick()
            if exchange.responsePhase == .none {
                exchange.reply(reply)
            } else {
                exchange.releaseBody(.request, from: holder)
            }
        }
    }

    // MARK: The request

    /// Something of the request's body is held, and perhaps its end.
    @inline(__always)
    var isRequestHeld: Bool {
        guard let held else { return false }
        return !held.request.isEmpty
    }

    /// More of the body comes while some of it is held.
    func holdBehind(_ data: ByteBuffer, end: Bool) {
        bodies.request.append(.init(data: data, end: end, position: 0))
        heedHeldRequest()
    }

    /// A piece is held that had come further than all that waits.
    func hold(_ data: ByteBuffer, end: Bool, by holder: Int) {
        bodies.request.prepend(.init(data: data, end: end, position: holder + 1, holder: holder))
        heedHeldRequest()
    }

    /// A piece of the queue is held, and with it those behind it, which the filters before a position have seen.
    func holdQueue(from index: Int, by holder: Int, passed: Int) {
        let held = bodies
        let isWhole = isRequestComplete
        let last = requestQueue.endIndex - 1
        for i in (index...last).reversed() {
            let isFirst = i == index
            held.request.prepend(
                .init(
                    data: requestQueue[i], end: isWhole && i == last, position: isFirst ? holder + 1 : passed,
                    holder: isFirst ? holder : nil))
        }
        requestQueue.removeLast(last - index + 1)
    }

    private func heedHeldRequest() {
        if let held, held.request.bytes > bodyLimit { pauseRequest() }
    }

    /// Lets what nobody holds go on, as if it came now.
    private func advanceHeldRequest(_ held: HeldBodies) {
        let life = generation
        while let piece = held.request.next() {
            touch()
            takeBody(piece.data, from: piece.position, end: piece.end)
            guard generation == life else { return }
        }
        guard requestPaused else { return }
        switch requestPhase {
        case .forwarding:
            if attempt.connection?.isWritable ?? (keptBytes <= bodyLimit) { unpauseRequest() }
        case .buffering: unpauseRequest()
        case .filtering, .paused:
            if requestQueuedBytes <= bodyLimit || collectingScript(.request) != nil { unpauseRequest() }
        case .answered: break
        }
    }

    // MARK: The answer

    @inline(__always)
    var isAnswerHeld: Bool {
        guard let held else { return false }
        return !held.answer.isEmpty
    }

    /// A piece is held that had come further than all that waits.
    func holdAnswer(_ data: ByteBuffer, end: Bool, by holder: Int) {
        bodies.answer.prepend(.init(data: data, end: end, position: holder, holder: holder))
    }

    /// Pieces of the queue are held, which the filters from a position of the chain on have seen: the first by a filter,
    /// or all of them only behind what else is held.
    func holdAnswerQueue(from index: Int, by holder: Int?, passed: Int) {
        let held = bodies
        let isWhole = isAnswerComplete
        let last = responseQueue.endIndex - 1
        for i in (index...last).reversed() {
            let holder = i == index ? holder : nil
            held.answer.prepend(
                .init(data: responseQueue[i], end: isWhole && i == last, position: holder ?? passed, holder: holder))
        }
        responseQueue.removeLast(last - index + 1)
    }

    /// Lets what nobody holds go on, as if it came now.
    func advanceHeldAnswer() {
        let life = generation
        while let piece = held?.answer.next() {
            touch()
            takeAnswer(piece.data, end: piece.end, before: piece.position)
            guard generation == life else { return }
        }
        readAnswerOn()
    }
}
