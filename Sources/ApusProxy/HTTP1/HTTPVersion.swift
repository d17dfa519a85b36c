/// A version of HTTP that a message came with or leaves with.
enum HTTPVersion: UInt8, Sendable {
    case http10, http11, http2

    var name: StaticString {
        switch self {
        case .http10: "HTTP/1.0"
        case .http11: "HTTP/1.1"
        case .http2: "HTTP/2"
        }
    }
}

/// How the body of a message is delimited.
enum BodyLength: Equatable, Sendable {
    /// No body; what follows the head is the next message.
    case none
    /// Exactly so many bytes.
    case known(UInt64)
    /// Chunks, then perhaps trailers.
    case chunked
    /// Everything until the peer closes; answers only.
    case untilClose
}
