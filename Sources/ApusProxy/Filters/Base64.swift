/// Base64 of RFC 4648, section 4; padding may be left out.
enum Base64 {
    /// nil for anything that is not Base64.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        var digits = text[...]
        var padding = 0
        while padding < 2, digits.last == 0x3d {
            digits.removeLast()
            padding += 1
        }
        // One digit alone holds six bits, no byte.
        guard digits.count % 4 != 1, padding == 0 || text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var held = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        // Bits left over must be zero, so that a value has one spelling (section 3.5).
        return bits & (1 << UInt32(held) - 1) == 0 ? bytes : nil
    }

    /// With padding.
    static func encode(_ bytes: Bytes) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var at = 0
        while at < bytes.count {
            let count = min(3, bytes.count - at)
            var bits = UInt32(0)
            for i in 0..<3 { bits = bits << 8 | (i < count ? UInt32(bytes[at + i]) : 0) }
            for i in 0..<4 { text.append(i <= count ? digits[Int(bits >> UInt32(18 - 6 * i) & 63)] : 0x3d) }
            at += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 0x41...0x5a: digit - 0x41
        case 0x61...0x7a: digit - 0x61 + 26
        case 0x30...0x39: digit - 0x30 + 52
        case 0x2b: 62
        case 0x2f: 63
        default: nil
        }
    }
}
