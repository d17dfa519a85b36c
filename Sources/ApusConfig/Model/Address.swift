/// Where to listen or to connect.
public enum Address: Sendable, Equatable, Hashable {
    /// An IP address or a name, and a TCP port.
    case socket(host: String, port: UInt16)
    /// A Unix socket. A leading `@` means the abstract namespace; `mode` 0 leaves the file's mode alone.
    case pipe(path: String, mode: UInt32)
}

extension Address: CustomStringConvertible {
    /// `127.0.0.1:80`, `[::1]:80`, or the path of a Unix socket.
    public var description: String {
        switch self {
        case .socket(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .pipe(let path, _): path
        }
    }
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
