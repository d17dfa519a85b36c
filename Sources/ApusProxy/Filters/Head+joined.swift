extension Head {
    /// All values of a name, joined with commas.
    func joined(_ name: HeaderName) -> String {
        var text = ""
        var isFirst = true
        forEachValue(name) { value in
            if !isFirst { text += "," }
            text += value.string
            isFirst = false
        }
        return text
    }

    /// The value of the first cookie of this name, without quotes around it.
    func cookie(_ name: Bytes) -> Bytes? {
        guard has(.cookie) else { return nil }
        var found: Bytes?
        forEachValue(HeaderName.cookie) { header in
            guard found == nil else { return }
            var rest = header
            while found == nil, rest.count > 0 {
                let end = rest.position(of: 0x3b) ?? rest.count
                let pair = Bytes(rebasing: rest[..<end]).trimmed
                rest = Bytes(rebasing: rest[min(end + 1, rest.count)...])
                guard let equals = pair.position(of: 0x3d), Bytes(rebasing: pair[..<equals]).equals(name) else {
                    continue
                }
                found = Bytes(rebasing: pair[(equals + 1)...]).unquoted
            }
        }
        return found
    }
}

extension HeaderName {
    fileprivate static let cookie = HeaderName("cookie")
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate var unquoted: Bytes {
        count >= 2 && self[0] == 0x22 && self[count - 1] == 0x22 ? Bytes(rebasing: self[1..<count - 1]) : self
    }
}
