#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The time of day.
enum WallClock {
    /// Seconds and nanoseconds since 1970, UTC.
    static func now() -> (seconds: Int64, nanoseconds: Int64) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }

    static func seconds() -> Int64 { now().seconds }
}
