/// Looks at the bytes before the parser does, because the parser itself recurses and hashes keys.
extension YAMLReader {
    /// Where more than `limit` brackets are open or indentation steps are taken. Brackets inside quotes count too
    /// when they are not closed again, which errs on the safe side.
    static func tooDeep(_ text: String, limit: Int) -> (line: Int, column: Int)? {
        var depth = 0
        var indents: [Int] = []
        var line = 1
        var column = 0
        var indent = 0
        var atStart = true
        for byte in text.utf8 {
            column += 1
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                column = 0
                indent = 0
                atStart = true
                continue
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "?"):
                if atStart {
                    indent += 1
                    if byte != UInt8(ascii: " ") { indents.append(indent) }
                    if indents.count > limit * 4 { return (line, column) }
                }
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > limit * 4 { return (line, column) }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth = max(0, depth - 1)
            default: break
            }
            if atStart {
                atStart = false
                while let last = indents.last, last >= indent { indents.removeLast() }
                indents.append(indent)
                if indents.count > limit * 4 { return (line, column) }
            }
        }
        return nil
    }

    /// Whether keys may be lists or mappings made of many aliases: the parser would hash every copy of them.
    static func mayHaveExplosiveKeys(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var aliases = 0
            var suspicious = false
            // The last thing seen on this line that could be a key made of aliases.
            var couldBeKey = false
            for index in bytes.indices {
                let byte = bytes[index]
                let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: "\n")
                switch byte {
                case UInt8(ascii: "*") where isWord(next) && (index == 0 || opensValue(bytes[index - 1])):
                    aliases += 1
                    couldBeKey = true
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    couldBeKey = true
                case UInt8(ascii: ":") where isBlank(next):
                    if couldBeKey { suspicious = true }
                case UInt8(ascii: "?") where isBlank(next) && (index == 0 || opensValue(bytes[index - 1])):
                    suspicious = true
                case UInt8(ascii: ","), UInt8(ascii: "\n"):
                    couldBeKey = false
                default: break
                }
            }
            return suspicious && aliases > 24
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 95
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 32 || byte == 9 || byte == 10 || byte == 13
    }

    private static func opensValue(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: ",")
    }
}
