import NIOCore

/// Takes a body off a connection: one for each message and direction. Data comes out as slices of what was received.
struct HTTP1BodyDecoder {
    enum Event {
        /// Call again with more bytes.
        case needMore
        case data(ByteBuffer)
        /// The fields of the trailer section are in the head that was given; the end comes next.
        case trailers
        case end
        case failed(HTTP1Error)
    }

    /// What is awaited from the peer.
    private enum State {
        case data(remaining: UInt64)
        case untilClose
        case chunkSize
        case chunkData(remaining: UInt64)
        /// The CRLF behind a chunk's data.
        case chunkEnd
        /// The trailer section, or the empty line in its place.
        case trailers
        case done
        case failed(HTTP1Error)
    }

    private var state: State
    private let maxTrailerBytes: Int
    private let maxTrailers: Int
    /// How far an incomplete line, or trailer section, has been searched.
    private var scanned = 0
    /// Bytes of chunk lines beyond what honest chunks need.
    private var excess = 0

    init(_ length: BodyLength, maxTrailerBytes: Int = 60 * 1024, maxTrailers: Int = 100) {
        self.maxTrailerBytes = maxTrailerBytes
        self.maxTrailers = maxTrailers
        switch length {
        case .none, .known(0): state = .done
        case .known(let bytes): state = .data(remaining: bytes)
        case .chunked: state = .chunkSize
        case .untilClose: state = .untilClose
        }
    }

    /// Whether the body has ended; what follows in the buffer is another message's.
    var isDone: Bool {
        if case .done = state { return true }
        return false
    }

    /// What is left of a body of known length.
    var remaining: UInt64? {
        if case .data(let remaining) = state { return remaining }
        return nil
    }

    /// The next part of the body. To be called until it answers `needMore`, `end` or `failed`. Without a head for
    /// them, trailers are checked and left out.
    mutating func next(_ buffer: inout ByteBuffer, trailers: Head?) -> Event {
        while true {
            switch state {
            case .done: return .end
            case .failed(let error): return .failed(error)
            case .untilClose:
                guard let data = buffer.readSlice(length: buffer.readableBytes), data.readableBytes > 0 else {
                    return .needMore
                }
                return .data(data)
            case .data(let remaining):
                guard let data = take(remaining, from: &buffer) else { return .needMore }
                let left = remaining - UInt64(data.readableBytes)
                state = left == 0 ? .done : .data(remaining: left)
                return .data(data)
            case .chunkData(let remaining):
                guard let data = take(remaining, from: &buffer) else { return .needMore }
                let left = remaining - UInt64(data.readableBytes)
                state = left == 0 ? .chunkEnd : .chunkData(remaining: left)
                return .data(data)
            case .chunkEnd:
                // Envoy skips anything up to a line feed here; RFC 9112, 7.1 says CRLF, and a reader that counts
                // differently finds another request in the difference.
                guard let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return .needMore }
                guard first == HTTP1Bytes.cr else { return fail(.malformed(.chunkEnd)) }
                guard let second = buffer.getInteger(at: buffer.readerIndex + 1, as: UInt8.self) else {
                    return .needMore
                }
                guard second == HTTP1Bytes.lf else { return fail(.malformed(.chunkEnd)) }
                buffer.moveReaderIndex(forwardBy: 2)
                state = .chunkSize
            case .chunkSize:
                switch buffer.withUnsafeReadableBytes({ HTTP1ChunkLine.read($0, scanned: &scanned) }) {
                case .incomplete: return .needMore
                case .failed(let error): return fail(error)
                case .size(let size, let line):
                    buffer.moveReaderIndex(forwardBy: line)
                    // A body of tiny chunks with long extensions costs much and says little. Sixteen bytes and the
                    // data's own length are free.
                    excess = max(0, excess + line - 16 - 2 * Int(min(size, 4096)))
                    guard excess <= HTTP1ChunkLine.maxExcess else { return fail(.malformed(.chunkExtension)) }
                    state = size == 0 ? .trailers : .chunkData(remaining: size)
                }
            case .trailers:
                switch readTrailers(&buffer, into: trailers) {
                case .needMore: return .needMore
                case .failed(let error): return fail(error)
                case .trailers:
                    state = .done
                    return .trailers
                default: state = .done
                }
            }
        }
    }

    /// The peer has closed. Answers `end` where that ends the body, else that it was cut short.
    mutating func close() -> Event {
        switch state {
        case .done: return .end
        case .failed(let error): return .failed(error)
        case .untilClose:
            state = .done
            return .end
        default: return fail(.malformed(.cutShort))
        }
    }

    private mutating func fail(_ error: HTTP1Error) -> Event {
        state = .failed(error)
        return .failed(error)
    }

    private func take(_ remaining: UInt64, from buffer: inout ByteBuffer) -> ByteBuffer? {
        let readable = buffer.readableBytes
        guard readable > 0 else { return nil }
        return buffer.readSlice(length: Int(min(remaining, UInt64(readable))))
    }

    private mutating func readTrailers(_ buffer: inout ByteBuffer, into trailers: Head?) -> Event {
        // The usual case: no trailers, an empty line.
        if buffer.readableBytes >= 2, let line = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self),
            line == 0x0d0a
        {
            buffer.moveReaderIndex(forwardBy: 2)
            return .end
        }
        let result = buffer.withUnsafeReadableBytes {
            HTTP1Trailers.read(
                $0, into: trailers, maxBytes: maxTrailerBytes, maxFields: maxTrailers, scanned: &scanned)
        }
        switch result {
        case .incomplete: return .needMore
        case .failed(let error): return .failed(error)
        case .head(let consumed):
            buffer.moveReaderIndex(forwardBy: consumed)
            return trailers == nil ? .end : .trailers
        }
    }
}
