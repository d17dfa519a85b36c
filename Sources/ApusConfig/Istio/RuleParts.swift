/// A part of a text that can be read on its own: a document, as a rule.
struct RulePart {
    let range: Range<Int>
    /// Lines of the text before it.
    let linesBefore: Int
}

/// Cuts a text where documents begin: at lines that begin with `---`, which stand for nothing else wherever they are,
/// and between JSON objects that follow each other.
enum RuleParts {
    static func split(_ bytes: UnsafeBufferPointer<UInt8>) -> [RulePart] {
        var parts: [RulePart] = []
        var start = 0
        var linesBefore = 0
        var line = 0
        var index = 0
        // Directives belong to the document behind the next `---`.
        var hasDirectives = false
        // Up to here everything is inside an object that was looked at already: each byte is looked at twice at most.
        var inside = 0
        while index < bytes.count {
            if isDocumentStart(bytes, index) {
                if index > start, !hasDirectives {
                    parts.append(RulePart(range: start..<index, linesBefore: linesBefore))
                    start = index
                    linesBefore = line
                }
                hasDirectives = false
            } else if bytes[index] == UInt8(ascii: "%") {
                hasDirectives = true
            } else if bytes[index] == UInt8(ascii: "{"), index >= inside {
                let end = objectEnd(bytes, index)
                inside = end
                if end < bytes.count, bytes[end] == UInt8(ascii: "{") {
                    // Another object begins behind this one; the lines between count with it.
                    line += bytes[index..<end].count { $0 == 10 }
                    parts.append(RulePart(range: start..<end, linesBefore: linesBefore))
                    start = end
                    linesBefore = line
                    index = end
                    continue
                }
            }
            while index < bytes.count, bytes[index] != 10 { index += 1 }
            index += 1
            line += 1
        }
        if start < bytes.count { parts.append(RulePart(range: start..<bytes.count, linesBefore: linesBefore)) }
        return parts
    }

    /// `---` and a blank or the end of the line, perhaps behind a byte order mark.
    private static func isDocumentStart(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Int) -> Bool {
        var index = line
        if bytes[index] == 0xEF, index + 2 < bytes.count { index += 3 }
        guard index + 2 < bytes.count else { return false }
        guard bytes[index] == 45, bytes[index + 1] == 45, bytes[index + 2] == 45 else { return false }
        return index + 3 == bytes.count || [9, 10, 13, 32].contains(bytes[index + 3])
    }

    /// Behind an object that begins here and the blanks after it; where its document ends if it does not end before.
    private static func objectEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var depth = 0
        var isQuoted = false
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\") where isQuoted: index += 1
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "{") where !isQuoted: depth += 1
            case UInt8(ascii: "}") where !isQuoted: depth -= 1
            case 10 where index + 1 < bytes.count && isDocumentStart(bytes, index + 1): return index + 1
            default: break
            }
            index += 1
            guard depth == 0 else { continue }
            while index < bytes.count, [9, 10, 13, 32].contains(bytes[index]) { index += 1 }
            return min(index, bytes.count)
        }
        return bytes.count
    }
}
