/// Reads heads of HTTP/1 messages: one pass over the received bytes, which fills slots and copies into the head's arena.
/// Pure: it keeps nothing between calls.
enum HTTP1Parser {
    /// Parses a request head at the start of `bytes`.
    ///
    /// `scanned` is how far an earlier call has looked for the end of this head in vain; 0 for a new head. The first
    /// call parses hopefully; later ones only search until the head is complete, so that a head that arrives byte by
    /// byte costs no more than its length.
    static func parseRequest(
        _ bytes: UnsafeRawBufferPointer, into head: Head, info: inout HTTP1MessageInfo,
        limits: borrowing HTTP1Limits, scanned: inout Int
    ) -> HTTP1ParseResult {
        guard bytes.count > 0, let start = bytes.baseAddress else { return .incomplete }
        let source = start.assumingMemoryBound(to: UInt8.self)
        // RFC 9112, 2.2: empty lines before a request line are skipped.
        var from = 0
        while from < bytes.count, source[from] == HTTP1Bytes.lf || source[from] == HTTP1Bytes.cr { from += 1 }
        return parse(source, bytes.count, from: from, head, limits: limits, scanned: &scanned) { scanner in
            info = HTTP1MessageInfo()
            return readRequest(&scanner, head, &info, limits)
        }
    }

    /// Parses an answer's head at the start of `bytes`. Interim answers are heads like others, with status 1xx and no
    /// body. What had been asked decides whether there is a body.
    static func parseResponse(
        _ bytes: UnsafeRawBufferPointer, into head: Head, info: inout HTTP1MessageInfo,
        requestMethodIsHead: Bool, requestMethodIsConnect: Bool = false,
        limits: borrowing HTTP1Limits, scanned: inout Int
    ) -> HTTP1ParseResult {
        guard bytes.count > 0, let start = bytes.baseAddress else { return .incomplete }
        let source = start.assumingMemoryBound(to: UInt8.self)
        return parse(source, bytes.count, from: 0, head, limits: limits, scanned: &scanned) { scanner in
            info = HTTP1MessageInfo()
            return readResponse(
                &scanner, head, &info, isHead: requestMethodIsHead, isConnect: requestMethodIsConnect, limits)
        }
    }

    enum Outcome {
        case complete, incomplete
        case failed(HTTP1Error)
    }

    @inline(__always)
    private static func parse(
        _ source: UnsafePointer<UInt8>, _ count: Int, from: Int, _ head: Head,
        limits: borrowing HTTP1Limits, scanned: inout Int, _ read: (inout HTTP1FieldScanner) -> Outcome
    ) -> HTTP1ParseResult {
        var end = min(count, limits.maxHeadBytes)
        guard from < end else { return from < limits.maxHeadBytes ? .incomplete : .failed(.headersTooLarge) }
        // What does not start as a token starts no message: TLS on a plain port is told at its first byte.
        guard HTTP1Bytes.token[Int(source[from])] != 0 else { return .failed(.malformed(.startLine)) }
        if scanned > 0 || end - from > hopefulBytes {
            // Three bytes back: the end of a head is up to four bytes long.
            guard let found = HTTP1Bytes.endOfHead(source, end, from: max(from, scanned - 3)) else {
                scanned = end
                return end < limits.maxHeadBytes ? .incomplete : .failed(.headersTooLarge)
            }
            end = found
        }
        head.clear()
        let block = head.reserveBlock(end - from)
        var scanner = HTTP1FieldScanner(source + from, end - from, block: block, base: head.used, isStrict: false)
        switch read(&scanner) {
        case .complete:
            scanned = 0
            if limits.keepsSpellings { HTTP1Spelling.remember(source + from, scanner.at, in: head, limits: limits) }
            return .head(consumed: from + scanner.at)
        case .incomplete:
            scanned = end
            return end < limits.maxHeadBytes ? .incomplete : .failed(.headersTooLarge)
        case .failed(let error): return .failed(error)
        }
    }

    /// How much is parsed without knowing that a head ends there. Beyond it, a body has come along and must not grow
    /// the head's arena.
    private static let hopefulBytes = 2048

    /// Reads the fields up to the empty line.
    @inline(__always)
    private static func readFields(
        _ scanner: inout HTTP1FieldScanner, _ head: Head, _ framing: inout HTTP1Framing,
        _ info: inout HTTP1MessageInfo, _ limits: borrowing HTTP1Limits, isRequest: Bool
    ) -> Outcome {
        var fields = 0
        while true {
            switch scanner.next() {
            case .end: return .complete
            case .incomplete: return .incomplete
            case .failed(let error): return .failed(error)
            case .field: break
            }
            fields += 1
            guard fields <= limits.maxHeaders else { return .failed(.tooManyHeaders) }
            let name = head.bytes(scanner.name)
            if isRequest, name.equals("host") {
                if let error = HTTP1Target.takeHost(scanner, head, &info) { return .failed(error) }
                continue
            }
            if limits.underscores != .allow, name.contains(0x5f) {
                if limits.underscores == .reject { return .failed(.underscore) }
                continue
            }
            // A name in the arena is at least one byte long.
            guard let known = KnownHeader.find(UnsafePointer(head.arena + Int(scanner.name.offset)), name.count) else {
                head.appendSlot(name: scanner.name, value: scanner.value, known: nil)
                continue
            }
            if HTTP1Framing.handles(known) {
                if let error = framing.take(known, scanner, into: head, isRequest: isRequest) { return .failed(error) }
            } else {
                head.appendSlot(name: scanner.name, value: scanner.value, known: known)
            }
        }
    }

    @inline(__always)
    private static func readRequest(
        _ scanner: inout HTTP1FieldScanner, _ head: Head, _ info: inout HTTP1MessageInfo,
        _ limits: borrowing HTTP1Limits
    ) -> Outcome {
        switch HTTP1StartLine.readRequest(&scanner, head, &info, limits) {
        case .complete: break
        case let other: return other
        }
        var framing = HTTP1Framing()
        switch readFields(&scanner, head, &framing, &info, limits, isRequest: true) {
        case .complete: break
        case let other: return other
        }
        // Everything that stores into the arena comes after this: the block is where it was until here.
        head.commitBlock(scanner.at)
        info.keepAlive = framing.persists(info.version)
        if let error = HTTP1Target.settle(head, &info, limits) { return .failed(error) }
        if let error = framing.settle(head, limits: limits, info: &info) { return .failed(error) }
        // RFC 9112, 6.1: whoever sent it did not speak chunked; where its body ends is anybody's guess.
        if framing.isChunked, info.version == .http10 { return .failed(.malformed(.transferEncoding)) }
        if let error = framing.cleanRequest(head, info: &info) { return .failed(error) }
        if framing.isChunked {
            info.body = .chunked
        } else if let length = framing.length, length > 0 {
            info.body = .known(length)
        }
        if info.body != .none, info.isConnect || info.upgrade { return .failed(.bodyDisallowed) }
        if info.version == .http11, let expect = head.value(.expect) {
            info.expectContinue = expect.equalsIgnoringCase("100-continue")
        }
        return .complete
    }

    @inline(__always)
    private static func readResponse(
        _ scanner: inout HTTP1FieldScanner, _ head: Head, _ info: inout HTTP1MessageInfo,
        isHead: Bool, isConnect: Bool, _ limits: borrowing HTTP1Limits
    ) -> Outcome {
        switch HTTP1StartLine.readResponse(&scanner, head, &info) {
        case .complete: break
        case let other: return other
        }
        var framing = HTTP1Framing()
        switch readFields(&scanner, head, &framing, &info, limits, isRequest: false) {
        case .complete: break
        case let other: return other
        }
        head.commitBlock(scanner.at)
        info.keepAlive = framing.persists(info.version)
        if let error = framing.settle(head, limits: limits, info: &info) { return .failed(error) }
        // RFC 9112, 6.1: believed once, and the connection with it.
        if framing.isChunked, info.version == .http10 { info.keepAlive = false }
        info.upgrade = head.status == 101 && head.has(.upgrade)
        if !info.upgrade {
            head.remove(.connection)
            head.remove(.upgrade)
        }
        let status = head.status
        if status < 200 || status == 204 {
            // RFC 9110, 8.6 and RFC 9112, 6.1: these have no body, and may not say that they had.
            if framing.isChunked || framing.length ?? 0 > 0 { return .failed(.malformed(.bodyNotAllowed)) }
            head.remove(.contentLength)
        } else if isHead || status == 304 || (isConnect && status < 300) {
            info.body = .none
        } else if framing.isChunked {
            info.body = .chunked
        } else if let length = framing.length {
            info.body = length > 0 ? .known(length) : .none
        } else {
            info.body = .untilClose
            info.keepAlive = false
        }
        return .complete
    }
}
