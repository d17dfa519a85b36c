import Glibc
import Synchronization

/// What commands print. A reader that has gone away, as that of `apus get | head -1`, is no fault: the rest is dropped, and
/// the command ends as it would have ended.
enum Console {
    /// Takes what is printed in the place of the process's own output.
    @TaskLocal static var capture: Capture?

    final class Capture: Sendable {
        private let texts = Mutex((output: "", errors: ""))

        var output: String { texts.withLock { $0.output } }
        var errors: String { texts.withLock { $0.errors } }

        fileprivate func take(_ text: String, _ file: Int32) {
            texts.withLock {
                if file == STDOUT_FILENO { $0.output += text } else { $0.errors += text }
            }
        }
    }

    static func print(_ text: String, terminator: String = "\n") { write(text + terminator, to: STDOUT_FILENO) }

    static func print(lines: [String]) {
        if !lines.isEmpty { print(lines.joined(separator: "\n")) }
    }

    /// To standard error.
    static func tell(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    /// To standard error, as what went wrong.
    static func error(_ message: String) { tell("error: \(message)") }

    /// Whether somebody still reads what is printed.
    static var hasReader: Bool { !readerHasGone.withLock { $0 } }

    private static let readerHasGone = Mutex(false)
    private static let ignoresBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    private static func write(_ text: String, to file: Int32) {
        if let capture { return capture.take(text, file) }
        switch put(text, into: file) {
        case .written: break
        case .readerHasGone: if file == STDOUT_FILENO { readerHasGone.withLock { $0 = true } }
        case .failed(let reason):
            guard file == STDOUT_FILENO else { return }
            // What could not be written must not look as if there was nothing to write.
            tell("error: standard output: \(reason)")
            exit(1)
        }
    }

    enum Writing: Equatable {
        case written
        case readerHasGone
        case failed(String)
    }

    /// Writes all of a text into a file that is open.
    static func put(_ text: String, into file: Int32) -> Writing {
        ignoresBrokenPipes
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var waiting = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, -1)
            case EPIPE: return .readerHasGone
            default: return .failed(String(cString: strerror(errno)))
            }
        }
        return .written
    }
}
