/// Reads field lines off the wire into a head's arena in one pass: copies, checks and lower-cases on the way.
///
/// Nothing is stored outside the block of the head, and nothing outside `count` bytes is read: every access is behind a
/// comparison with `count`. The block has room for `count` bytes; a byte lands at most at the offset that it had on the
/// wire.
struct HTTP1FieldScanner {
    enum Step {
        /// `name`, `value` and `isIrregular` describe a field.
        case field
        /// The empty line; `at` is behind it.
        case end
        case incomplete
        case failed(HTTP1Error)
    }

    let source: UnsafePointer<UInt8>
    let count: Int
    let block: UnsafeMutablePointer<UInt8>
    /// Where the block lies in the arena.
    let base: Int
    /// Trailers take no leniency: only CRLF ends a line, and nothing is folded.
    let isStrict: Bool
    let token = HTTP1Bytes.token

    /// The next byte to be read.
    var at = 0
    var name = TextRange.none
    var value = TextRange.none
    /// A folded value, or one with a bare CR in it: readers disagree about them, so no framing may depend on one.
    var isIrregular = false

    init(_ source: UnsafePointer<UInt8>, _ count: Int, block: UnsafeMutablePointer<UInt8>, base: Int, isStrict: Bool) {
        self.source = source
        self.count = count
        self.block = block
        self.base = base
        self.isStrict = isStrict
    }

    @inline(__always)
    mutating func next() -> Step {
        let start = at
        var i = start
        while i < count {
            let lower = token[Int(source[i])]
            if lower == 0 { break }
            block[i] = lower
            i += 1
        }
        guard i < count else { return .incomplete }
        guard source[i] == HTTP1Bytes.colon, i > start else { return emptyLine(from: start, stop: i) }
        name = TextRange(offset: UInt32(base + start), length: UInt32(i - start))
        i += 1
        while i < count, HTTP1Bytes.isBlank(source[i]) { i += 1 }
        isIrregular = false
        let first = i
        i += HTTP1Bytes.copyText(source + i, count - i, to: block + i)
        // The usual line: text up to a CRLF, and another line after it.
        guard i + 2 < count, source[i] == HTTP1Bytes.cr, source[i + 1] == HTTP1Bytes.lf,
            !HTTP1Bytes.isBlank(source[i + 2])
        else { return unusual(first: first, stop: i) }
        at = i + 2
        setValue(first, i)
        return .field
    }

    @inline(__always)
    private mutating func setValue(_ first: Int, _ end: Int) {
        var end = end
        while end > first, HTTP1Bytes.isBlank(block[end - 1]) { end -= 1 }
        value = TextRange(offset: UInt32(base + first), length: UInt32(end - first))
    }

    private mutating func emptyLine(from start: Int, stop: Int) -> Step {
        guard stop == start else { return .failed(.malformed(.fieldName)) }
        if source[start] == HTTP1Bytes.lf, !isStrict {
            at = start + 1
            return .end
        }
        guard source[start] == HTTP1Bytes.cr else { return .failed(.malformed(.fieldName)) }
        guard start + 1 < count else { return .incomplete }
        guard source[start + 1] == HTTP1Bytes.lf else { return .failed(.malformed(.fieldLine)) }
        at = start + 2
        return .end
    }

    /// A value with a tab, a bare CR (taken out, as Envoy does), a bare LF at its end, or folded (the line ends are
    /// taken out, the blanks stay: RFC 9112, 5.2); or one that is not complete.
    private mutating func unusual(first: Int, stop: Int) -> Step {
        var i = stop
        var out = stop
        while i < count {
            let byte = source[i]
            var lineEnd = 0
            if byte == HTTP1Bytes.tab {
                block[out] = byte
                out += 1
                i += 1
            } else if byte == HTTP1Bytes.lf, !isStrict {
                lineEnd = i + 1
            } else if byte == HTTP1Bytes.cr {
                guard i + 1 < count else { return .incomplete }
                if source[i + 1] == HTTP1Bytes.lf {
                    lineEnd = i + 2
                } else {
                    guard !isStrict else { return .failed(.malformed(.fieldLine)) }
                    isIrregular = true
                    i += 1
                }
            } else {
                return .failed(byte == HTTP1Bytes.lf ? .malformed(.fieldLine) : .invalidCharacters)
            }
            if lineEnd > 0 {
                // Whether the value goes on is in the first byte of the next line.
                guard lineEnd < count else { return .incomplete }
                guard HTTP1Bytes.isBlank(source[lineEnd]) else {
                    at = lineEnd
                    var from = first
                    while from < out, HTTP1Bytes.isBlank(block[from]) { from += 1 }
                    setValue(from, out)
                    return .field
                }
                guard !isStrict else { return .failed(.malformed(.fieldLine)) }
                isIrregular = true
                i = lineEnd
            }
            let copied = HTTP1Bytes.copyText(source + i, count - i, to: block + out)
            i += copied
            out += copied
        }
        return .incomplete
    }
}
