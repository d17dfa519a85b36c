@preconcurrency import Dispatch
import Glibc

/// The terminal while it gives single keys. Made plain again by `restore`.
final class Terminal: Sendable {
    let keys: AsyncStream<Character>
    private let before: termios
    private let source: any DispatchSourceRead

    /// nil when there is none to read from.
    init?() {
        var settings = termios()
        guard isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        before = settings
        // Ctrl-C stays a signal.
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        let (stream, continuation) = AsyncStream.makeStream(of: Character.self)
        keys = stream
        let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .global())
        source.setEventHandler {
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            guard count > 0 else { return source.cancel() }
            for byte in bytes.prefix(count) { continuation.yield(Character(UnicodeScalar(byte))) }
        }
        source.resume()
        self.source = source
    }

    func restore() {
        source.cancel()
        var settings = before
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }
}
