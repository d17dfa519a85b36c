import Glibc

/// This process's open sockets.
enum Sockets {
    /// Those that have one of the ports at either end. Other tests run in the same process, so counting all descriptors
    /// would tell nothing.
    static func count(touching ports: Set<Int>) -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return (0..<Int32(clamping: min(limit.rlim_cur, 65_536))).count { descriptor in
            ports.contains(port(descriptor, getsockname)) || ports.contains(port(descriptor, getpeername))
        }
    }

    private typealias NameOf = (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32

    private static func port(_ descriptor: Int32, _ name: NameOf) -> Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name(descriptor, $0, &size) }
        }
        guard result == 0, address.sin_family == sa_family_t(AF_INET) else { return -1 }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
