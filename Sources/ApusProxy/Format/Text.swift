extension [UInt8] {
    mutating func append(decimal number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        if rest < 10 { return append(48 + UInt8(rest)) }
        let start = count
        while rest > 0 {
            append(48 + UInt8(rest % 10))
            rest /= 10
        }
        self[start...].reverse()
    }

    /// Appends a number that is not negative with leading zeros.
    mutating func append(_ number: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<Swift.max(digits, 1) { divisor *= 10 }
        while divisor > 0 {
            append(48 + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// `10.0.0.1:80`, `[::1]:80`; a Unix socket's path as it is.
    mutating func append(host: String, port: Int) {
        if host.utf8.first == UInt8(ascii: "/") || host.utf8.first == UInt8(ascii: "@") {
            return append(contentsOf: host.utf8)
        }
        let isIPv6 = host.utf8.contains(UInt8(ascii: ":"))
        if isIPv6 { append(UInt8(ascii: "[")) }
        append(contentsOf: host.utf8)
        if isIPv6 { append(UInt8(ascii: "]")) }
        append(UInt8(ascii: ":"))
        append(decimal: port)
    }

    /// A version 4 UUID made of random bits.
    mutating func append(uuid high: UInt64, _ low: UInt64) {
        let versioned = high & ~0xf000 | 0x4000
        let variant = low & ~(0b11 << 62) | 0b10 << 62
        append(hex: versioned >> 32, digits: 8)
        append(UInt8(ascii: "-"))
        append(hex: versioned >> 16, digits: 4)
        append(UInt8(ascii: "-"))
        append(hex: versioned, digits: 4)
        append(UInt8(ascii: "-"))
        append(hex: variant >> 48, digits: 4)
        append(UInt8(ascii: "-"))
        append(hex: variant, digits: 12)
    }

    mutating func append(hex number: UInt64, digits: Int) {
        for position in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(position * 4)) & 0xf
            append(digit < 10 ? 48 + digit : 87 + digit)
        }
    }

    /// Leaves at most `maxLength` bytes after `start`.
    mutating func cut(from start: Int, to maxLength: Int?) {
        guard let maxLength, count - start > maxLength else { return }
        removeLast(count - start - maxLength)
    }
}
