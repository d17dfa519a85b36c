#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Memory of the process in bytes, as the kernel counts it.
public struct MemoryReading: Sendable, Equatable {
    /// Resident memory that no file backs: heap and stacks.
    public var allocated = 0
    /// The data segment, touched or not.
    public var heapSize = 0
    public var physical = 0

    public static func now() -> MemoryReading {
        var reading = MemoryReading()
        for line in status.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ":" })
            guard words.count > 1, let kibibytes = Int(words[1]) else { continue }
            switch words[0] {
            case "RssAnon": reading.allocated = kibibytes * 1024
            case "VmData": reading.heapSize = kibibytes * 1024
            case "VmRSS": reading.physical = kibibytes * 1024
            default: break
            }
        }
        return reading
    }

    private static var status: String {
        let file = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &text, text.count)
        return String(decoding: text[..<max(count, 0)], as: UTF8.self)
    }
}
