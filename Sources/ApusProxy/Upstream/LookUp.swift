import ApusConfig
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Asks the system for the addresses of names, on threads of its own: a name server that does not answer blocks its
/// thread for many seconds.
final class SystemLookUp: Sendable {
    /// For names that requests bring. Its threads start with the first of them, and live as long as the process.
    static let shared = SystemLookUp(threads: 16)

    private let pool: NIOThreadPool

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    // glibc shows these to GNU sources alone, though every call may return them.
    private static let noData: Int32 = -5
    private static let noSuchFamily: Int32 = -9

    /// `threads`: how many names that nobody answers for do not yet hold up the others.
    init(threads: Int = 4) {
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    func stop() { pool.shutdownGracefully { _ in } }

    /// The addresses of a name, with port 0; none when the name is known to have none.
    func addresses(of name: String, family: DNSLookupFamily) async throws -> [SocketAddress] {
        try await pool.runIfActive { try Self.addresses(of: name, family: family) }
    }

    private static func addresses(of name: String, family: DNSLookupFamily) throws -> [SocketAddress] {
        func inOrder(_ first: Int32, _ second: Int32) throws -> [SocketAddress] {
            let found = try addresses(of: name, AF: first)
            return found.isEmpty ? try addresses(of: name, AF: second) : found
        }
        return switch family {
        case .v4Only: try addresses(of: name, AF: AF_INET)
        case .v6Only: try addresses(of: name, AF: AF_INET6)
        case .auto: try inOrder(AF_INET6, AF_INET)
        case .v4Preferred: try inOrder(AF_INET, AF_INET6)
        case .all: try addresses(of: name, AF: AF_UNSPEC)
        }
    }

    private static func addresses(of name: String, AF family: Int32) throws -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = family
        // One answer for each address, and not for each kind of socket.
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        switch code {
        case 0: break
        case EAI_NONAME, noData, noSuchFamily: return []
        default: throw Failure(description: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = list
        while let info = next {
            next = info.pointee.ai_next
            guard let address = info.pointee.ai_addr.flatMap(Self.address) else { continue }
            if !found.contains(address) { found.append(address) }
        }
        return found
    }

    private static func address(_ pointer: UnsafeMutablePointer<sockaddr>) -> SocketAddress? {
        // The family says which structure lies there.
        switch Int32(pointer.pointee.sa_family) {
        case AF_INET: pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee) }
        case AF_INET6: pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee) }
        default: nil
        }
    }
}
