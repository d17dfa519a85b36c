import NIOCore

/// What an exchange, its filters and its log may know of the client's connection. Made once for each connection.
public final class ConnectionInfo {
    /// Unique in the process.
    public let id: UInt64
    /// The peer at the other end of the socket; nil for Unix sockets.
    public let directRemote: SocketAddress?
    public let local: SocketAddress?
    /// The direct peer's address without its port: `10.1.2.3`.
    public let directRemoteHost: String
    public let directRemotePort: Int
    public let localHost: String
    public let localPort: Int
    /// Whether the direct peer's address is loopback or private (RFC 1918, RFC 4193).
    let remoteIsInternal: Bool
    let remoteIsLoopback: Bool
    /// `10.1.2.3:8080`, where the connection was going to before the kernel redirected it here; nil: it came as meant.
    let originalDestination: String?
    /// Its port; 0 without it.
    let originalPort: Int
    /// TLS towards the client.
    public let isSecure: Bool

    init(
        id: UInt64, directRemote: SocketAddress?, local: SocketAddress?, remoteIsInternal: Bool, remoteIsLoopback: Bool,
        isSecure: Bool = false, original: SocketAddress? = nil
    ) {
        self.id = id
        self.directRemote = directRemote
        self.local = local
        directRemoteHost = directRemote?.ipAddress ?? ""
        directRemotePort = directRemote?.port ?? 0
        localHost = local?.ipAddress ?? local?.pathname ?? ""
        localPort = local?.port ?? 0
        self.remoteIsInternal = remoteIsInternal
        self.remoteIsLoopback = remoteIsLoopback
        self.isSecure = isSecure
        originalDestination = original?.hostAndPort
        originalPort = original?.port ?? 0
    }
}
