import NIOCore

/// The addresses at which this proxy's listeners can be reached.
struct OwnAddresses: Sendable {
    private let listeners: [(address: IPAddress, port: Int)]
    /// Of this machine's interfaces.
    private let machine: [IPAddress]

    static let none = OwnAddresses([])

    /// Where listeners listen, with the ports that they were given.
    init(_ addresses: [(host: String, port: Int)]) {
        listeners = addresses.compactMap { host, port in IPAddress(host).map { ($0, port) } }
        let isWide = listeners.contains { $0.address.isUnspecified }
        machine =
            isWide
            ? ((try? System.enumerateDevices()) ?? []).compactMap { $0.address?.ipAddress.flatMap(IPAddress.init) } : []
    }

    /// Whether a connection to this address would come back.
    func contain(_ address: SocketAddress) -> Bool {
        guard let port = address.port, let target = address.ipAddress.flatMap(IPAddress.init) else { return false }
        return listeners.contains { listener in
            guard listener.port == port else { return false }
            if listener.address == target { return true }
            // Nobody lives at the unspecified address; who connects to it gets to this machine.
            if target.isUnspecified { return listener.address.isUnspecified || listener.address.isLoopback }
            return listener.address.isUnspecified && (target.isLoopback || machine.contains(target))
        }
    }
}

extension IPAddress {
    /// 0.0.0.0 or ::.
    var isUnspecified: Bool { high == 0 && (low == 0 || low == 0xffff_0000_0000) }
}

extension Worker {
    func isOwnAddress(_ address: SocketAddress) -> Bool { ownAddresses.contain(address) }
}
