import ApusConfig
#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// An IP address as 16 bytes; IPv4 lies in ::ffff:0:0/96.
struct IPAddress: Sendable, Equatable {
    let high: UInt64
    let low: UInt64
    let isIPv4: Bool

    /// Reads `10.0.0.1` and `2001:db8::1`; nil for anything else.
    init?(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(ipv4: UInt32(bigEndian: four.s_addr))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let words = withUnsafeBytes(of: six) {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        isIPv4 = high == 0 && low >> 32 == 0xffff
    }

    init(ipv4: UInt32) { self.init(high: 0, low: 0xffff_0000_0000 | UInt64(ipv4)) }

    /// 127.0.0.0/8 or ::1.
    var isLoopback: Bool { isIPv4 ? (low >> 24) & 0xff == 127 : high == 0 && low == 1 }

    /// Loopback does not count: Envoy's "internal" by default is RFC 1918 and RFC 4193.
    var isPrivate: Bool {
        guard isIPv4 else { return high >> 56 & 0xfe == 0xfc }
        let address = UInt32(truncatingIfNeeded: low)
        return address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8
    }
}

/// A compiled CIDR range.
struct AddressRange: Sendable {
    private let address: IPAddress
    private let prefix: Int

    /// nil when the text is no address.
    init?(_ range: CIDRRange) {
        guard let address = IPAddress(range.addressPrefix) else { return nil }
        self.address = address
        let longest = address.isIPv4 ? 32 : 128
        prefix = min(Int(range.prefixLength), longest) + (address.isIPv4 ? 96 : 0)
    }

    func contains(_ other: IPAddress) -> Bool {
        guard other.isIPv4 == address.isIPv4 else { return false }
        let highBits = min(prefix, 64)
        let lowBits = prefix - highBits
        let highMask: UInt64 = highBits == 0 ? 0 : ~0 << UInt64(64 - highBits)
        let lowMask: UInt64 = lowBits == 0 ? 0 : ~0 << UInt64(64 - lowBits)
        return (other.high ^ address.high) & highMask == 0 && (other.low ^ address.low) & lowMask == 0
    }
}
