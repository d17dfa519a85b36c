/// Why a message cannot be accepted. Nothing after it on the connection can be trusted: the connection closes.
enum HTTP1Error: Error, Equatable, Sendable {
    /// The part of a message that breaks the grammar of RFC 9112.
    enum Part: Sendable {
        case startLine, method, target, version, status
        case fieldName, fieldLine, host
        case contentLength, transferEncoding, bodyNotAllowed
        case chunkSize, chunkExtension, chunkEnd, trailers
        /// The peer closed within a message.
        case cutShort
    }

    case malformed(Part)
    case invalidCharacters
    case invalidURL, invalidScheme, invalidAuthority
    /// CONNECT or an upgrade with a body.
    case bodyDisallowed
    case lengthAndChunked
    case unsupportedTransferEncoding
    /// Connection names a field that must not be taken out, or too many.
    case connectionRejected
    case underscore
    case versionTooLow
    case headersTooLarge
    case tooManyHeaders

    /// The status of the answer where a client is at fault.
    var status: Int {
        switch self {
        case .unsupportedTransferEncoding: 501
        case .versionTooLow: 426
        case .headersTooLarge, .tooManyHeaders: 431
        default: 400
        }
    }

    /// Envoy's `%RESPONSE_CODE_DETAILS%`.
    var details: StaticString {
        switch self {
        case .malformed: "http1.codec_error"
        case .invalidCharacters: "http1.invalid_characters"
        case .invalidURL: "http1.invalid_url"
        case .invalidScheme: "http1.invalid_scheme"
        case .invalidAuthority: "http.invalid_authority"
        case .bodyDisallowed: "http1.body_disallowed"
        case .lengthAndChunked: "http1.content_length_and_chunked_not_allowed"
        case .unsupportedTransferEncoding: "http1.invalid_transfer_encoding"
        case .connectionRejected: "http1.connection_header_rejected"
        case .underscore: "http1.unexpected_underscore"
        case .versionTooLow: "low_version"
        case .headersTooLarge: "http1.headers_too_large"
        case .tooManyHeaders: "http1.too_many_headers"
        }
    }

    /// The text of the answer where a client is at fault; it goes out as text/plain with `connection: close`.
    var body: StaticString {
        switch status {
        case 426: "Upgrade Required"
        case 431: "Request Header Fields Too Large"
        case 501: "Not Implemented"
        default: "Bad Request"
        }
    }
}

enum HTTP1ParseResult: Equatable, Sendable {
    /// The head is not complete; call again with more bytes.
    case incomplete
    /// The head took so many bytes, empty lines before it included.
    case head(consumed: Int)
    case failed(HTTP1Error)
}
