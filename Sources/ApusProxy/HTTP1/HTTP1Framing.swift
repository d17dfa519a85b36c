/// What a head's framing fields say, gathered field by field: the part of the grammar where leniency lets one message
/// hide in another. Fields of this hop do not reach the head.
struct HTTP1Framing {
    private(set) var length: UInt64?
    private(set) var isChunked = false
    private(set) var close = false
    private(set) var keepAlive = false
    private(set) var upgradeOption = false
    private(set) var nominates = false
    private var sentTrailers = false
    private var transferEncodings = 0

    /// The names that `take` handles; the first cases of `KnownHeader`.
    @inline(__always)
    static func handles(_ known: KnownHeader) -> Bool { known.rawValue <= KnownHeader.te.rawValue }

    /// Takes note of a field. The name must be one that `handles` says yes to.
    mutating func take(_ known: KnownHeader, _ field: HTTP1FieldScanner, into head: Head, isRequest: Bool)
        -> HTTP1Error?
    {
        let value = head.bytes(field.value)
        switch known {
        case .contentLength:
            // RFC 9112, 6.3: repeated lengths are refused even when they agree, as Envoy does.
            guard !field.isIrregular, length == nil, let number = value.decimal else {
                return .malformed(.contentLength)
            }
            length = number
            var range = field.value
            while range.length > 1, head.bytes(range)[0] == 0x30 {
                range.offset += 1
                range.length -= 1
            }
            head.appendSlot(name: field.name, value: range, known: known)
        case .transferEncoding:
            guard !field.isIrregular else { return .malformed(.transferEncoding) }
            transferEncodings += 1
            isChunked = transferEncodings == 1 && value.equalsIgnoringCase("chunked")
        case .connection:
            guard !field.isIrregular else { return .malformed(.fieldLine) }
            takeConnection(value)
            head.appendSlot(name: field.name, value: field.value, known: known)
        case .proxyConnection:
            if value.equalsIgnoringCase("close") { close = true }
        case .upgrade:
            head.appendSlot(name: field.name, value: field.value, known: known)
        case .te:
            // RFC 9110, 10.1.4: TE is for this hop; that trailers are welcome is the one part worth passing on.
            guard isRequest else {
                head.appendSlot(name: field.name, value: field.value, known: known)
                break
            }
            guard !sentTrailers, let range = trailersOption(value, at: field.value) else { break }
            sentTrailers = true
            head.lowercase(range)
            head.appendSlot(name: field.name, value: range, known: known)
        default: break
        }
        return nil
    }

    /// The place of the option `trailers` in a TE field.
    private func trailersOption(_ value: Bytes, at place: TextRange) -> TextRange? {
        guard let start = value.baseAddress else { return nil }
        var found: TextRange?
        value.forEachElement { option in
            guard option.equalsIgnoringCase("trailers"), let at = option.baseAddress else { return }
            let offset = place.offset + UInt32(UnsafePointer(start).distance(to: at))
            found = TextRange(offset: offset, length: UInt32(option.count))
        }
        return found
    }

    private mutating func takeConnection(_ value: Bytes) {
        if value.equalsIgnoringCase("keep-alive") {
            keepAlive = true
        } else if value.equalsIgnoringCase("close") {
            close = true
        } else {
            var seen = self
            value.forEachElement { option in
                if option.equalsIgnoringCase("keep-alive") {
                    seen.keepAlive = true
                } else if option.equalsIgnoringCase("close") {
                    seen.close = true
                } else if option.equalsIgnoringCase("upgrade") {
                    seen.upgradeOption = true
                } else {
                    seen.nominates = true
                }
            }
            self = seen
        }
    }

    func persists(_ version: HTTPVersion) -> Bool {
        !close && (version != .http10 || keepAlive)
    }

    /// Settles Content-Length against Transfer-Encoding (RFC 9112, 6.1 and 6.3). Nil length and not chunked: neither.
    mutating func settle(_ head: Head, limits: borrowing HTTP1Limits, info: inout HTTP1MessageInfo) -> HTTP1Error? {
        guard transferEncodings > 0 else { return nil }
        if length != nil {
            guard limits.allowChunkedLength else { return .lengthAndChunked }
            // The peer may have been tricked into sending both; nothing after this message is believed.
            length = nil
            head.remove(.contentLength)
            info.keepAlive = false
        }
        return isChunked ? nil : .unsupportedTransferEncoding
    }

    /// Takes out the fields that a request's Connection names (RFC 9110, 7.6.1), and Connection and Upgrade unless the
    /// request asks for an upgrade.
    mutating func cleanRequest(_ head: Head, info: inout HTTP1MessageInfo) -> HTTP1Error? {
        guard head.hasAny(KnownHeader.connection.bit | KnownHeader.upgrade.bit) else { return nil }
        if let protocolName = head.value(.upgrade), upgradeOption {
            if protocolName.equalsIgnoringCase("h2c") {
                // Envoy: an upgrade to HTTP/2 is not granted; the request goes on without the offer.
                head.remove(.http2Settings)
            } else {
                info.upgrade = true
            }
        }
        if nominates, let error = removeNominated(head, &info) { return error }
        if info.upgrade {
            if nominates { head.set(.connection, "Upgrade" as StaticString) }
        } else {
            head.remove(.connection)
            head.remove(.upgrade)
        }
        return nil
    }

    private func removeNominated(_ head: Head, _ info: inout HTTP1MessageInfo) -> HTTP1Error? {
        var options = 0
        var refused = false
        var dropsHost = false
        head.forEachValue(HTTP1Framing.connectionName) { value in
            value.forEachElement { option in
                options += 1
                refused = refused || !HTTP1Framing.mayNominate(option)
                guard !refused, options < 10 else { return }
                // Connection itself goes later; TE has been cut down to what may pass.
                if option.equalsIgnoringCase("connection") || option.equalsIgnoringCase("upgrade") { return }
                if option.equalsIgnoringCase("te") { return }
                // As in Envoy: what is named goes, and without a host there is no request.
                if option.equalsIgnoringCase("host") { dropsHost = true }
                head.removeFields { name, _ in option.equalsIgnoringCase(name) }
            }
        }
        if dropsHost { info.hasHost = false }
        return refused || options >= 10 ? .connectionRejected : nil
    }

    private static let connectionName = HeaderName("connection")

    /// An adversary who names X-Forwarded fields here has the next hop believe the request came from us; one who names
    /// Content-Length changes what the request is.
    private static func mayNominate(_ option: Bytes) -> Bool {
        for name in kept where option.equalsIgnoringCase(name) { return false }
        return option[0] != HTTP1Bytes.colon
    }

    private static let kept: [StaticString] = [
        "content-length", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
    ]
}

extension UnsafeBufferPointer<UInt8> {
    /// Equality that ignores the case of ASCII letters.
    func equalsIgnoringCase(_ other: Bytes) -> Bool {
        guard count == other.count else { return false }
        for i in 0..<count where lowercased(self[i]) != lowercased(other[i]) { return false }
        return true
    }
}
