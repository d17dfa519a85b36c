#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Classes of bytes in HTTP/1 heads.
enum HTTP1Bytes {
    static let tab: UInt8 = 0x09
    static let lf: UInt8 = 0x0a
    static let cr: UInt8 = 0x0d
    static let space: UInt8 = 0x20
    static let colon: UInt8 = 0x3a

    /// For each byte that a token may hold its lower case, else 0 (RFC 9110, 5.6.2). 256 entries, never freed.
    nonisolated(unsafe) static let token = table("!#$%&'*+-.^_`|~") { lowercased($0) }

    /// For each byte that Envoy lets an authority hold that byte, else 0. 256 entries, never freed.
    nonisolated(unsafe) static let authority = table("!$%&'()*+,-.:;=@[]_~") { $0 }

    /// For each byte of a host name or address in an absolute URL that byte, else 0. 256 entries, never freed.
    nonisolated(unsafe) static let urlHost = table("-.") { $0 }

    private static func table(_ punctuation: String, _ entry: (UInt8) -> UInt8) -> UnsafePointer<UInt8> {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        table.initialize(repeating: 0, count: 256)
        let letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        for byte in (letters + punctuation).utf8 { table[Int(byte)] = entry(byte) }
        return UnsafePointer(table)
    }

    static func all(_ bytes: Bytes, in table: UnsafePointer<UInt8>) -> Bool {
        for byte in bytes where table[Int(byte)] == 0 { return false }
        return true
    }

    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool { token[Int(byte)] != 0 }

    static func isTokenText(_ bytes: Bytes) -> Bool { bytes.count > 0 && all(bytes, in: token) }

    /// Whether a field may have this value: no control characters but tab (RFC 9110, 5.5).
    static func isFieldValue(_ bytes: Bytes) -> Bool {
        for byte in bytes where byte < 0x20 && byte != tab || byte == 0x7f { return false }
        return true
    }

    static func containsBlank(_ bytes: Bytes) -> Bool { bytes.contains { $0 == space || $0 == tab } }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Copies until the first byte below 0x20 or DEL; returns how many bytes that were.
    @inline(__always)
    static func copyText(
        _ source: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        copy(source, count, to: target, below: 0x20, also: 0)
    }

    /// Copies until the first byte that is blank, control, DEL or not ASCII; returns how many bytes that were.
    @inline(__always)
    static func copyVisible(
        _ source: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        copy(source, count, to: target, below: 0x21, also: highs)
    }

    /// Eight bytes at a time. May write up to seven bytes behind those that it reports, never behind `count`.
    @inline(__always)
    private static func copy(
        _ source: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>,
        below low: UInt64, also mask: UInt64
    ) -> Int {
        var at = 0
        while at + 8 <= count {
            // at + 8 <= count, so that both accesses stay within `count` bytes.
            let word = UInt64(littleEndian: UnsafeRawPointer(source + at).loadUnaligned(as: UInt64.self))
            UnsafeMutableRawPointer(target + at).storeBytes(of: word.littleEndian, as: UInt64.self)
            // The lowest mark is exact; a borrow can only add marks above a true one.
            let delete = word ^ (ones &* 0x7f)
            let stop = (((word &- ones &* low) & ~word) | ((delete &- ones) & ~delete) | (word & mask)) & highs
            if stop != 0 { return at + stop.trailingZeroBitCount >> 3 }
            at += 8
        }
        while at < count {
            let byte = source[at]
            if UInt64(byte) < low || byte == 0x7f || (mask != 0 && byte >= 0x80) { return at }
            target[at] = byte
            at += 1
        }
        return at
    }

    /// Where the head that starts at `from` ends (behind its empty line), when the search has already seen
    /// everything before `from`.
    static func endOfHead(_ bytes: UnsafePointer<UInt8>, _ count: Int, from: Int) -> Int? {
        var at = from
        while at < count, let found = memchr(bytes + at, Int32(lf), count - at) {
            let next = bytes.distance(to: UnsafePointer(found.assumingMemoryBound(to: UInt8.self))) + 1
            if next < count, bytes[next] == lf { return next + 1 }
            if next + 1 < count, bytes[next] == cr, bytes[next + 1] == lf { return next + 2 }
            at = next
        }
        return nil
    }
}
