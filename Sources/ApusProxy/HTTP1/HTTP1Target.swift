/// Request targets and authorities.
enum HTTP1Target {
    /// Takes a Host field as the authority; further ones wait as fields for `settle`.
    @inline(__always)
    static func takeHost(
        _ field: borrowing HTTP1FieldScanner, _ head: Head, _ info: inout HTTP1MessageInfo
    ) -> HTTP1Error? {
        guard !field.isIrregular else { return .malformed(.host) }
        guard HTTP1Bytes.all(head.bytes(field.value), in: HTTP1Bytes.authority) else { return .invalidAuthority }
        if info.hasHost {
            info.hasManyHosts = true
            head.appendSlot(name: field.name, value: field.value, known: nil)
        } else {
            head.authorityRange = field.value
            info.hasHost = true
        }
        return nil
    }

    /// Envoy joins repeated Host fields; the one Host that leaves is the one that routing saw.
    private static func joinHosts(_ head: Head) {
        var joined = Array(head.authority)
        head.removeFields { name, value in
            guard name.equals("host") else { return false }
            joined.append(0x2c)
            joined.append(contentsOf: value)
            return true
        }
        joined.withUnsafeBufferPointer { head.setAuthority($0) }
    }

    /// Brings the target into path, authority and scheme, once all fields are read (RFC 9112, 3.2 and 3.3).
    @inline(__always)
    static func settle(_ head: Head, _ info: inout HTTP1MessageInfo, _ limits: borrowing HTTP1Limits) -> HTTP1Error? {
        if info.hasManyHosts { joinHosts(head) }
        let target = head.path
        // A target is at least one byte long.
        if target[0] != 0x2f || info.isConnect {
            if let error = settleUnusual(target, head, &info, limits) { return error }
        }
        if !info.hasHost, info.version == .http10, !limits.defaultHostForHTTP10.isEmpty {
            limits.defaultHostForHTTP10.withUnsafeBufferPointer { head.setAuthority($0) }
            info.hasHost = true
        }
        return nil
    }

    private static func settleUnusual(
        _ target: Bytes, _ head: Head, _ info: inout HTTP1MessageInfo, _ limits: borrowing HTTP1Limits
    ) -> HTTP1Error? {
        if info.isConnect {
            guard let authority = authority(target, needsPort: true) else { return .invalidURL }
            head.authorityRange = range(authority, of: target, at: head.pathRange)
            head.pathRange = .none
            info.hasHost = true
            return nil
        }
        if target.count == 1, target[0] == 0x2a {
            return head.method.equals("OPTIONS") ? nil : .invalidURL
        }
        let isAbsolute = target.indices.dropLast(2).contains { slice(target, $0, $0 + 3).equals("://") }
        guard isAbsolute else { return .malformed(.target) }
        guard limits.allowAbsoluteURL else { return nil }
        let scheme: StaticString
        if target.count >= 7, slice(target, 0, 7).equalsIgnoringCase("http://") {
            scheme = "http"
        } else if target.count >= 8, slice(target, 0, 8).equalsIgnoringCase("https://") {
            scheme = "https"
        } else {
            return .invalidScheme
        }
        let start = scheme.utf8CodeUnitCount + 3
        let end = target[start...].firstIndex { $0 == 0x2f || $0 == 0x3f || $0 == 0x23 } ?? target.count
        guard let authority = authority(slice(target, start, end), needsPort: false) else { return .invalidURL }
        let whole = head.pathRange
        head.authorityRange = range(authority, of: target, at: whole)
        info.hasHost = true
        if end < target.count, target[end] == 0x2f {
            head.pathRange = TextRange(offset: whole.offset + UInt32(end), length: whole.length - UInt32(end))
        } else {
            // RFC 9112, 3.2.1: an empty path is sent as a slash; Envoy answers 404 where a query follows it.
            let slash = head.store(("/" as StaticString).bytes)
            let rest = TextRange(offset: whole.offset + UInt32(end), length: whole.length - UInt32(end))
            let query = head.store(head.bytes(rest))
            head.pathRange = TextRange(offset: slash.offset, length: 1 + query.length)
        }
        head.setScheme(scheme.bytes)
        return nil
    }

    /// Host and port of `[userinfo@]host[:port]`; nil where that is not one. Userinfo is left out, as by Envoy.
    private static func authority(_ bytes: Bytes, needsPort: Bool) -> Bytes? {
        let from = bytes.lastIndex(of: 0x40).map { $0 + 1 } ?? 0
        guard !needsPort || from == 0 else { return nil }
        let whole = slice(bytes, from, bytes.count)
        guard whole.count > 0 else { return nil }
        var hostEnd: Int
        if whole[0] == 0x5b {
            guard let bracket = whole.firstIndex(of: 0x5d), bracket > 1 else { return nil }
            for byte in slice(whole, 1, bracket) {
                let isHex = byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
                guard isHex || byte == HTTP1Bytes.colon || byte == 0x2e else { return nil }
            }
            hostEnd = bracket + 1
        } else {
            hostEnd = whole.firstIndex(of: HTTP1Bytes.colon) ?? whole.count
            guard hostEnd > 0, HTTP1Bytes.all(slice(whole, 0, hostEnd), in: HTTP1Bytes.urlHost) else { return nil }
        }
        if hostEnd == whole.count { return needsPort ? nil : whole }
        guard whole[hostEnd] == HTTP1Bytes.colon, whole.count - hostEnd <= 6,
            let port = slice(whole, hostEnd + 1, whole.count).decimal, port <= 65_535
        else { return nil }
        return whole
    }

    private static func slice(_ bytes: Bytes, _ from: Int, _ to: Int) -> Bytes { Bytes(rebasing: bytes[from..<to]) }

    /// The place of a part of `whole` that lies at `range`.
    private static func range(_ part: Bytes, of whole: Bytes, at range: TextRange) -> TextRange {
        guard let a = whole.baseAddress, let b = part.baseAddress else { return .none }
        return TextRange(offset: range.offset + UInt32(a.distance(to: b)), length: UInt32(part.count))
    }
}
