import Glibc
import NIOCore

/// Where a connection was going to before the kernel redirected it to this proxy (iptables REDIRECT, which notes it).
enum OriginalDestination {
    // <linux/netfilter_ipv4.h> and <linux/netfilter_ipv6/ip6_tables.h>, the same number for both families.
    private static let option = SocketOptionName(80)

    /// nil: it was not redirected, or the kernel does not know.
    static func read(_ channel: any Channel) -> EventLoopFuture<SocketAddress?> {
        guard let local = channel.localAddress, let options = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededFuture(nil)
        }
        let found: EventLoopFuture<SocketAddress?>
        switch local {
        // The kernel fills in a structure of exactly this type for each family.
        case .v4:
            found = options.unsafeGetSocketOption(level: SocketOptionLevel(IPPROTO_IP), name: option)
                .map { (address: sockaddr_in) in SocketAddress(address) }
        case .v6:
            found = options.unsafeGetSocketOption(level: SocketOptionLevel(IPPROTO_IPV6), name: option)
                .map { (address: sockaddr_in6) in SocketAddress(address) }
        case .unixDomainSocket: return channel.eventLoop.makeSucceededFuture(nil)
        }
        // An error means that nothing was noted.
        return found.map { $0 == local || $0?.port == 0 ? nil : $0 }.flatMapErrorThrowing { _ in nil }
    }
}
