import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The date field's value (RFC 9110, 5.6.7), written anew once a second.
struct HTTPDate {
    private let text = UnsafeMutablePointer<UInt8>.allocate(capacity: 29)
    private var validUntil = NIODeadline.uptimeNanoseconds(0)

    /// 29 bytes, valid until the next call. One for each worker, and as long-lived, so that the bytes are never freed.
    mutating func bytes(at now: NIODeadline) -> Bytes {
        if now >= validUntil { write(now) }
        return Bytes(start: text, count: 29)
    }

    private mutating func write(_ now: NIODeadline) {
        let wall = WallClock.now()
        validUntil = now + .nanoseconds(1_000_000_000 - wall.nanoseconds)
        var seconds = time_t(wall.seconds)
        var time = tm()
        gmtime_r(&seconds, &time)
        let days: StaticString = "SunMonTueWedThuFriSat"
        let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
        func name(_ names: StaticString, _ index: Int32, at place: Int) {
            for i in 0..<3 { text[place + i] = names.utf8Start[Int(index) * 3 + i] }
        }
        func two(_ value: Int32, at place: Int) {
            text[place] = 0x30 + UInt8(value / 10 % 10)
            text[place + 1] = 0x30 + UInt8(value % 10)
        }
        let pattern: StaticString = "Sun, 00 Jan 0000 00:00:00 GMT"
        for i in 0..<29 { text[i] = pattern.utf8Start[i] }
        name(days, time.tm_wday, at: 0)
        two(time.tm_mday, at: 5)
        name(months, time.tm_mon, at: 8)
        let year = time.tm_year + 1900
        two(year / 100, at: 12)
        two(year % 100, at: 14)
        two(time.tm_hour, at: 17)
        two(time.tm_min, at: 20)
        two(time.tm_sec, at: 23)
    }
}
