/// A word of a Lua script.
struct LuaToken: Equatable {
    enum Kind: Equatable {
        /// Reserved words are names, too.
        case name(String)
        /// What stands between the quotes or long brackets; escapes as written.
        case text(String)
        case number
        /// One byte, but for dots and colons, which stand in groups.
        case symbol(String)
    }

    var kind: Kind
    /// Where it ends, from 1.
    var line: Int
}

/// Divides a script into words as far as the manual's section 3.1 goes, without comments. Takes any text: what is no
/// Lua gives some words or other.
struct LuaTokens {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ source: String) { bytes = Array(source.utf8) }

    mutating func next() -> LuaToken? {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): skipLineEnd()
            case UInt8(ascii: " "), UInt8(ascii: "\t"), 11, 12: position += 1
            case UInt8(ascii: "-") where peek(1) == byte: skipComment()
            default: return LuaToken(kind: word(byte), line: line)
            }
        }
        return nil
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private mutating func word(_ byte: UInt8) -> LuaToken.Kind {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(quoted(byte))
        case UInt8(ascii: "["):
            if let text = bracketed() { return .text(text) }
        case UInt8(ascii: "."), UInt8(ascii: ":"):
            if byte == UInt8(ascii: "."), let digit = peek(1), Self.isDigit(digit) { return number() }
            return .symbol(take { $0 == byte })
        case _ where Self.isDigit(byte): return number()
        case _ where Self.isLetter(byte): return .name(take(while: Self.isLetterOrDigit))
        default: break
        }
        position += 1
        return .symbol(String(decoding: [byte], as: UTF8.self))
    }

    private mutating func take(while belongs: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = peek(), belongs(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// `0x1p-4`, as far as its sign.
    private mutating func number() -> LuaToken.Kind {
        _ = take { Self.isLetterOrDigit($0) || $0 == UInt8(ascii: ".") }
        return .number
    }

    /// A string in quotes; one that is not closed ends with its line.
    private mutating func quoted(_ quote: UInt8) -> String {
        position += 1
        let start = position
        while let byte = peek(), byte != quote, !Self.isLineEnd(byte) {
            position += 1
            guard byte == UInt8(ascii: "\\"), let escaped = peek() else { continue }
            if Self.isLineEnd(escaped) { skipLineEnd() } else { position += 1 }
            if escaped == UInt8(ascii: "z") { skipSpace() }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if peek() == quote { position += 1 }
        return text
    }

    /// `[[ ]]` or `[==[ ]==]`, to the end of the script if it is not closed; nil where no long bracket opens.
    private mutating func bracketed() -> String? {
        var level = 0
        while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
        guard peek(1 + level) == UInt8(ascii: "[") else { return nil }
        position += 2 + level
        let start = position
        while let byte = peek() {
            if byte == UInt8(ascii: "]"), closes(level) {
                defer { position += 2 + level }
                return String(decoding: bytes[start..<position], as: UTF8.self)
            }
            if Self.isLineEnd(byte) { skipLineEnd() } else { position += 1 }
        }
        return String(decoding: bytes[start...], as: UTF8.self)
    }

    /// Whether a long bracket of this level closes here.
    private func closes(_ level: Int) -> Bool {
        guard peek(1 + level) == UInt8(ascii: "]") else { return false }
        return (0..<level).allSatisfy { peek(1 + $0) == UInt8(ascii: "=") }
    }

    private mutating func skipComment() {
        position += 2
        if peek() == UInt8(ascii: "["), bracketed() != nil { return }
        while let byte = peek(), !Self.isLineEnd(byte) { position += 1 }
    }

    private mutating func skipSpace() {
        while let byte = peek() {
            if Self.isLineEnd(byte) {
                skipLineEnd()
            } else if byte == UInt8(ascii: " ") || (9...12).contains(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    /// Two different line ends in a row are one.
    private mutating func skipLineEnd() {
        let first = peek()
        position += 1
        line += 1
        if let second = peek(), Self.isLineEnd(second), second != first { position += 1 }
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
}
