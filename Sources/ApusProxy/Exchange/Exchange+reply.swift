import ApusConfig
import NIOCore

extension Exchange {
    /// Answers the client without, or instead of, an upstream. The answer passes the filters as any other does.
    public func reply(_ reply: LocalReply) {
        guard responsePhase == .none else {
            flags.insert(reply.flags)
            details = reply.details
            return resetDownstream()
        }
        requestPhase = .answered
        if !luaRuns.isEmpty { abandonScripts(.request) }
        if let held { held.request = HeldBody() }
        delayedVerdict = nil
        // The answer came before the body was looked at.
        if endAwaitsRouter { bytesReceived = 0 }
        attempt.cancel()
        deadlines.response = Deadlines.never
        deadlines.requestReceived = Deadlines.never
        deadlines.backOff = Deadlines.never
        deadlines.delay = Deadlines.never
        deadlines.tryDuration = Deadlines.never
        stopTryClocks()
        requestQueue.removeAll(keepingCapacity: true)
        requestQueuedBytes = 0
        kept.removeAll(keepingCapacity: true)
        keptBytes = 0
        RetryFilter.settled(self)
        if reply.status >= 500, attemptCount == 0 { cluster?.refusals &+= 1 }
        flags.insert(reply.flags)
        details = reply.details
        fill(response, from: reply)
        beginAnswer(body: replyBody, end: true)
    }

    /// Writes the head of an answer of our own; its body waits in `replyBody`. In the order of Envoy: the route's
    /// headers, for which the answer has no status yet, then the reply's own, then the mappers', then those of the body.
    func fill(_ head: Head, from reply: LocalReply) {
        head.clear()
        replyBody = nil
        if case .forward? = route?.action { policy?.responseMutations.apply(to: head, exchange: self) }
        if let route, attemptCount > 0, route.virtualHost.includeAttemptCountInResponse {
            withUnsafeDecimal(attemptCount) { head.set(.xEnvoyAttemptCount, $0) }
        }
        reply.adjust?(head)
        if reply.isRoutesOwn { policy?.responseMutations.apply(to: head, exchange: self) }
        var reply = reply
        var typed = head.has(.contentType)
        if let mapped = settings.localReplies {
            let body = reply.body
            let isNamed = mapped.apply(to: &reply, head: head, exchange: self)
            typed = isNamed || (typed && reply.body == body)
        }
        if isGRPC {
            head.status = 200
            head.set(.contentType, "application/grpc")
            head.set(.contentLength, "0")
            let code = reply.grpcStatus ?? Exchange.grpcStatus(ofHTTP: reply.status)
            withUnsafeDecimal(code) { head.set(.grpcStatus, $0) }
            if !reply.body.isEmpty {
                var message = GRPCMessage.encode(reply.body)
                message.withUTF8 { head.add(.grpcMessage, $0) }
            }
        } else {
            head.status = reply.status
            if reply.status != 204, reply.status >= 200 {
                withUnsafeDecimal(reply.data?.readableBytes ?? reply.body.utf8.count) { head.set(.contentLength, $0) }
            }
            let isEmpty = reply.data.map { $0.readableBytes == 0 } ?? reply.body.isEmpty
            if isEmpty {
                head.remove(.contentType)
            } else {
                var type = reply.contentType
                if !typed { type.withUTF8 { head.set(.contentType, $0) } }
                if !requestIsHead { replyBody = reply.data ?? ByteBuffer(string: reply.body) }
            }
            // HEAD without a body to measure: the length of what GET would give is not known (as Envoy leaves it open).
            if requestIsHead, isEmpty { head.remove(.contentLength) }
        }
    }

    /// The answer has begun and cannot be completed: the client sees the stream break.
    func resetDownstream() {
        guard isLive, responsePhase != .complete else { return }
        attempt.cancel()
        let stream = downstream
        worker.counters(settings.stats).add(.downstreamRqTxReset)
        finish(whole: false)
        stream?.reset()
    }
}

/// `grpc-message` (gRPC over HTTP/2, "Responses").
enum GRPCMessage {
    /// Percent-encodes what `grpc-message` may not carry.
    static func encode(_ message: String) -> String {
        guard message.utf8.contains(where: { $0 < 0x20 || $0 > 0x7e || $0 == 0x25 }) else { return message }
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in message.utf8 {
            if byte < 0x20 || byte > 0x7e || byte == 0x25 {
                bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
