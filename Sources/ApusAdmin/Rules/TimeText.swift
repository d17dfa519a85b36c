#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Moments as JSON writes them.
enum TimeText {
    /// `2026-01-31T12:00:00.123Z`
    static var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var seconds = time.tv_sec
        var calendar = tm()
        gmtime_r(&seconds, &calendar)
        let whole = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { place in
            let count = strftime(place.baseAddress, place.count, "%Y-%m-%dT%H:%M:%S", &calendar)
            return String(decoding: place.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        let thousandths = String(time.tv_nsec / 1_000_000)
        return whole + "." + String(repeating: "0", count: 3 - thousandths.count) + thousandths + "Z"
    }
}
