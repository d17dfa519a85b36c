import ApusConfig

/// What of a request's path the route's match covers, and a prefix rewrite therefore replaces.
enum MatchedPath: Sendable, Equatable {
    /// This many bytes at the start.
    case prefix(Int)
    /// All before the query.
    case whole
}

extension CompiledPathRewrite {
    /// Of a rewrite's pattern and substitution.
    init(_ rewrite: RegexRewrite) throws {
        self = .regex(try CompiledRegex(rewrite.pattern.regex), substitution: rewrite.substitution)
    }

    /// The path with its query as it is after the rewrite; nil when the rewrite says nothing or would leave no path.
    func apply(to target: Bytes, matched: MatchedPath) -> String? {
        let end = target.barePath.count
        switch self {
        case .prefix(let text):
            if text.isEmpty { return nil }
            // A filter may have shortened the path since it was matched.
            let replaced = if case .prefix(let count) = matched { min(count, target.count) } else { end }
            return text + Bytes(rebasing: target[replaced...]).string
        case .regex(let regex, let substitution):
            let path = Bytes(rebasing: target[0..<end])
            let rewritten = regex.replacingAll(in: path, with: substitution) ?? path.string
            return rewritten.isEmpty ? nil : rewritten + Bytes(rebasing: target[end...]).string
        }
    }
}

extension ForwardAction {
    /// Changes host and path as the route says. Header mutations come before; a host of the endpoint comes later
    /// (`rewriteHost(of:toEndpoint:)`). `noting`: the original values are kept in `x-envoy-original-*`.
    func rewrite(_ head: Head, matched: MatchedPath, noting: Bool) {
        switch hostRewrite {
        case nil, .auto: break
        case .literal(var host): host.withUTF8 { setHost(of: head, $0, noting: noting) }
        case .header(let name):
            if let host = head.value(name), host.count > 0 { setHost(of: head, host, noting: noting) }
        case .pathRegex(let regex, let substitution):
            let path = head.path.barePath
            // A path without a match becomes the host as it is, as Envoy has it.
            var host = regex.replacingAll(in: path, with: substitution) ?? path.string
            if !host.isEmpty { host.withUTF8 { setHost(of: head, $0, noting: noting) } }
        }
        guard var path = pathRewrite?.apply(to: head.path, matched: matched) else { return }
        if noting { head.set(.xEnvoyOriginalPath, head.path) }
        path.withUTF8 { head.setPath($0) }
    }

    /// `auto_host_rewrite`, once the endpoint is chosen; does nothing on routes without it and endpoints without a name.
    func rewriteHost(of head: Head, toEndpoint name: String, noting: Bool) {
        guard case .auto = hostRewrite, !name.isEmpty else { return }
        var name = name
        name.withUTF8 { setHost(of: head, $0, noting: noting) }
    }

    private func setHost(of head: Head, _ host: Bytes, noting: Bool) {
        let old = head.authority
        if old.count > 0 {
            if noting { head.set(.xEnvoyOriginalHost, old) }
            if appendXForwardedHost { head.appendForwardedHost() }
        }
        head.setAuthority(host)
    }
}

extension Head {
    /// Adds the authority to `x-forwarded-host`, unless it stands there last already.
    fileprivate func appendForwardedHost() {
        guard has(.xForwardedHost) else { return add(.xForwardedHost, authority) }
        var joined: [UInt8] = []
        forEachValue(Self.forwardedHost) { value in
            if !joined.isEmpty { joined.append(0x2c) }
            joined.append(contentsOf: value)
        }
        // Exactly as it stands: behind a space it is not the same, for Envoy.
        let last = joined.split(separator: 0x2c).last
        if last?.elementsEqual(authority) != true {
            if !joined.isEmpty { joined.append(0x2c) }
            joined.append(contentsOf: authority)
        }
        joined.withUnsafeBufferPointer { set(.xForwardedHost, $0) }
    }

    private static let forwardedHost = HeaderName(KnownHeader.xForwardedHost.name)
}

extension Exchange {
    /// Changes the request as its route says, just before it is forwarded: headers, then host, then path.
    func applyRoute() {
        guard let route, case .forward(let action) = route.action else { return }
        (policy ?? route.policy).requestMutations.apply(to: request, exchange: self)
        if var literal = hostRewriteLiteral, !literal.isEmpty { literal.withUTF8 { request.setAuthority($0) } }
        action.rewrite(request, matched: route.matched, noting: !settings.router.suppressEnvoyHeaders)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// A target without its query and fragment.
    @inline(__always)
    var barePath: Bytes {
        for i in 0..<count where self[i] == 0x3f || self[i] == 0x23 { return Bytes(rebasing: self[0..<i]) }
        return self
    }

    /// A path without its parameters: what stands between a `;` and the end of its segment.
    var withoutParameters: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var skipping = false
        for byte in self {
            if byte == 0x2f { skipping = false } else if byte == 0x3b { skipping = true }
            if !skipping { result.append(byte) }
        }
        return result
    }
}
