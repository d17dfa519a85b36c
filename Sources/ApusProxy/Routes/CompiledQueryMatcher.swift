import ApusConfig

/// One condition on a parameter of a request's query. Names and values count as sent: nothing is decoded.
final class CompiledQueryMatcher: Sendable {
    private enum Condition: Sendable {
        case string(CompiledStringMatcher)
        case present(Bool)
    }

    private let name: OwnedBytes
    private let condition: Condition

    init(_ matcher: QueryParameterMatcher) throws {
        name = OwnedBytes(matcher.name)
        switch matcher.match {
        case .string(let text): condition = .string(try CompiledStringMatcher(text))
        case .present(let wanted): condition = .present(wanted)
        }
    }

    /// `path` is the whole target. Of a parameter that is there twice, the first counts.
    func matches(_ path: Bytes) -> Bool {
        let value = path.queryParameter(name.bytes)
        switch condition {
        case .present(let wanted): return (value != nil) == wanted
        case .string(let matcher): return value.map(matcher.matches) ?? false
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The first value of a query parameter of this target; empty when it stands there without `=`.
    func queryParameter(_ name: Bytes) -> Bytes? {
        guard var from = position(of: 0x3f) else { return nil }
        from += 1
        while from < count {
            let rest = Bytes(rebasing: self[from...])
            let end = rest.position(of: 0x26) ?? rest.count
            let pair = Bytes(rebasing: rest[0..<end])
            let equals = pair.position(of: 0x3d) ?? pair.count
            if Bytes(rebasing: pair[0..<equals]).equals(name) {
                return Bytes(rebasing: pair[Swift.min(equals + 1, pair.count)...])
            }
            from += end + 1
        }
        return nil
    }
}
