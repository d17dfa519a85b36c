import ApusConfig

/// What of a request's host is cut off before anything looks at it.
struct HostNormalization: Sendable {
    let stripsTrailingDot: Bool
    let stripsAnyPort: Bool
    let stripsMatchingPort: Bool

    init(_ manager: HTTPConnectionManager) {
        stripsTrailingDot = manager.stripTrailingHostDot
        stripsAnyPort = manager.stripAnyHostPort
        stripsMatchingPort = manager.stripMatchingHostPort
    }

    var isNeeded: Bool { stripsTrailingDot || stripsAnyPort || stripsMatchingPort }

    /// Shortens the request's authority; `port` is the listener's.
    func apply(to head: Head, port: Int) {
        if stripsTrailingDot { stripDot(head) }
        guard stripsAnyPort || stripsMatchingPort else { return }
        let host = head.authority
        guard let start = host.portStart, let number = Bytes(rebasing: host[(start + 1)...]).decimal else { return }
        guard number <= UInt32.max, stripsAnyPort || number == UInt64(port) else { return }
        head.setAuthority(Bytes(rebasing: host[0..<start]))
    }

    /// `a.test.` and `a.test.:80`.
    private func stripDot(_ head: Head) {
        let host = head.authority
        guard let dot = host.lastPosition(of: 0x2e) else { return }
        if dot == host.count - 1 {
            head.setAuthority(Bytes(rebasing: host[0..<dot]))
        } else if host[dot + 1] == 0x3a {
            var shorter = Array(host)
            shorter.remove(at: dot)
            shorter.withUnsafeBufferPointer { head.setAuthority($0) }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    @inline(__always)
    func lastPosition(of byte: UInt8) -> Int? {
        var i = count - 1
        while i >= 0 {
            if self[i] == byte { return i }
            i -= 1
        }
        return nil
    }

    /// The position of the colon before a host's port; an IPv6 address has its own colons inside brackets.
    var portStart: Int? {
        guard let colon = lastPosition(of: 0x3a) else { return nil }
        if let bracket = lastPosition(of: 0x5d), bracket > colon { return nil }
        return colon
    }
}
