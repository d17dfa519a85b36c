extension Head {
    /// Adds a field with a number, without making text of it.
    func add(_ name: HeaderName, decimal value: UInt64) {
        withDecimal(value) { add(name, $0) }
    }

    /// Leaves one field of this name, with a number.
    func set(_ known: KnownHeader, decimal value: UInt64) {
        withDecimal(value) { set(known, $0) }
    }
}

/// Calls `body` with the decimal digits of a number.
func withDecimal(_ value: UInt64, _ body: (Bytes) -> Void) {
    // 2^64 has 20 digits.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
        var at = 20
        var rest = value
        repeat {
            at -= 1
            digits[at] = 0x30 + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        body(Bytes(rebasing: digits[at...]))
    }
}
