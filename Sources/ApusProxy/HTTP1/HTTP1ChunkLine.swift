/// The line before a chunk's data: size in hexadecimal, perhaps extensions, CRLF (RFC 9112, 7.1).
enum HTTP1ChunkLine {
    enum Result {
        case incomplete
        case size(UInt64, line: Int)
        case failed(HTTP1Error)
    }

    /// Nobody sends more; whoever does fills memory, since a line is only consumed whole.
    static let maxLine = 4096
    static let maxExcess = 16 * 1024

    /// `scanned` is how far an earlier call has checked this line; 0 for a new one.
    static func read(_ bytes: UnsafeRawBufferPointer, scanned: inout Int) -> Result {
        var size: UInt64 = 0
        var i = 0
        while i < bytes.count, let digit = hexadecimal(bytes[i]) {
            guard size >> 60 == 0 else { return .failed(.malformed(.chunkSize)) }
            size = size << 4 | UInt64(digit)
            i += 1
            guard i <= maxDigits else { return .failed(.malformed(.chunkSize)) }
        }
        guard i < bytes.count else { return .incomplete }
        guard i > 0 else { return .failed(.malformed(.chunkSize)) }
        let digits = i
        // Some servers pad sizes with blanks.
        while i < bytes.count, HTTP1Bytes.isBlank(bytes[i]) {
            i += 1
            guard i - digits < maxLine else { return .failed(.malformed(.chunkExtension)) }
        }
        guard i < bytes.count else { return .incomplete }
        if bytes[i] == 0x3b {
            i = max(i, scanned)
            while i < bytes.count, HTTP1Bytes.isBlank(bytes[i]) || (bytes[i] > 0x20 && bytes[i] != 0x7f) {
                i += 1
                guard i < maxLine else { return .failed(.malformed(.chunkExtension)) }
            }
            scanned = i
            guard i < bytes.count else { return .incomplete }
        }
        // Bare CR, bare LF or NUL: what one reader ends a line with another takes for an extension.
        guard bytes[i] == HTTP1Bytes.cr else { return .failed(.malformed(.chunkSize)) }
        guard i + 1 < bytes.count else { return .incomplete }
        guard bytes[i + 1] == HTTP1Bytes.lf else { return .failed(.malformed(.chunkSize)) }
        scanned = 0
        return .size(size, line: i + 2)
    }

    /// Sixteen, and leading zeros that somebody may pad with.
    private static let maxDigits = 32

    @inline(__always)
    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        let digit = byte &- 0x30
        if digit < 10 { return digit }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}
