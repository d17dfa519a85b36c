#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What tells one state of a file from another without reading it. Links are followed, so that a link that is put
/// elsewhere (a mounted ConfigMap) shows as another file.
public struct FileStamp: Equatable, Sendable {
    var device: UInt64
    var inode: UInt64
    /// Bytes.
    var size: Int64
    /// Last written, seconds and nanoseconds since 1970.
    var seconds: Int64
    var nanoseconds: Int64

    /// nil when there is no such file.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = Int64(status.st_mtim.tv_sec)
        nanoseconds = Int64(status.st_mtim.tv_nsec)
    }

    init(inode: UInt64, size: Int64, seconds: Int64) {
        (device, nanoseconds) = (0, 0)
        (self.inode, self.size, self.seconds) = (inode, size, seconds)
    }
}

/// Decides from looks at one file when it is to be read: when it has changed and then been left alone from one look to the
/// next, for an editor may be in the middle of writing it.
struct FileWatch {
    enum Step: Equatable {
        case nothing
        case read
        /// It has been missing for so long that somebody must know; told once.
        case missing
    }

    /// Looks for which a file may be missing, or empty, as it is while it is replaced.
    static let patience = 20
    /// Looks after which a file that never comes to rest is read nevertheless.
    private static let unrest = 8

    private var taken: FileStamp?
    private var last: FileStamp?
    private var changing = 0
    private var missing = 0

    mutating func look(_ stamp: FileStamp?) -> Step {
        guard let stamp else {
            last = nil
            return isAway()
        }
        defer { last = stamp }
        guard stamp != taken else {
            (changing, missing) = (0, 0)
            return .nothing
        }
        changing += 1
        let isAtRest = stamp == last && stamp.size > 0
        return isAtRest || changing >= (stamp.size > 0 ? Self.unrest : Self.patience) ? .read : .nothing
    }

    /// The file was read when it had this stamp.
    mutating func wasRead(_ stamp: FileStamp) {
        taken = stamp
        (changing, missing) = (0, 0)
    }

    /// It is not there, or cannot be read.
    mutating func isAway() -> Step {
        missing += 1
        return missing == Self.patience ? .missing : .nothing
    }
}
