/// The trailer section of a chunked body.
enum HTTP1Trailers {
    /// Adds the fields to `head`; checks them only, where there is none. Nothing is taken before all of it is there.
    static func read(
        _ bytes: UnsafeRawBufferPointer, into head: Head?, maxBytes: Int, maxFields: Int, scanned: inout Int
    ) -> HTTP1ParseResult {
        guard bytes.count > 0, let start = bytes.baseAddress else { return .incomplete }
        let source = start.assumingMemoryBound(to: UInt8.self)
        let limit = min(bytes.count, maxBytes)
        guard HTTP1Bytes.token[Int(source[0])] != 0 || source[0] == HTTP1Bytes.cr else {
            return .failed(.malformed(.trailers))
        }
        if source[0] == HTTP1Bytes.cr, limit > 1, source[1] != HTTP1Bytes.lf {
            return .failed(.malformed(.trailers))
        }
        guard let end = HTTP1Bytes.endOfHead(source, limit, from: max(0, scanned - 3)) else {
            scanned = limit
            return limit < maxBytes ? .incomplete : .failed(.headersTooLarge)
        }
        let fields = head ?? Head()
        let block = fields.reserveBlock(end)
        var scanner = HTTP1FieldScanner(source, end, block: block, base: fields.used, isStrict: true)
        var count = 0
        while true {
            switch scanner.next() {
            case .field: break
            case .end:
                scanned = 0
                fields.commitBlock(scanner.at)
                return .head(consumed: scanner.at)
            // The end had been found, so that only a bare LF there brings the scanner here.
            case .incomplete: return .failed(.malformed(.trailers))
            case .failed(let error): return .failed(error)
            }
            count += 1
            guard count <= maxFields else { return .failed(.tooManyHeaders) }
            let name = fields.bytes(scanner.name)
            // A name is at least one byte long.
            let known = KnownHeader.find(block + Int(scanner.name.offset) - scanner.base, name.count)
            // RFC 9110, 6.5.1: framing, routing and hop-by-hop fields mean nothing here; passed on, they would be an
            // attack on a reader that merges trailers into the head.
            if let known, HTTP1Framing.handles(known) || known == .trailer || known == .expect { continue }
            if name.equals("host") { continue }
            fields.appendSlot(name: scanner.name, value: scanner.value, known: known)
        }
    }
}
