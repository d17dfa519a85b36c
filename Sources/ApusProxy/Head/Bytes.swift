#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A view of bytes that somebody else owns; valid until the owner changes or goes.
public typealias Bytes = UnsafeBufferPointer<UInt8>

@inline(__always)
func equal(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    memcmp(a, b, count) == 0
}

/// ASCII lower case of one byte; other bytes unchanged.
@inline(__always)
func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
}

extension UnsafeBufferPointer<UInt8> {
    /// These bytes as text; ill-formed UTF-8 is repaired.
    public var string: String { String(decoding: self, as: UTF8.self) }

    @inline(__always)
    func equals(_ other: Bytes) -> Bool {
        guard count == other.count else { return false }
        guard let a = baseAddress, let b = other.baseAddress else { return true }
        return equal(a, b, count)
    }

    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        guard let a = baseAddress else { return true }
        return equal(a, text.utf8Start, count)
    }

    /// Equality that ignores the case of ASCII letters.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for i in 0..<count where lowercased(self[i]) != lowercased(text.utf8Start[i]) { return false }
        return true
    }

    func hasPrefix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && Bytes(rebasing: self[0..<text.utf8CodeUnitCount]).equals(text)
    }

    /// Whether a content type is gRPC's: `application/grpc`, `application/grpc+proto`; not `application/grpc-web`.
    var isGRPC: Bool { hasPrefix("application/grpc") && (count == 16 || self[16] == 0x2b) }

    /// Without spaces and tabs at both ends.
    var trimmed: Bytes {
        var from = 0
        var to = count
        while from < to, self[from] == 0x20 || self[from] == 0x09 { from += 1 }
        while to > from, self[to - 1] == 0x20 || self[to - 1] == 0x09 { to -= 1 }
        return Bytes(rebasing: self[from..<to])
    }

    /// The value of a text of decimal digits alone; nil for anything else and beyond `UInt64`.
    var decimal: UInt64? {
        guard count > 0, count <= 20 else { return nil }
        var value: UInt64 = 0
        for byte in self {
            let digit = byte &- 0x30
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(UInt64(digit))
            guard !overflow, !carried else { return nil }
            value = sum
        }
        return value
    }

    /// Calls `body` with each comma-separated element, trimmed; empty elements are left out.
    func forEachElement(_ body: (Bytes) -> Void) {
        var from = 0
        for i in 0...count where i == count || self[i] == 0x2c {
            let element = Bytes(rebasing: self[from..<i]).trimmed
            if element.count > 0 { body(element) }
            from = i + 1
        }
    }
}

extension StaticString {
    @inline(__always)
    var bytes: Bytes { Bytes(start: utf8Start, count: utf8CodeUnitCount) }
}
