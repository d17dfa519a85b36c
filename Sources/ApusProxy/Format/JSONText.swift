import ApusConfig

extension [UInt8] {
    /// Makes everything from `start` on the inside of a JSON string. Hardly any value needs a change.
    mutating func escapeJSON(from start: Int) {
        let needsCare = self[start...].contains { $0 < 0x20 || $0 >= 0x7f || $0 == 0x22 || $0 == 0x5c }
        guard needsCare else { return }
        // Ill-formed UTF-8 is repaired: the client chose these bytes, and a log must stay readable.
        let raw = Array(String(decoding: self[start...], as: UTF8.self).utf8)
        removeSubrange(start...)
        for byte in raw {
            switch byte {
            case 0x22: append(contentsOf: StaticString("\\\"").bytes)
            case 0x5c: append(contentsOf: StaticString("\\\\").bytes)
            case 0x08: append(contentsOf: StaticString("\\b").bytes)
            case 0x09: append(contentsOf: StaticString("\\t").bytes)
            case 0x0a: append(contentsOf: StaticString("\\n").bytes)
            case 0x0c: append(contentsOf: StaticString("\\f").bytes)
            case 0x0d: append(contentsOf: StaticString("\\r").bytes)
            case 0..<0x20, 0x7f:
                append(contentsOf: StaticString("\\u").bytes)
                append(hex: UInt64(byte), digits: 4)
            default: append(byte)
            }
        }
    }

    mutating func append(quoted text: String) {
        append(UInt8(ascii: "\""))
        let start = count
        append(contentsOf: text.utf8)
        escapeJSON(from: start)
        append(UInt8(ascii: "\""))
    }

    mutating func append(double: Double) {
        if let whole = Int(exactly: double) { return append(decimal: whole) }
        append(contentsOf: (double.isFinite ? "\(double)" : "null").utf8)
    }
}

extension ConfigValue {
    /// JSON without spaces; the members of objects by name, as Envoy prints metadata.
    func appendJSON(to buffer: inout [UInt8]) {
        switch self {
        case .null: buffer.append(contentsOf: StaticString("null").bytes)
        case .bool(let value): buffer.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): buffer.append(double: number)
        case .string(let text): buffer.append(quoted: text)
        case .array(let elements):
            buffer.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { buffer.append(UInt8(ascii: ",")) }
                element.appendJSON(to: &buffer)
            }
            buffer.append(UInt8(ascii: "]"))
        case .object(let members):
            buffer.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.name < $1.name }).enumerated() {
                if index > 0 { buffer.append(UInt8(ascii: ",")) }
                buffer.append(quoted: member.name)
                buffer.append(UInt8(ascii: ":"))
                member.value.appendJSON(to: &buffer)
            }
            buffer.append(UInt8(ascii: "}"))
        }
    }

    /// A string as it is, everything else as JSON.
    func appendText(to buffer: inout [UInt8]) {
        if case .string(let text) = self {
            buffer.append(contentsOf: text.utf8)
        } else {
            appendJSON(to: &buffer)
        }
    }
}

extension ConfigValue {
    /// JSON without spaces, members in their order.
    public var json: String {
        var buffer: [UInt8] = []
        appendOrderedJSON(to: &buffer, indent: nil)
        return Self.text(buffer)
    }

    /// JSON with one space for each level, as Envoy's admin pages are written, and a line feed.
    public var indentedJSON: String {
        var buffer: [UInt8] = []
        appendOrderedJSON(to: &buffer, indent: 0)
        buffer.append(UInt8(ascii: "\n"))
        return Self.text(buffer)
    }

    /// Characters that end a line in YAML (U+0085, U+2028, U+2029) or count as none (U+FEFF) are written as escapes, so
    /// that the text is YAML, too. They can only be inside strings.
    private static func text(_ json: [UInt8]) -> String {
        let text = String(decoding: json, as: UTF8.self)
        let marks: [(Unicode.Scalar, String)] = [
            ("\u{85}", "\\u0085"), ("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029"), ("\u{FEFF}", "\\ufeff"),
        ]
        guard json.contains(where: { $0 == 0xC2 || $0 == 0xE2 || $0 == 0xEF }) else { return text }
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let mark = marks.first(where: { $0.0 == scalar }) {
                escaped += mark.1.unicodeScalars
            } else {
                escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    private func appendOrderedJSON(to buffer: inout [UInt8], indent: Int?) {
        func newLine(_ level: Int?) {
            guard let level else { return }
            buffer.append(UInt8(ascii: "\n"))
            buffer += Array(repeating: UInt8(ascii: " "), count: level)
        }
        let inner = indent.map { $0 + 1 }
        switch self {
        case .array(let elements) where !elements.isEmpty:
            buffer.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { buffer.append(UInt8(ascii: ",")) }
                newLine(inner)
                element.appendOrderedJSON(to: &buffer, indent: inner)
            }
            newLine(indent)
            buffer.append(UInt8(ascii: "]"))
        case .object(let members) where !members.isEmpty:
            buffer.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { buffer.append(UInt8(ascii: ",")) }
                newLine(inner)
                buffer.append(quoted: member.name)
                buffer.append(UInt8(ascii: ":"))
                if indent != nil { buffer.append(UInt8(ascii: " ")) }
                member.value.appendOrderedJSON(to: &buffer, indent: inner)
            }
            newLine(indent)
            buffer.append(UInt8(ascii: "}"))
        default: appendJSON(to: &buffer)
        }
    }
}
