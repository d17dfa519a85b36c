/// Looks at the bytes before the parser does, because the parser hashes keys. (It stops at 1,000 levels by itself.)
extension YAMLReader {
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
