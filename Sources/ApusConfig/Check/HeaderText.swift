/// Names and values of headers that a configuration brings along.
enum HeaderText {
    /// RFC 9110 section 5.1: a token. Pseudo headers may be matched.
    static func checkName(_ name: String, at field: Field) -> Bool {
        let bytes = name.utf8
        let token = bytes.first == UInt8(ascii: ":") ? bytes.dropFirst() : bytes[...]
        guard !token.isEmpty, token.allSatisfy(isTokenByte) else {
            field.report(.badHeaderName(name))
            return false
        }
        return true
    }

    /// A header that may be added or removed: not the ones that routing and framing stand on.
    static func checkMutable(_ name: String, at field: Field) -> Bool {
        guard name.utf8.first != UInt8(ascii: ":"), name.lowercased() != "host" else {
            field.report(.immutableHeader(name))
            return false
        }
        return checkName(name, at: field)
    }

    /// RFC 9110 section 5.5: anything but the bytes that would end the header.
    static func checkValue(_ value: String, at field: Field) -> Bool {
        guard value.utf8.allSatisfy({ $0 != 0 && $0 != 10 && $0 != 13 }) else {
            field.report(.badHeaderValue)
            return false
        }
        return true
    }

    static func names(_ list: Field?) -> [String] {
        list?.elements.compactMap { field in
            guard let name = field.nonEmptyString(), checkName(name, at: field) else { return nil }
            return name.lowercased()
        } ?? []
    }

    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
