#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The time as HTTP writes it (RFC 9110, 5.6.7).
enum HTTPDate {
    static var now: String {
        var seconds = time(nil)
        var calendar = tm()
        gmtime_r(&seconds, &calendar)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { place in
            let count = strftime(place.baseAddress, place.count, "%a, %d %b %Y %H:%M:%S GMT", &calendar)
            return String(decoding: place.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
