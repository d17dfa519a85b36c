import ApusConfig

/// One condition on a header of a request or an answer.
final class CompiledHeaderMatcher: Sendable {
    private enum Condition: Sendable {
        case string(CompiledStringMatcher)
        case present(Bool)
        case range(start: Int64, end: Int64)
    }

    private let name: HeaderName
    private let condition: Condition
    private let inverts: Bool
    private let missingIsEmpty: Bool
    private let joinsFields: Bool

    init(_ matcher: HeaderMatcher) throws {
        name = HeaderName(matcher.name)
        inverts = matcher.invertMatch
        missingIsEmpty = matcher.treatMissingHeaderAsEmpty
        joinsFields = matcher.joinsFields
        switch matcher.match {
        case .string(let text): condition = .string(try CompiledStringMatcher(text))
        case .present(let wanted): condition = .present(wanted)
        case .range(let start, let end): condition = .range(start: start, end: end)
        }
    }

    /// Of a header that is there more than once, each value counts on its own: one that matches is enough, and with
    /// `invert_match` one that does is too many. Where fields are joined, they are one value together.
    func matches(_ head: Head) -> Bool {
        var count = 0
        var matches = false
        func look(_ value: Bytes) {
            count += 1
            if !matches { matches = holds(value) }
        }
        if name.kind == .status {
            if head.status != 0 { withUnsafeDecimal(head.status, look) }
        } else {
            head.forEachValue(name, look)
            if joinsFields, count > 1 {
                var text = head.joined(name)
                matches = text.withUTF8(holds)
            }
        }
        if count == 0 {
            guard missingIsEmpty else {
                // What is not there matches no text and no number, inverted or not.
                if case .present(let wanted) = condition { return wanted == inverts }
                return false
            }
            look(Bytes(start: nil, count: 0))
        }
        return matches != inverts
    }

    private func holds(_ value: Bytes) -> Bool {
        switch condition {
        case .string(let matcher): return matcher.matches(value)
        case .present(let wanted): return wanted
        case .range(let start, let end):
            guard let number = value.integer else { return false }
            return number >= start && number < end
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The value of decimal digits with an optional sign and space around them.
    var integer: Int64? {
        var digits = trimmed
        var negative = false
        if let sign = digits.first, sign == 0x2d || sign == 0x2b {
            negative = sign == 0x2d
            digits = Bytes(rebasing: digits[1...])
        }
        while digits.count > 1, digits[0] == 0x30 { digits = Bytes(rebasing: digits[1...]) }
        guard let magnitude = digits.decimal else { return nil }
        if negative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }
}
