/// Names and values of headers that a configuration brings along.
enum HeaderText {
    /// RFC 9110 section 5.1: a token. Pseudo headers may be matched.
    static func isName(_ name: String) -> Bool {
        let bytes = name.utf8
        let token = bytes.first == UInt8(ascii: ":") ? bytes.dropFirst() : bytes[...]
        return !token.isEmpty && token.allSatisfy(isTokenByte)
    }

    /// Where a name only has to be found: one that cannot be one does no harm.
    static func warnOfOddName(_ name: String, at field: Field) {
        if !isName(name) { field.warn(.oddHeaderName(name)) }
    }

    static func checkName(_ name: String, at field: Field) -> Bool {
        guard isName(name) else {
            field.report(.badHeaderName(name))
            return false
        }
        return true
    }

    /// A header that may be added or removed: not the ones that routing and framing stand on.
    private static func isMutable(_ name: String, at field: Field) -> Bool {
        guard name.utf8.first != UInt8(ascii: ":"), name.lowercased() != "host" else {
            field.report(.immutableHeader(name))
            return false
        }
        return true
    }

    static func checkMutable(_ name: String, at field: Field) -> Bool {
        isMutable(name, at: field) && checkName(name, at: field)
    }

    static func checkRemovable(_ name: String, at field: Field) -> Bool {
        guard isMutable(name, at: field) else { return false }
        warnOfOddName(name, at: field)
        return true
    }

    /// RFC 9110 section 5.5: anything but the bytes that would end the header.
    static func checkValue(_ value: String, at field: Field) -> Bool {
        guard value.utf8.allSatisfy({ $0 != 0 && $0 != 10 && $0 != 13 }) else {
            field.report(.badHeaderValue)
            return false
        }
        return true
    }

    /// Stricter, as Istio has it: no control character at all. `tabs`: but tabs, which cookies may not have (RFC 6265
    /// section 4.1.1).
    static func checkText(_ value: String, tabs: Bool = true, at field: Field) -> Bool {
        guard value.utf8.allSatisfy({ ($0 >= 32 && $0 != 127) || tabs && $0 == 9 }) else {
            field.report(.badHeaderText)
            return false
        }
        return true
    }

    /// Part of a target or of a host: a blank would end it, a line end begin another message (RFC 9112 section 11).
    static func checkTarget(_ text: String, at field: Field) -> Bool {
        guard text.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
            field.report(.badTarget)
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
        isAlphanumeric(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}

// Texts that go into the heads of messages as they stand.
extension Field {
    /// nil, and a diagnostic, for what would end the header.
    func headerValue() -> String? {
        guard let text = string(), HeaderText.checkValue(text, at: self) else { return nil }
        return text
    }

    /// Part of a target or of a host of Istio's; what is wrong is only told.
    func target() -> String? {
        guard let text = string() else { return nil }
        _ = HeaderText.checkTarget(text, at: self)
        return text
    }

    /// Part of a cookie of Istio's; what is wrong is only told.
    func cookieText() -> String? {
        guard let text = string() else { return nil }
        _ = HeaderText.checkText(text, tabs: false, at: self)
        return text
    }
}
