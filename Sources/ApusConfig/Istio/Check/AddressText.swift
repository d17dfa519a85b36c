/// Addresses as they stand in rules.
enum AddressText {
    static let unixPrefix = "unix://"

    static func isIP(_ text: String) -> Bool { IPText.family(of: text) != nil }

    /// An address or a block of them: `10.0.0.0/8`.
    static func isIPOrBlock(_ text: String) -> Bool {
        guard let slash = text.lastIndex(of: "/") else { return isIP(text) }
        let address = String(text[..<slash])
        let length = text[text.index(after: slash)...]
        guard !address.contains("%"), let family = IPText.family(of: address),
            length.utf8.allSatisfy({ (48...57).contains($0) }), let bits = UInt8(length), "\(bits)" == length
        else { return false }
        return bits <= (family == .v4 ? 32 : 128)
    }

    /// What stands behind `unix://`: a path from the root to a file, or an abstract name.
    static func isUnixPath(_ path: some StringProtocol) -> Bool {
        path.hasPrefix("@") || (path.hasPrefix("/") && !path.hasSuffix("/"))
    }
}
