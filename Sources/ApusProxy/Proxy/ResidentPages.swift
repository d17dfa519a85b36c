#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Pages of the executable that only the start needed.
///
/// Reading a configuration walks through megabytes of code (YAML, regular expressions, the runtime's tables) that serving
/// requests never touches again; with hundreds of proxies on a fleet, that is memory. The pages are mapped from the file
/// and unchanged, so that giving them back loses nothing: what is needed again is found in the page cache.
enum ResidentPages {
    /// Gives back the code pages of every mapped file.
    static func release() {
        guard let maps = fopen("/proc/self/maps", "r") else { return }
        defer { fclose(maps) }
        var line = [CChar](repeating: 0, count: 1024)
        while fgets(&line, Int32(line.count), maps) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // `start-end r-xp offset device inode path`: private, never written, backed by a file.
            let fields = text.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
            let bounds = fields[0].split(separator: "-")
            guard bounds.count == 2, let start = UInt(bounds[0], radix: 16), let end = UInt(bounds[1], radix: 16),
                let address = UnsafeMutableRawPointer(bitPattern: start)
            else { continue }
            madvise(address, Int(end - start), MADV_DONTNEED)
        }
    }
}
