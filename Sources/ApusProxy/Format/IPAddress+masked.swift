#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

extension IPAddress {
    /// The network of this address: `10.1.0.0/16`.
    func masked(to length: Int) -> String {
        let longest = isIPv4 ? 32 : 128
        let kept = min(length, longest)
        let prefix = kept + (128 - longest)
        let high = prefix >= 64 ? high : prefix == 0 ? 0 : high & (~0 << UInt64(64 - prefix))
        let low = prefix >= 128 ? low : prefix <= 64 ? 0 : low & (~0 << UInt64(128 - prefix))
        return "\(Self.text(high, low, isIPv4: isIPv4))/\(kept)"
    }

    private static func text(_ high: UInt64, _ low: UInt64, isIPv4: Bool) -> String {
        var text = [CChar](repeating: 0, count: 64)
        if isIPv4 {
            var address = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
            inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        } else {
            var address = (high.bigEndian, low.bigEndian)
            inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
