import Atomics
import Dispatch
import NIOConcurrencyHelpers
#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// One log file of the process, shared by all workers. Written in batches on a queue that no request waits for.
final class AccessLogFile: Sendable {
    /// What may wait to be written. A disk that is slower than the traffic loses lines instead of taking all memory.
    private static let mostWaiting = 64 * 1024 * 1024

    /// Counts up from 0 in the process.
    let id: Int
    let path: String
    /// The owner is `queue`.
    private let descriptor: NIOLockedValueBox<CInt>
    private let isStandardStream: Bool
    private let waiting = ManagedAtomic(0)
    private let queue: DispatchQueue
    private let counts: AccessLogCounts

    struct Failure: Error {
        let reason: String
    }

    init(id: Int, path: String, queue: DispatchQueue, counts: AccessLogCounts) throws(Failure) {
        self.id = id
        self.path = path
        self.queue = queue
        self.counts = counts
        switch path {
        case "/dev/stdout": descriptor = NIOLockedValueBox(STDOUT_FILENO)
        case "/dev/stderr": descriptor = NIOLockedValueBox(STDERR_FILENO)
        default: descriptor = NIOLockedValueBox(try Self.open(path))
        }
        isStandardStream = path == "/dev/stdout" || path == "/dev/stderr"
    }

    private static func open(_ path: String) throws(Failure) -> CInt {
        let opened = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
        return opened
    }

    /// Takes lines to be written soon.
    func submit(_ lines: [UInt8]) {
        guard waiting.load(ordering: .relaxed) < Self.mostWaiting else {
            counts.failed.wrappingIncrement(ordering: .relaxed)
            return
        }
        waiting.wrappingIncrement(by: lines.count, ordering: .relaxed)
        counts.buffered.wrappingIncrement(ordering: .relaxed)
        queue.async {
            let done = self.descriptor.withLockedValue { Self.write(lines, to: $0) }
            self.waiting.wrappingDecrement(by: lines.count, ordering: .relaxed)
            (done ? self.counts.completed : self.counts.failed).wrappingIncrement(ordering: .relaxed)
        }
    }

    /// Opens the path anew, so that a file that was moved away stays with who moved it.
    func reopen() {
        guard !isStandardStream else { return }
        queue.async {
            guard let fresh = try? Self.open(self.path) else {
                self.counts.reopenFailed.wrappingIncrement(ordering: .relaxed)
                return
            }
            let old = self.descriptor.withLockedValue { descriptor in
                defer { descriptor = fresh }
                return descriptor
            }
            close(old)
        }
    }

    private static func write(_ lines: [UInt8], to descriptor: CInt) -> Bool {
        lines.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    // Standard output may be a pipe that somebody made non-blocking.
                    var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&place, 1, 1000)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}

/// Envoy's `filesystem.` statistics.
final class AccessLogCounts: Sendable {
    let buffered = ManagedAtomic(0)
    let completed = ManagedAtomic(0)
    let failed = ManagedAtomic(0)
    let reopenFailed = ManagedAtomic(0)

    var readings: [StatReading] {
        let writes = buffered.load(ordering: .relaxed)
        return [
            StatReading(name: "filesystem.reopen_failed", counter: reopenFailed.load(ordering: .relaxed)),
            StatReading(name: "filesystem.write_buffered", counter: writes),
            StatReading(name: "filesystem.write_completed", counter: completed.load(ordering: .relaxed)),
            StatReading(name: "filesystem.write_failed", counter: failed.load(ordering: .relaxed)),
        ]
    }
}
