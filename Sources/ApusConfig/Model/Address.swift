/// Where to listen or to connect.
public enum Address: Sendable, Equatable, Hashable {
    /// An IP address or a name, and a TCP port.
    case socket(host: String, port: UInt16)
    /// A Unix socket. A leading `@` means the abstract namespace; `mode` 0 leaves the file's mode alone.
    case pipe(path: String, mode: UInt32)
}

/// An address block: `CidrRange`.
public struct CIDRRange: Sendable, Equatable {
    public var addressPrefix: String
    public var prefixLength: UInt32

    public init(addressPrefix: String = "", prefixLength: UInt32 = 0) {
        self.addressPrefix = addressPrefix
        self.prefixLength = prefixLength
    }
}
