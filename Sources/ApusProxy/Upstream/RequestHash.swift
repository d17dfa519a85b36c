import ApusConfig

/// What a route makes requests' hashes of, ready to use.
final class CompiledHashPolicy: Sendable {
    private let steps: [Step]

    private struct Step: Sendable {
        let key: Key
        let isTerminal: Bool
    }

    private enum Key: Sendable {
        case header(HeaderName, rewrite: (regex: CompiledRegex, substitution: String)?)
        case cookie(HashCookie, name: OwnedBytes)
        case sourceIP
        case queryParameter(OwnedBytes)
    }

    /// Throws where a pattern is none.
    init(_ policies: [HashPolicy]) throws {
        steps = try policies.map { policy in
            let key: Key
            switch policy.key {
            case .header(let name, let rewrite):
                let compiled = try rewrite.map { (try CompiledRegex($0.pattern.regex), $0.substitution) }
                key = .header(HeaderName(name), rewrite: compiled)
            case .cookie(let cookie): key = .cookie(cookie, name: OwnedBytes(cookie.name))
            case .sourceIP: key = .sourceIP
            case .queryParameter(let name): key = .queryParameter(OwnedBytes(name))
            }
            return Step(key: key, isTerminal: policy.terminal)
        }
    }

    /// nil: the request has nothing to hash, and chance decides. A cookie that is made up waits in
    /// `exchange.hashCookies` for the answer.
    func evaluate(_ exchange: Exchange) -> UInt64? {
        var hash: UInt64?
        for step in steps {
            if let part = evaluate(step.key, exchange) {
                // Turned by a bit, so that two equal parts do not cancel each other out.
                hash = (hash.map { $0 << 1 | $0 >> 63 } ?? 0) ^ part
            }
            if step.isTerminal, hash != nil { break }
        }
        return hash
    }

    private func evaluate(_ key: Key, _ exchange: Exchange) -> UInt64? {
        switch key {
        case .header(let name, let rewrite): header(name, rewrite, exchange.request)
        case .cookie(let cookie, let name): self.cookie(cookie, name.bytes, exchange)
        case .sourceIP: exchange.remoteHost.isEmpty ? nil : XXHash64.hash(exchange.remoteHost)
        case .queryParameter(let name): exchange.request.path.queryParameter(name.bytes).map { XXHash64.hash($0) }
        }
    }

    private func header(
        _ name: HeaderName, _ rewrite: (regex: CompiledRegex, substitution: String)?, _ request: Head
    ) -> UInt64? {
        var first: Bytes?
        var count = 0
        request.forEachValue(name) { value in
            if first == nil { first = value }
            count += 1
        }
        guard let first else { return nil }
        if count == 1, rewrite == nil { return XXHash64.hash(first) }
        var values: [[UInt8]] = []
        request.forEachValue(name) { value in
            let text = rewrite.flatMap { $0.regex.replacingAll(in: value, with: $0.substitution) }
            values.append(text.map { Array($0.utf8) } ?? Array(value))
        }
        // The order in which they were sent must not matter.
        values.sort { $0.lexicographicallyPrecedes($1) }
        return values.reduce(0) { hash, value in value.withUnsafeBufferPointer { XXHash64.hash($0, seed: hash) } }
    }

    private func cookie(_ cookie: HashCookie, _ name: Bytes, _ exchange: Exchange) -> UInt64? {
        if let value = exchange.request.cookie(name), value.count > 0 { return XXHash64.hash(value) }
        guard let ttl = cookie.ttl else { return nil }
        // The same for all requests of a connection, which may be under way together.
        let connection = exchange.connection
        let place = (connection.directRemote?.hostAndPort ?? "") + (connection.local?.hostAndPort ?? "")
        let digits = String(XXHash64.hash(place), radix: 16)
        let value = String(repeating: "0", count: 16 - digits.count) + digits
        exchange.hashCookies.append(Self.setCookie(cookie, value: value, ttl: ttl))
        return XXHash64.hash(value)
    }

    private static func setCookie(_ cookie: HashCookie, value: String, ttl: Duration) -> String {
        var text = "\(cookie.name)=\"\(value)\""
        let seconds = ttl.components.seconds
        if seconds > 0 { text += "; Max-Age=\(seconds)" }
        if !cookie.path.isEmpty { text += "; Path=\(cookie.path)" }
        for attribute in cookie.attributes {
            text += attribute.value.isEmpty ? "; \(attribute.name)" : "; \(attribute.name)=\(attribute.value)"
        }
        return text + "; HttpOnly"
    }
}
