import Glibc
import NIOCore
import Testing

@testable import ApusProxy

/// Bounded, and the same in every run: seeds are fixed.
@Suite struct HTTP1FuzzTests {
    private static let requests = [
        "GET /a?b=c HTTP/1.1\r\nHost: h\r\naccept: */*\r\ncookie: a=b; c=d\r\nuser-agent: fuzz\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nx-t: 1\r\n\r\n",
        "GET http://o.test:81/x HTTP/1.1\r\nHost: h\r\nConnection: x-hop, close\r\nx-hop: 1\r\nTE: trailers\r\n\r\n",
        "\r\nGET /chat HTTP/1.1\nHost: h\nConnection: Upgrade\nUpgrade: websocket\nx-f: a\n b\n\n",
        "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n",
        "PUT / HTTP/1.0\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok",
    ]
    private static let answers = [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-t: 1\r\n\r\n",
        "HTTP/1.0 404 Not Found\r\nConnection: keep-alive\r\nServer: s\r\n\r\nuntil the end",
        "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nraw",
        "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ]
    /// Pieces that matter to framing.
    private static let pieces = [
        "\r\n", "\n", "\r", "\r\n\r\n", " ", "\t", ":", ",", ";", "\u{0}", "\u{7f}", "\u{ff}", "0", "3",
        "ffffffffffffffff",
        "Content-Length: 3\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: x\r\n",
        "chunked", "HTTP/1.1", "HTTP/1.0", "Host: x\r\n", "Connection: close\r\n", "0\r\n\r\n", "GET / HTTP/1.1\r\n",
        "a",
        "Connection: te, content-length, transfer-encoding\r\n", "x_y: 1\r\n", "http://", "[", "@", "*", "/", "#",
    ].map(wire)

    private func mutate(_ bytes: [UInt8], _ dice: inout Dice, with other: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0...3, using: &dice) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &dice)
            switch Int.random(in: 0...6, using: &dice) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &dice)
            case 1: bytes[at] ^= 1 << UInt8.random(in: 0...7, using: &dice)
            case 2: bytes.remove(at: at)
            case 3: bytes.insert(contentsOf: Self.pieces.randomElement(using: &dice) ?? [], at: at)
            case 4: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...20, using: &dice)))
            case 5: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 30)], at: at)
            default: bytes = Array(bytes[..<at]) + other[min(at, other.count)...]
            }
        }
        return bytes
    }

    /// Everything that must hold for bytes that a peer sent.
    private func check(_ bytes: [UInt8], request: Bool, cut: Int, limits: HTTP1Limits, heads: (Head, Head)) {
        let (head, again) = heads
        let (parsed, info) = parse(bytes, request: request, head: head, limits: limits)
        guard case .head(let consumed) = parsed.result else { return }
        let split = parse(bytes, cuts: [cut], request: request, head: again, limits: limits).0
        #expect(split == parsed, "\(text(bytes)) cut at \(cut)")
        #expect(consumed <= bytes.count)
        #expect(!head.has(.transferEncoding))
        #expect(!(info.body == .chunked && head.has(.contentLength)))
        let rest = Array(bytes[consumed...])
        let decoded = decode(info.body, rest)
        #expect(decoded.rest.count <= rest.count)
        if info.body != .none {
            let again = decode(info.body, rest, cuts: [min(cut, rest.count)])
            #expect(again.data == decoded.data && again.error == decoded.error && again.trailers == decoded.trailers)
        }
        guard decoded.ended || info.body == .untilClose else { return }
        rewrite(head, info, decoded, request: request, limits: limits, again)
    }

    /// What leaves in place of an accepted message must read as that message, whole and alone.
    private func rewrite(
        _ head: Head, _ info: HTTP1MessageInfo, _ decoded: Decoded, request: Bool, limits: HTTP1Limits, _ again: Head
    ) {
        let chunked = info.body == .chunked || info.body == .untilClose
        var buffer = ByteBuffer()
        if request {
            HTTP1Writer.writeRequest(head, into: &buffer, chunked: chunked, upgrade: info.upgrade, properCase: false)
        } else {
            HTTP1Writer.writeResponse(
                head, into: &buffer, version: .http11, chunked: chunked, close: !info.keepAlive, keepAlive10: false,
                upgrade: info.upgrade, properCase: false, empty: info.body == .none)
        }
        if chunked {
            if !decoded.data.isEmpty {
                HTTP1Writer.writeChunkHeader(decoded.data.count, into: &buffer)
                buffer.writeBytes(decoded.data)
                HTTP1Writer.writeChunkEnd(into: &buffer)
            }
            HTTP1Writer.writeLastChunk(into: &buffer)
        } else {
            buffer.writeBytes(decoded.data)
        }
        let sent = Array(buffer.readableBytesView)
        var wide = limits
        wide.maxHeadBytes += 1024
        wide.maxHeaders += 4
        let (reparsed, info2) = parse(sent, request: request, head: again, limits: wide)
        guard case .head(let consumed) = reparsed.result else {
            Issue.record("\(text(sent)) does not parse: \(reparsed.result)")
            return
        }
        #expect(text(again.method) == text(head.method))
        #expect(text(again.authority) == text(head.authority))
        if !info.isConnect { #expect(text(again.path) == text(head.path), "\(text(sent))") }
        #expect(again.status == head.status)
        let body = decode(info2.body, Array(sent[consumed...]))
        #expect(body.data == decoded.data)
        #expect(body.rest.isEmpty, "\(text(sent))")
        if info2.body != .untilClose { #expect(body.ended) }
    }

    private func run(_ corpus: [String], request: Bool, rounds: Int, seed: UInt64) {
        var dice = Dice(state: seed)
        let corpus = corpus.map(wire)
        let heads = (Head(), Head())
        var limits = HTTP1Limits()
        for round in 0..<rounds {
            let other = corpus.randomElement(using: &dice) ?? []
            let bytes = mutate(corpus[round % corpus.count], &dice, with: other)
            guard !bytes.isEmpty else { continue }
            limits.allowHTTP10 = round & 1 == 0
            limits.allowChunkedLength = round & 2 == 0
            limits.underscores = round & 4 == 0 ? .allow : .drop
            limits.maxHeaders = round & 8 == 0 ? 100 : 3
            limits.maxHeadBytes = round & 16 == 0 ? 60 * 1024 : 80
            limits.keepsSpellings = round & 32 == 0
            limits.forwardsReason = limits.keepsSpellings
            limits.capitalizesOthers = round & 64 == 0
            check(
                bytes, request: request, cut: Int.random(in: 0...bytes.count, using: &dice), limits: limits,
                heads: heads)
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func whateverAClientSendsIsRefusedOrLeavesAsTheOneMessageItWas(_ seed: UInt64) {
        run(Self.requests, request: true, rounds: 12_000, seed: seed)
    }

    @Test(arguments: [3, 4] as [UInt64])
    func whateverAnUpstreamSendsIsRefusedOrLeavesAsTheOneMessageItWas(_ seed: UInt64) {
        run(Self.answers, request: false, rounds: 12_000, seed: seed)
    }

    @Test func mutatedChunksNeverEndTwoWays() {
        var dice = Dice(state: 5)
        let bodies = [
            "3;a=b\r\nabc\r\n0a\r\n0123456789\r\n0\r\nx-t: 1\r\n\r\nrest", "1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        ].map(wire)
        for round in 0..<10_000 {
            let bytes = mutate(bodies[round & 1], &dice, with: bodies[~round & 1])
            let whole = decode(.chunked, bytes)
            let cuts = (0..<2).map { _ in Int.random(in: 0...bytes.count, using: &dice) }.sorted()
            #expect(decode(.chunked, bytes, cuts: cuts) == whole, "\(text(bytes)) at \(cuts)")
        }
    }

    private static let seconds = getenv("FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 0

    /// CI gives it a minute; a failure names the seed, which `run` repeats.
    @Test(.enabled(if: seconds > 0))
    func freshSeedsFindNothingNew() {
        let end = ContinuousClock.now + .seconds(Self.seconds)
        var seeds = SystemRandomNumberGenerator()
        while ContinuousClock.now < end {
            let seed = seeds.next()
            print("seed \(seed)")
            run(Self.requests, request: true, rounds: 2000, seed: seed)
            run(Self.answers, request: false, rounds: 2000, seed: seed)
        }
    }
}
