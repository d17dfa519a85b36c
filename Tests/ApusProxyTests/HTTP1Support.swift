import NIOCore

@testable import ApusProxy

/// Bytes of a text whose characters are all below U+0100, one byte each.
func wire(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

/// A head as text: start line parts, then fields, as `name: value` lines.
func describe(_ head: Head) -> String {
    var lines: [String] = []
    if head.status == 0 {
        lines.append("\(text(head.method)) \(text(head.path)) host=\(text(head.authority)) scheme=\(text(head.scheme))")
    } else {
        lines.append("\(head.status)")
    }
    head.forEachField { lines.append("\(text($0)): \(text($1))") }
    return lines.joined(separator: "\n")
}

func text(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
    return text
}

/// What a parser made of bytes.
struct Parsed: Equatable {
    var result: HTTP1ParseResult
    var head = ""
    var body = BodyLength.none
    var keepAlive = true
    var upgrade = false
    var expectContinue = false

    var error: HTTP1Error? {
        if case .failed(let error) = result { return error }
        return nil
    }
}

/// Parses what arrives in pieces that end at `cuts`, as a connection would.
func parse(_ bytes: [UInt8], cuts: [Int] = [], request: Bool, head: Head, limits: HTTP1Limits, isHead: Bool = false)
    -> (Parsed, HTTP1MessageInfo)
{
    var info = HTTP1MessageInfo()
    var scanned = 0
    var result = HTTP1ParseResult.incomplete
    for end in cuts + [bytes.count] {
        // A copy of its own, so that reading behind the end is reading behind an allocation.
        let received = Array(bytes[..<end])
        result = received.withUnsafeBytes {
            request
                ? HTTP1Parser.parseRequest($0, into: head, info: &info, limits: limits, scanned: &scanned)
                : HTTP1Parser.parseResponse(
                    $0, into: head, info: &info, requestMethodIsHead: isHead, limits: limits, scanned: &scanned)
        }
        if result != .incomplete { break }
    }
    guard case .head = result else { return (Parsed(result: result), info) }
    let parsed = Parsed(
        result: result, head: describe(head), body: info.body, keepAlive: info.keepAlive, upgrade: info.upgrade,
        expectContinue: info.expectContinue)
    return (parsed, info)
}

func request(_ text: String, limits: HTTP1Limits = HTTP1Limits()) -> Parsed {
    parse(wire(text), request: true, head: Head(), limits: limits).0
}

func response(_ text: String, isHead: Bool = false, limits: HTTP1Limits = HTTP1Limits()) -> Parsed {
    parse(wire(text), request: false, head: Head(), limits: limits, isHead: isHead).0
}

/// A body as a decoder gives it out.
struct Decoded: Equatable {
    var data: [UInt8] = []
    var trailers = ""
    var error: HTTP1Error?
    var ended = false
    /// What the decoder left for the next message.
    var rest: [UInt8] = []
}

func decode(_ length: BodyLength, _ bytes: [UInt8], cuts: [Int] = [], keepTrailers: Bool = true) -> Decoded {
    var decoder = HTTP1BodyDecoder(length)
    var decoded = Decoded()
    var buffer = ByteBuffer()
    var from = 0
    let trailers = Head()
    pieces: for end in cuts + [bytes.count] {
        buffer.writeBytes(bytes[from..<end])
        from = end
        while true {
            switch decoder.next(&buffer, trailers: keepTrailers ? trailers : nil) {
            case .needMore: continue pieces
            case .data(let data): decoded.data += Array(data.readableBytesView)
            case .trailers:
                trailers.forEachField { decoded.trailers += "\(text($0)): \(text($1))\n" }
            case .end:
                decoded.ended = true
                decoded.rest = Array(buffer.readableBytesView) + bytes[end...]
                return decoded
            case .failed(let error):
                decoded.error = error
                return decoded
            }
        }
    }
    return decoded
}

/// Numbers that are the same in every run.
struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
