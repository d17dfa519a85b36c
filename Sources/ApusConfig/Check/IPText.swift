#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Whether a text is an IP address, and of which family.
enum IPText {
    enum Family: Equatable {
        case v4
        case v6
    }

    static func family(of text: String) -> Family? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return .v4 }
        var v6 = in6_addr()
        let address = text.split(separator: "%", maxSplits: 1).first.map(String.init) ?? text
        return inet_pton(AF_INET6, address, &v6) == 1 ? .v6 : nil
    }
}
