extension TimeFormat {
    /// Reads what `strftime` knows, `%f`, `%3f`, `%s` and `%3s`. nil for specifiers that nobody knows.
    public init?(parsing text: String) {
        var pieces: [TimePiece] = []
        var plain: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        func flush() {
            if !plain.isEmpty { pieces.append(.strftime(String(decoding: plain, as: UTF8.self))) }
            plain.removeAll()
        }
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                plain.append(bytes[index])
                index += 1
                continue
            }
            index += 1
            guard index < bytes.count else { return nil }
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            switch byte {
            case UInt8(ascii: "f"):
                flush()
                pieces.append(.fraction(digits: 9))
            case UInt8(ascii: "s"):
                flush()
                pieces.append(.epoch(fractionDigits: 0))
            case UInt8(ascii: "1")...UInt8(ascii: "9") where next == UInt8(ascii: "f"):
                flush()
                pieces.append(.fraction(digits: Int(byte - 48)))
                index += 1
            case UInt8(ascii: "1")...UInt8(ascii: "9") where next == UInt8(ascii: "s"):
                flush()
                pieces.append(.epoch(fractionDigits: Int(byte - 48)))
                index += 1
            case UInt8(ascii: "E") where (48...57).contains(next) && index + 2 < bytes.count:
                // Seconds with their fraction, or the fraction alone.
                guard next > 48, bytes[index + 2] == UInt8(ascii: "S") || bytes[index + 2] == UInt8(ascii: "f") else {
                    return nil
                }
                if bytes[index + 2] == UInt8(ascii: "S") { plain += Array("%S.".utf8) }
                flush()
                pieces.append(.fraction(digits: Int(next - 48)))
                index += 2
            case UInt8(ascii: "E"), UInt8(ascii: "O"):
                guard TimeFormat.known.contains(next) else { return nil }
                plain += [UInt8(ascii: "%"), byte, next]
                index += 1
            default:
                guard TimeFormat.known.contains(byte) else { return nil }
                plain += [UInt8(ascii: "%"), byte]
            }
            index += 1
        }
        flush()
        self.init(text: text, pieces: pieces)
    }

    private static let known = Set("aAbBcCdDeFgGhHIjklmMnpPrRStTuUVwWxXyYzZ%".utf8)
}
