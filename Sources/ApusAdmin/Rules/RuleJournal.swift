import ApusConfig
import ApusProxy

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The file that keeps rules and history across restarts: a first line that says what it is, then records, each with its
/// length and checksum. A record is on the disk before the change that it tells of is confirmed.
///
/// Secrets are among the rules, so that nobody but the owner may read it.
///
/// Only the end of the file can be torn, by a power failure in the middle of a write. What cannot be read is put aside
/// beside the file and never half-read.
final class RuleJournal {
    static let header = "apus rules 1\n"
    /// Records after which the file is written anew at the next start, or while running at twice as many.
    static let mostRecords = 400
    /// The same in bytes; a file that is longer even when it is new may become three times as long.
    static let mostBytes = 64 << 20

    private let directory: String
    private let path: String
    private var file: Int32
    private var lock: Int32
    private(set) var size: Int
    private(set) var records: Int
    /// Bytes when it was written anew.
    private var shortest = 0

    /// Whether it is time to write it anew.
    var isLong: Bool { records > 2 * Self.mostRecords || size > 2 * Self.mostBytes && size > 3 * shortest }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What was found, the oldest first.
    struct Found {
        var records: [Record] = []
        /// What was put aside and why; to be told.
        var problems: [String] = []
    }

    struct Record: Equatable {
        /// One line of JSON.
        var head: String
        /// Documents, or any other text.
        var text: String
    }

    /// Opens or makes the directory's journal. Throws when the directory cannot be used, or another process uses it.
    static func open(_ directory: String) throws -> (RuleJournal, Found) {
        if mkdir(directory, 0o700) != 0, errno != EEXIST {
            throw Failure(description: "the directory '\(directory)' cannot be made: \(reason)")
        }
        let lock = Glibc.open("\(directory)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw Failure(description: "the directory '\(directory)' cannot be written: \(reason)") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw Failure(description: "the directory '\(directory)' is in use by another process")
        }
        do {
            return try open(directory, lock: lock)
        } catch {
            close(lock)
            throw error
        }
    }

    private static func open(_ directory: String, lock: Int32) throws -> (RuleJournal, Found) {
        let path = "\(directory)/journal"
        var found = Found()
        var bytes: [UInt8] = []
        if FileStamp(path) != nil {
            do { bytes = try FileBytes.read(path) } catch {
                throw Failure(description: "'\(path)' cannot be read: \(error)")
            }
        }
        var good = 0
        if !bytes.isEmpty {
            (found.records, good) = read(bytes)
            if good < bytes.count {
                let aside = try setAside(bytes[good...], beside: path)
                found.problems.append(
                    good == 0
                        ? "'\(path)' is no journal of rules; it was put aside as '\(aside)'"
                        : "the last \(bytes.count - good) bytes of '\(path)' are torn or foreign; they were put aside as '\(aside)'"
                )
            }
        }
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure(description: "'\(path)' cannot be written: \(reason)") }
        let journal = RuleJournal(
            directory: directory, path: path, file: file, lock: lock, size: good, records: found.records.count)
        do { try journal.begin(at: good) } catch {
            close(file)
            throw error
        }
        return (journal, found)
    }

    private init(directory: String, path: String, file: Int32, lock: Int32, size: Int, records: Int) {
        self.directory = directory
        self.path = path
        self.file = file
        self.lock = lock
        self.size = size
        self.records = records
    }

    deinit {
        close(file)
        close(lock)
    }

    private func begin(at good: Int) throws {
        guard ftruncate(file, off_t(good)) == 0, lseek(file, off_t(good), SEEK_SET) >= 0 else {
            throw Failure(description: "'\(path)' cannot be written: \(Self.reason)")
        }
        if good == 0 { try write(Array(Self.header.utf8)) }
        guard fsync(file) == 0 else { throw Failure(description: "'\(path)' cannot be synced: \(Self.reason)") }
        Self.sync(directory)
    }

    /// Writes a record and waits until the disk has it. When this throws, the file is as it was.
    func append(_ record: Record) throws {
        let before = size
        do {
            try write(record.bytes)
            guard fdatasync(file) == 0 else { throw Failure(description: "'\(path)' cannot be synced: \(Self.reason)") }
            records += 1
        } catch {
            ftruncate(file, off_t(before))
            lseek(file, off_t(before), SEEK_SET)
            size = before
            throw error
        }
    }

    /// Puts other records in the place of all; a crash in the middle leaves the old ones.
    func rewrite(_ all: [Record]) throws {
        let fresh = "\(path).new"
        let next = Glibc.open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard next >= 0 else { throw Failure(description: "'\(fresh)' cannot be written: \(Self.reason)") }
        var bytes = Array(Self.header.utf8)
        for record in all { bytes += record.bytes }
        do {
            try Self.write(bytes, to: next, path: fresh)
            guard fsync(next) == 0, rename(fresh, path) == 0 else {
                throw Failure(description: "'\(fresh)' cannot take the place of the journal: \(Self.reason)")
            }
        } catch {
            close(next)
            unlink(fresh)
            throw error
        }
        Self.sync(directory)
        close(file)
        file = next
        size = bytes.count
        shortest = size
        records = all.count
    }

    private func write(_ bytes: [UInt8]) throws {
        try Self.write(bytes, to: file, path: path)
        size += bytes.count
    }

    private static func write(_ bytes: [UInt8], to file: Int32, path: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw Failure(description: "'\(path)' cannot be written: \(reason)")
            }
            rest = rest.dropFirst(count)
        }
    }

    private static func sync(_ directory: String) {
        let handle = Glibc.open(directory, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }

    private static func setAside(_ bytes: ArraySlice<UInt8>, beside path: String) throws -> String {
        for number in 1...10_000 {
            let aside = "\(path).aside-\(number)"
            let file = Glibc.open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if file < 0, errno == EEXIST { continue }
            guard file >= 0 else { throw Failure(description: "'\(aside)' cannot be written: \(reason)") }
            defer { close(file) }
            try write(Array(bytes), to: file, path: aside)
            guard fsync(file) == 0 else { throw Failure(description: "'\(aside)' cannot be synced: \(reason)") }
            return aside
        }
        throw Failure(description: "there are too many files put aside beside '\(path)'")
    }

    private static var reason: String { String(cString: strerror(errno)) }

    // MARK: Records

    /// The records of a file, and how many bytes of it are good; 0: not even its first line.
    static func read(_ bytes: [UInt8]) -> (records: [Record], good: Int) {
        let first = Array(header.utf8)
        guard bytes.starts(with: first) else { return ([], 0) }
        var records: [Record] = []
        var good = first.count
        while good < bytes.count, let (record, end) = Record.read(bytes, at: good) {
            records.append(record)
            good = end
        }
        return (records, good)
    }
}

extension RuleJournal.Record {
    /// `<checksum> <bytes of head> <bytes of text>`, then both, each with a line end.
    var bytes: [UInt8] {
        var body = Array(head.utf8)
        body.append(UInt8(ascii: "\n"))
        body += text.utf8
        body.append(UInt8(ascii: "\n"))
        let first = "\(Checksum.of(body[...])) \(head.utf8.count) \(text.utf8.count)\n"
        return Array(first.utf8) + body
    }

    static func read(_ bytes: [UInt8], at start: Int) -> (RuleJournal.Record, end: Int)? {
        guard let lineEnd = bytes[start...].prefix(80).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let words = bytes[start..<lineEnd].split(separator: UInt8(ascii: " "))
        guard words.count == 3, let checksum = UInt64(String(decoding: words[0], as: UTF8.self)),
            let head = Int(String(decoding: words[1], as: UTF8.self)),
            let text = Int(String(decoding: words[2], as: UTF8.self)), head >= 0, text >= 0
        else { return nil }
        let room = bytes.count - lineEnd - 1
        // Each alone first: their sum could be too large to be a number.
        guard head <= room, text <= room, head + text + 2 <= room else { return nil }
        let body = bytes[(lineEnd + 1)..<(lineEnd + 1 + head + text + 2)]
        guard Checksum.of(body) == checksum else { return nil }
        let headEnd = body.startIndex + head
        return (
            RuleJournal.Record(
                head: String(decoding: body[..<headEnd], as: UTF8.self),
                text: String(decoding: body[(headEnd + 1)..<(body.endIndex - 1)], as: UTF8.self)),
            body.endIndex
        )
    }
}

/// FNV-1a of 64 bits: finds torn writes; it is no protection against anybody.
enum Checksum {
    static func of(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return hash
    }
}
