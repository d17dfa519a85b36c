#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The endpoint that a script asks for: an address, with or without a port; an IPv6 address stands in brackets.
enum OverrideHost {
    static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= 64, !text.utf8.contains(0) else { return false }
        let address: Substring
        let port: Substring?
        if text.hasPrefix("["), let close = text.lastIndex(of: "]") {
            address = text[text.index(after: text.startIndex)..<close]
            let rest = text[text.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return false }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            address = text[..<colon]
            port = text[text.index(after: colon)...]
        } else {
            address = text[...]
            port = nil
        }
        return isNumeric(address) && (port.map(isPort) ?? true)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt16(text) != nil
    }

    private static func isNumeric(_ text: Substring) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, String(text), &four) == 1 || inet_pton(AF_INET6, String(text), &six) == 1
    }
}
