import Glibc

/// Standard output, at once. Nobody may be reading any more (a closed pipe), which is no reason to fall over.
enum Screen {
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static func show(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
