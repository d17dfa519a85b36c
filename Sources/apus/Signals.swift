@preconcurrency import Dispatch
import Glibc

/// Signals as a stream. From the moment this is made, they no longer do what they do by default.
final class Signals: Sendable {
    let stream: AsyncStream<Int32>
    private let continuation: AsyncStream<Int32>.Continuation
    private let sources: [any DispatchSourceSignal]

    init(_ signals: [Int32]) {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        self.continuation = continuation
        // A client that goes away while we write is an error of that write, nothing more.
        signal(SIGPIPE, SIG_IGN)
        sources = signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
    }

    /// As if the signal had come from outside.
    func raise(_ signal: Int32) { continuation.yield(signal) }
}
