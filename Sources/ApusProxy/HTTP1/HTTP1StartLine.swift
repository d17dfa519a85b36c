/// Request lines and status lines.
enum HTTP1StartLine {
    /// `method SP target SP version`. Runs of blanks separate, as RFC 9112, 3 allows and Envoy does; nothing else is
    /// forgiven.
    @inline(__always)
    static func readRequest(
        _ scanner: inout HTTP1FieldScanner, _ head: Head, _ info: inout HTTP1MessageInfo,
        _ limits: borrowing HTTP1Limits
    ) -> HTTP1Parser.Outcome {
        let source = scanner.source, count = scanner.count, block = scanner.block
        var i = 0
        while i < count, scanner.token[Int(source[i])] != 0 {
            block[i] = source[i]
            i += 1
        }
        guard i < count else { return .incomplete }
        guard i > 0, HTTP1Bytes.isBlank(source[i]) else { return .failed(.malformed(.startLine)) }
        head.methodRange = TextRange(offset: UInt32(scanner.base), length: UInt32(i))
        if let error = readMethod(head.method, &info, limits) { return .failed(error) }
        while i < count, HTTP1Bytes.isBlank(source[i]) { i += 1 }
        let target = i
        i += HTTP1Bytes.copyVisible(source + i, count - i, to: block + i)
        guard i < count else { return .incomplete }
        guard i > target else { return .failed(.malformed(.startLine)) }
        head.pathRange = TextRange(offset: UInt32(scanner.base + target), length: UInt32(i - target))
        switch source[i] {
        case HTTP1Bytes.space, HTTP1Bytes.tab: break
        case HTTP1Bytes.lf, HTTP1Bytes.cr: return withoutVersion(source, count, i)
        default: return .failed(.invalidCharacters)
        }
        while i < count, HTTP1Bytes.isBlank(source[i]) { i += 1 }
        guard i < count else { return .incomplete }
        if source[i] == HTTP1Bytes.lf || source[i] == HTTP1Bytes.cr { return withoutVersion(source, count, i) }
        guard i + 8 < count else { return prefixesVersion(source + i, count - i) }
        guard let (major, minor) = version(source + i) else { return .failed(.malformed(.version)) }
        i += 8
        while i < count, HTTP1Bytes.isBlank(source[i]) { i += 1 }
        switch lineEnd(source, count, i) {
        case .at(let next): scanner.at = next
        case .incomplete: return .incomplete
        case .missing: return .failed(.malformed(.version))
        }
        guard major == 1, minor == 1 || (minor == 0 && limits.allowHTTP10) else { return .failed(.versionTooLow) }
        info.version = minor == 1 ? .http11 : .http10
        return .complete
    }

    /// `version SP status SP reason`.
    @inline(__always)
    static func readResponse(
        _ scanner: inout HTTP1FieldScanner, _ head: Head, _ info: inout HTTP1MessageInfo
    ) -> HTTP1Parser.Outcome {
        let source = scanner.source, count = scanner.count
        guard count > 8 else { return prefixesVersion(source, count) }
        // Envoy takes any digits for a version; another major version is another protocol (RFC 9110, 2.5).
        guard let (major, minor) = version(source), major == 1, HTTP1Bytes.isBlank(source[8]) else {
            return .failed(.malformed(.version))
        }
        info.version = minor == 0 ? .http10 : .http11
        var i = 8
        while i < count, HTTP1Bytes.isBlank(source[i]) { i += 1 }
        guard i + 3 < count else { return .incomplete }
        let hundreds = source[i] &- 0x30, tens = source[i + 1] &- 0x30, units = source[i + 2] &- 0x30
        guard hundreds > 0, hundreds < 10, tens < 10, units < 10 else { return .failed(.malformed(.status)) }
        head.status = Int(hundreds) * 100 + Int(tens) * 10 + Int(units)
        i += 3
        if HTTP1Bytes.isBlank(source[i]) {
            i += 1
            let reason = i
            i += HTTP1Bytes.copyText(source + i, count - i, to: scanner.block + i)
            while i < count, source[i] == HTTP1Bytes.tab {
                scanner.block[i] = HTTP1Bytes.tab
                i += 1
                i += HTTP1Bytes.copyText(source + i, count - i, to: scanner.block + i)
            }
            head.reasonRange = TextRange(offset: UInt32(scanner.base + reason), length: UInt32(i - reason))
        }
        switch lineEnd(source, count, i) {
        case .at(let next): scanner.at = next
        case .incomplete: return .incomplete
        case .missing: return .failed(.malformed(.status))
        }
        return .complete
    }

    private enum LineEnd {
        case at(Int)
        case incomplete, missing
    }

    @inline(__always)
    private static func lineEnd(_ source: UnsafePointer<UInt8>, _ count: Int, _ i: Int) -> LineEnd {
        guard i < count else { return .incomplete }
        if source[i] == HTTP1Bytes.lf { return .at(i + 1) }
        guard source[i] == HTTP1Bytes.cr else { return .missing }
        guard i + 1 < count else { return .incomplete }
        return source[i + 1] == HTTP1Bytes.lf ? .at(i + 2) : .missing
    }

    /// The line ends behind its target: HTTP/0.9.
    private static func withoutVersion(_ source: UnsafePointer<UInt8>, _ count: Int, _ i: Int) -> HTTP1Parser.Outcome {
        switch lineEnd(source, count, i) {
        case .at: .failed(.versionTooLow)
        case .incomplete: .incomplete
        case .missing: .failed(.malformed(.startLine))
        }
    }

    /// The version of eight readable bytes `HTTP/d.d`.
    @inline(__always)
    private static func version(_ at: UnsafePointer<UInt8>) -> (major: UInt8, minor: UInt8)? {
        let major = at[5] &- 0x30, minor = at[7] &- 0x30
        guard at[0] == 0x48, at[1] == 0x54, at[2] == 0x54, at[3] == 0x50, at[4] == 0x2f, at[6] == 0x2e,
            major < 10, minor < 10
        else { return nil }
        return (major, minor)
    }

    /// Whether the first bytes of what should become a version can still become one.
    private static func prefixesVersion(_ at: UnsafePointer<UInt8>, _ count: Int) -> HTTP1Parser.Outcome {
        let name: StaticString = "HTTP/"
        for i in 0..<min(count, 5) where at[i] != name.utf8Start[i] { return .failed(.malformed(.version)) }
        for i in min(count, 5)..<min(count, 8) {
            guard i == 6 ? at[i] == 0x2e : at[i] &- 0x30 < 10 else { return .failed(.malformed(.version)) }
        }
        return .incomplete
    }

    /// Methods are case-sensitive; one that nobody registered is refused as Envoy refuses it.
    @inline(__always)
    private static func readMethod(
        _ method: Bytes, _ info: inout HTTP1MessageInfo, _ limits: borrowing HTTP1Limits
    ) -> HTTP1Error? {
        if method.equals("GET") || method.equals("POST") { return nil }
        info.isHead = method.equals("HEAD")
        info.isConnect = method.equals("CONNECT")
        if info.isHead || info.isConnect || limits.allowCustomMethods { return nil }
        return isRegistered(method) ? nil : .malformed(.method)
    }

    private static func isRegistered(_ method: Bytes) -> Bool {
        for name in registered where method.equals(name) { return true }
        return false
    }

    private static let registered: [StaticString] = [
        "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK",
        "UNLOCK",
        "SEARCH", "REPORT", "PURGE", "QUERY", "ACL", "BIND", "REBIND", "UNBIND", "CHECKOUT", "MERGE", "MKACTIVITY",
        "MKCALENDAR", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE", "LINK", "UNLINK", "SOURCE",
    ]
}
