#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Reads how the field names of a head were spelt, for those who want them to leave as they came. A second pass over
/// the received bytes, after the head has been found good, so that the first one costs the same with it and without.
enum HTTP1Spelling {
    /// Remembers the names of the `count` bytes at `source`, a head from its start line to its empty line. Fields that
    /// did not get into `head` count too: a Transfer-Encoding of ours is spelt like the one that it stands for.
    @inline(never)
    static func remember(
        _ source: UnsafePointer<UInt8>, _ count: Int, in head: Head, limits: borrowing HTTP1Limits
    ) {
        head.forwardsReason = limits.forwardsReason
        head.beginSpellings(capitalizesOthers: limits.capitalizesOthers)
        var at = lineAfter(0, source, count)
        while at < count, source[at] != HTTP1Bytes.cr, source[at] != HTTP1Bytes.lf {
            var end = at
            while end < count, HTTP1Bytes.token[Int(source[end])] != 0 { end += 1 }
            // A folded value's later lines begin with a blank, and so with no name.
            if end > at { head.rememberSpelling(Bytes(start: source + at, count: end - at)) }
            at = lineAfter(end, source, count)
        }
    }

    private static func lineAfter(_ at: Int, _ source: UnsafePointer<UInt8>, _ count: Int) -> Int {
        guard at < count, let found = memchr(source + at, Int32(HTTP1Bytes.lf), count - at) else { return count }
        return source.distance(to: UnsafePointer(found.assumingMemoryBound(to: UInt8.self))) + 1
    }
}
