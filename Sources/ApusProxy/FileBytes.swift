#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Reads files whole.
public enum FileBytes {
    /// Why a file could not be read, in the system's words.
    public struct Unreadable: Error, CustomStringConvertible {
        public let description: String
        public init(description: String) { self.description = description }
    }

    /// `waits`: for whoever writes into a pipe; else a pipe without a writer is read as it is. Throws `Unreadable`, also
    /// beyond `most` bytes.
    public static func read(_ path: String, most: Int = .max, waits: Bool = true) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | (waits ? 0 : O_NONBLOCK))
        guard file >= 0 else { throw Unreadable(description: String(cString: strerror(errno))) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= most {
            let count = next(file, &piece)
            if count == 0 { return bytes }
            guard count > 0 else { throw Unreadable(description: String(cString: strerror(errno))) }
            bytes += piece[..<count]
        }
        throw Unreadable(description: "it is larger than \(most >> 20) MiB")
    }

    private static func next(_ file: Int32, _ piece: inout [UInt8]) -> Int {
        #if canImport(Glibc)
            Glibc.read(file, &piece, piece.count)
        #else
            Musl.read(file, &piece, piece.count)
        #endif
    }
}
