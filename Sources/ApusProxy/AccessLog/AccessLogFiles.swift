import Dispatch
import NIOConcurrencyHelpers

/// The log files of the process, one for each path whatever number of logs, workers and configurations write to it.
public final class AccessLogFiles: Sendable {
    public static let shared = AccessLogFiles()

    private let queue = DispatchQueue(label: "apus.access-log")
    private let files = NIOLockedValueBox<[AccessLogFile]>([])
    let counts = AccessLogCounts()

    init() {}

    /// The file of a path, opened when first asked for.
    func file(_ path: String) throws(AccessLogFile.Failure) -> AccessLogFile {
        let result: Result<AccessLogFile, AccessLogFile.Failure> = files.withLockedValue { files in
            if let found = files.first(where: { $0.path == path }) { return .success(found) }
            return Result { () throws(AccessLogFile.Failure) in
                let opened = try AccessLogFile(id: files.count, path: path, queue: queue, counts: counts)
                files.append(opened)
                return opened
            }
        }
        return try result.get()
    }

    /// Opens every file anew: SIGUSR1, `/reopen_logs`.
    public func reopen() {
        for file in files.withLockedValue({ $0 }) { file.reopen() }
    }

    /// Returns when everything that was handed over is written. Workers hand over first (`Worker.flushAccessLogs`).
    public func drain() async {
        await withCheckedContinuation { done in queue.async { done.resume() } }
    }
}
