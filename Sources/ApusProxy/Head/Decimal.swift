/// Calls `body` with the decimal digits of a number, which lie on the stack.
@inline(__always)
func withUnsafeDecimal<Result>(_ value: Int, _ body: (Bytes) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
        var at = 20
        var rest = value.magnitude
        repeat {
            at -= 1
            buffer[at] = 0x30 + UInt8(rest % 10)
            rest /= 10
        } while rest > 0 && at > 0
        if value < 0, at > 0 {
            at -= 1
            buffer[at] = 0x2d
        }
        return body(Bytes(rebasing: buffer[at..<20]))
    }
}

extension Bytes {
    /// Calls `body` with the bytes of a text.
    @inline(__always)
    static func with<Result>(_ text: String, _ body: (Bytes) -> Result) -> Result {
        var text = text
        return text.withUTF8 { body($0) }
    }
}
