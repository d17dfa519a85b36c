import ApusConfig

/// A string matcher that works on bytes.
struct CompiledStringMatcher: Sendable {
    private enum Pattern {
        case exact, prefix, suffix, contains
        case regex(CompiledRegex)
    }

    private let pattern: Pattern
    /// In lower case when case is ignored; empty for a regular expression.
    private let text: OwnedBytes
    private let ignoresCase: Bool

    init(_ matcher: StringMatcher) throws {
        ignoresCase = matcher.ignoreCase
        let fold = matcher.ignoreCase
        func bytes(_ text: String) -> OwnedBytes { OwnedBytes(text.utf8.map { fold ? lowercased($0) : $0 }) }
        switch matcher.pattern {
        case .exact(let value): (pattern, text) = (.exact, bytes(value))
        case .prefix(let value): (pattern, text) = (.prefix, bytes(value))
        case .suffix(let value): (pattern, text) = (.suffix, bytes(value))
        case .contains(let value): (pattern, text) = (.contains, bytes(value))
        case .safeRegex(let regex): (pattern, text) = (.regex(try CompiledRegex(regex.regex)), bytes(""))
        }
    }

    func matches(_ value: Bytes) -> Bool {
        let wanted = text.bytes
        switch pattern {
        case .exact: return value.count == wanted.count && holds(value, at: 0)
        case .prefix: return value.count >= wanted.count && holds(value, at: 0)
        case .suffix: return value.count >= wanted.count && holds(value, at: value.count - wanted.count)
        case .contains:
            guard value.count >= wanted.count else { return false }
            for start in 0...(value.count - wanted.count) where holds(value, at: start) { return true }
            return false
        case .regex(let regex): return regex.matches(value)
        }
    }

    /// Whether the text stands in `value` at `start`, where it has room.
    @inline(__always)
    private func holds(_ value: Bytes, at start: Int) -> Bool {
        let wanted = text.bytes
        let part = Bytes(rebasing: value[start..<start + wanted.count])
        return ignoresCase ? part.equalsLowercase(wanted) : part.equals(wanted)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Equality with bytes that are in lower case already; the case of ASCII letters here does not count.
    @inline(__always)
    func equalsLowercase(_ lower: Bytes) -> Bool {
        guard count == lower.count else { return false }
        for i in 0..<count where lowercased(self[i]) != lower[i] { return false }
        return true
    }

    /// The position of the first byte of this value.
    @inline(__always)
    func position(of byte: UInt8) -> Int? {
        for i in 0..<count where self[i] == byte { return i }
        return nil
    }
}
