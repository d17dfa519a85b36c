import NIOCore

/// Writes HTTP/1 messages. Framing is always ours: a head keeps its checked Content-Length, or the body is chunked, or
/// neither; what the peer said about its own connection stays there.
enum HTTP1Writer {
    /// Fields that belong to the hop they came from.
    private static let hop =
        KnownHeader.connection.bit | KnownHeader.keepAlive.bit | KnownHeader.proxyConnection.bit
        | KnownHeader.transferEncoding.bit | KnownHeader.upgrade.bit | KnownHeader.http2Settings.bit

    private static func skipped(chunked: Bool, upgrade: Bool) -> UInt64 {
        var mask = hop
        if upgrade { mask &= ~(KnownHeader.connection.bit | KnownHeader.upgrade.bit) }
        // RFC 9112, 6.2: never both.
        if chunked { mask |= KnownHeader.contentLength.bit }
        return mask
    }

    /// Appends a request head. Without a body by either of the two framings, methods that anticipate one get
    /// `content-length: 0` (RFC 9110, 8.6).
    static func writeRequest(
        _ head: Head, into buffer: inout ByteBuffer, chunked: Bool, upgrade: Bool, properCase: Bool
    ) {
        let room = estimate(head)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { raw in
            var out = HTTP1Output(raw, for: head, properCase: properCase)
            out.write(head.method)
            out.write(HTTP1Bytes.space)
            // CONNECT has no path; its target is the authority.
            out.write(head.pathRange.isEmpty ? head.authority : head.path)
            out.write(" HTTP/1.1\r\n")
            out.writeField("host", head.authority)
            out.writeFields(except: skipped(chunked: chunked, upgrade: upgrade))
            if chunked {
                out.writeField("transfer-encoding", "chunked")
            } else if !upgrade, !head.has(.contentLength), anticipatesBody(head.method) {
                out.writeField("content-length", "0")
            }
            if upgrade, !head.has(.connection) { out.writeField("connection", "Upgrade") }
            out.writeLineEnd()
            return out.count
        }
    }

    /// Appends an answer's head. `empty` says that no body follows, so that the client is told (`content-length: 0`)
    /// where an answer could have one.
    static func writeResponse(
        _ head: Head, into buffer: inout ByteBuffer, version: HTTPVersion, chunked: Bool, close: Bool,
        keepAlive10: Bool, upgrade: Bool, properCase: Bool, empty: Bool = false
    ) {
        let room = estimate(head)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { raw in
            var out = HTTP1Output(raw, for: head, properCase: properCase)
            out.write(version == .http10 ? "HTTP/1.0 " : "HTTP/1.1 ")
            let status = head.status
            out.writeNumber(UInt64(status))
            out.write(HTTP1Bytes.space)
            let reason = head.forwardsReason ? head.reason.trimmed : Bytes(start: nil, count: 0)
            if reason.isEmpty {
                out.write(HTTPReason.phrase(status))
            } else {
                out.write(reason)
            }
            out.writeLineEnd()
            // RFC 9110, 8.6: no length where there is no body by definition.
            let mayHaveBody = status >= 200 && status != 204
            out.writeFields(except: skipped(chunked: chunked || !mayHaveBody, upgrade: upgrade))
            if chunked, mayHaveBody {
                out.writeField("transfer-encoding", "chunked")
            } else if empty, mayHaveBody, status != 304, !head.has(.contentLength) {
                out.writeField("content-length", "0")
            }
            if upgrade {
                if !head.has(.connection) { out.writeField("connection", "Upgrade") }
            } else if close {
                out.writeField("connection", "close")
            } else if keepAlive10 {
                out.writeField("connection", "keep-alive")
            }
            out.writeLineEnd()
            return out.count
        }
    }

    /// Appends an interim answer without fields, such as 100.
    static func writeInterim(_ status: Int, into buffer: inout ByteBuffer) {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(status))
        buffer.writeStaticString(" ")
        buffer.writeStaticString(HTTPReason.phrase(status))
        buffer.writeStaticString("\r\n\r\n")
    }

    /// Appends an interim answer with its fields, such as 103.
    static func writeInterim(_ head: Head, into buffer: inout ByteBuffer, properCase: Bool) {
        let room = estimate(head)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { raw in
            var out = HTTP1Output(raw, for: head, properCase: properCase)
            out.write("HTTP/1.1 ")
            out.writeNumber(UInt64(head.status))
            out.write(HTTP1Bytes.space)
            out.write(HTTPReason.phrase(head.status))
            out.writeLineEnd()
            out.writeFields(except: skipped(chunked: true, upgrade: false))
            out.writeLineEnd()
            return out.count
        }
    }

    /// Appends what stands before a chunk of `size` bytes. A size of 0 would end the body: nothing is written for it.
    static func writeChunkHeader(_ size: Int, into buffer: inout ByteBuffer) {
        guard size > 0 else { return }
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 18) { raw in
            let digits = (Int.bitWidth - size.leadingZeroBitCount + 3) / 4
            var left = size
            // At most 16 digits and CRLF, in 18 bytes.
            for i in stride(from: digits - 1, through: 0, by: -1) {
                let digit = UInt8(truncatingIfNeeded: left & 15)
                raw[i] = digit < 10 ? 0x30 + digit : 0x57 + digit
                left >>= 4
            }
            raw[digits] = HTTP1Bytes.cr
            raw[digits + 1] = HTTP1Bytes.lf
            return digits + 2
        }
    }

    /// Appends what stands behind a chunk's data.
    static func writeChunkEnd(into buffer: inout ByteBuffer) { buffer.writeStaticString("\r\n") }

    /// Appends the chunk that ends a body, with the fields of a head as trailers: always in lower case, as by Envoy.
    static func writeLastChunk(into buffer: inout ByteBuffer, trailers: Head? = nil) {
        guard let trailers, trailers.slotCount > 0 else {
            buffer.writeStaticString("0\r\n\r\n")
            return
        }
        buffer.writeStaticString("0\r\n")
        let room = estimate(trailers)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { raw in
            var out = HTTP1Output(raw, for: trailers, properCase: false)
            out.writeFields(except: skipped(chunked: true, upgrade: false))
            out.writeLineEnd()
            return out.count
        }
    }

    /// No less than any head of ours takes: start line, fields, and what is written beside them.
    @inline(__always)
    private static func estimate(_ head: Head) -> Int {
        var room = 256 + Int(head.methodRange.length) + Int(head.pathRange.length) + 2 * Int(head.authorityRange.length)
        if head.forwardsReason { room += Int(head.reasonRange.length) }
        for i in 0..<head.slotCount { room += Int(head.slots[i].name.length) + Int(head.slots[i].value.length) + 4 }
        return room
    }

    /// Envoy leaves out the length 0 for methods whose requests seldom have bodies.
    private static func anticipatesBody(_ method: Bytes) -> Bool {
        if method.equals("GET") || method.equals("HEAD") { return false }
        return !(method.equals("DELETE") || method.equals("TRACE") || method.equals("CONNECT"))
    }
}
