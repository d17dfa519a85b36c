/// A text of rules taken apart at the lines that begin a document.
enum RuleText {
    struct Part {
        var text: String
        var linesBefore: Int
    }

    /// `---` at the beginning of a line ends a document wherever it stands, and so does `...` (YAML 1.2, 9.1.2).
    static func documents(of text: String) -> [Part] {
        var bytes = Array(text.utf8)
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.removeFirst(3) }
        var parts: [Part] = []
        var start = 0
        var linesBefore = 0
        var line = 0
        var position = 0
        func end(_ upTo: Int) {
            if upTo > start {
                parts.append(Part(text: String(decoding: bytes[start..<upTo], as: UTF8.self), linesBefore: linesBefore))
            }
        }
        while position < bytes.count {
            if isMarker(bytes, position) {
                end(position)
                // What stands behind the marker in its line belongs to the next document, in its column.
                for index in position..<position + 3 { bytes[index] = UInt8(ascii: " ") }
                start = position
                linesBefore = line
            }
            position = (bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count - 1) + 1
            line += 1
        }
        end(bytes.count)
        return parts
    }

    private static func isMarker(_ bytes: [UInt8], _ position: Int) -> Bool {
        guard position + 3 <= bytes.count else { return false }
        let first = bytes[position]
        guard first == UInt8(ascii: "-") || first == UInt8(ascii: "."), bytes[position + 1] == first,
            bytes[position + 2] == first
        else { return false }
        return position + 3 == bytes.count || [9, 10, 13, 32].contains(bytes[position + 3])
    }
}
