import ApusConfig

/// Reads JSON (RFC 8259) as the admin server writes it. Members keep their order, which Foundation's do not; and what is
/// YAML but no JSON is refused, since another server than an admin server may have answered.
enum JSONText {
    /// nil for what is no JSON, or is nested more than 500 times.
    static func read(_ text: String) -> ConfigValue? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = Reader(bytes: bytes)
            guard let value = reader.value(depth: 0) else { return nil }
            reader.skipBlanks()
            return reader.index == bytes.count ? value : nil
        }
    }

    private struct Reader {
        let bytes: UnsafeBufferPointer<UInt8>
        var index = 0

        private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

        mutating func skipBlanks() {
            while let byte = next, byte == 32 || (9...10).contains(byte) || byte == 13 { index += 1 }
        }

        private mutating func take(_ word: StaticString) -> Bool {
            let count = word.utf8CodeUnitCount
            guard index + count <= bytes.count,
                bytes[index..<index + count].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: count))
            else { return false }
            index += count
            return true
        }

        mutating func value(depth: Int) -> ConfigValue? {
            guard depth < 500 else { return nil }
            skipBlanks()
            switch next {
            case UInt8(ascii: "{"): return object(depth)
            case UInt8(ascii: "["): return array(depth)
            case UInt8(ascii: "\""): return string().map(ConfigValue.string)
            case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
            case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
            case UInt8(ascii: "n"): return take("null") ? .null : nil
            default: return number()
            }
        }

        private mutating func object(_ depth: Int) -> ConfigValue? {
            index += 1
            var members: [ConfigMember] = []
            skipBlanks()
            if take("}") { return .object([]) }
            while true {
                skipBlanks()
                guard next == UInt8(ascii: "\""), let name = string() else { return nil }
                skipBlanks()
                guard take(":"), let value = value(depth: depth + 1) else { return nil }
                members.append(ConfigMember(name: name, value: value))
                skipBlanks()
                if take("}") { return .object(members) }
                guard take(",") else { return nil }
            }
        }

        private mutating func array(_ depth: Int) -> ConfigValue? {
            index += 1
            var elements: [ConfigValue] = []
            skipBlanks()
            if take("]") { return .array([]) }
            while true {
                guard let value = value(depth: depth + 1) else { return nil }
                elements.append(value)
                skipBlanks()
                if take("]") { return .array(elements) }
                guard take(",") else { return nil }
            }
        }

        private mutating func number() -> ConfigValue? {
            let start = index
            while let byte = next, (48...57).contains(byte) || "+-.eE".utf8.contains(byte) { index += 1 }
            return Double(String(decoding: bytes[start..<index], as: UTF8.self)).map(ConfigValue.number)
        }

        private mutating func string() -> String? {
            index += 1
            var start = index
            var text = ""
            while let byte = next {
                switch byte {
                case UInt8(ascii: "\""):
                    text += String(decoding: bytes[start..<index], as: UTF8.self)
                    index += 1
                    return text
                case UInt8(ascii: "\\"):
                    text += String(decoding: bytes[start..<index], as: UTF8.self)
                    index += 1
                    guard let scalar = escaped() else { return nil }
                    text.unicodeScalars.append(scalar)
                    start = index
                case 0..<32: return nil
                default: index += 1
                }
            }
            return nil
        }

        private mutating func escaped() -> Unicode.Scalar? {
            guard let byte = next else { return nil }
            index += 1
            switch byte {
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "b"): return "\u{8}"
            case UInt8(ascii: "f"): return "\u{C}"
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
            case UInt8(ascii: "u"):
                guard let unit = hex() else { return nil }
                guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
                guard take("\\u"), let low = hex(), (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
                return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            default: return nil
            }
        }

        private mutating func hex() -> UInt32? {
            guard index + 4 <= bytes.count else { return nil }
            defer { index += 4 }
            return UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
        }
    }
}
