import NIOCore
import Testing

@testable import ApusProxy

@Suite struct HTTP1BodyDecoderTests {
    @Test func aKnownLengthLeavesTheNextMessage() {
        let decoded = decode(.known(3), wire("abcGET /"))
        #expect(decoded.data == wire("abc"))
        #expect(decoded.ended)
        #expect(decoded.rest == wire("GET /"))
        #expect(decode(.none, wire("GET /")).rest == wire("GET /"))
        #expect(!decode(.known(4), wire("abc")).ended)
    }

    @Test func chunksBecomeData() {
        let decoded = decode(.chunked, wire("4;name=value\r\nwiki\r\n0A\r\n0123456789\r\n0\r\n\r\nGET"))
        #expect(decoded.data == wire("wiki0123456789"))
        #expect(decoded.ended)
        #expect(decoded.rest == wire("GET"))
    }

    @Test func whereverABodyIsCutItReadsTheSame() {
        let bodies = [
            "3;a=\"b\"\r\nabc\r\n1 \r\nd\r\n00\r\n\r\nrest", "3\r\nabc\r\n0\r\nX-T: 1\r\nhost: x\r\nx-u:2\r\n\r\nrest",
            "3\r\nabcd\r\n", "3\r\nabc\r\n0\r\nbad\r\n\r\n", "3;a\rb\r\nabc", "0\r\n\n",
        ]
        for body in bodies {
            let bytes = wire(body)
            let whole = decode(.chunked, bytes)
            for first in 1..<bytes.count {
                for second in first..<bytes.count {
                    let split = decode(.chunked, bytes, cuts: [first, second])
                    #expect(split == whole, "\(body.debugDescription) cut at \(first) and \(second)")
                }
            }
        }
    }

    @Test(arguments: [
        "-1\r\nabc\r\n", "ffffffffffffffffff\r\nabc", "10000000000000000\r\n", "3\nabc\n0\n\n", "3;a\nabc\r\n",
        "3;a\u{0}\r\nabc", "3;a\u{1}\r\nabc", "3;a\rb\r\n", "3\r\r\nabc\r\n", " 3\r\nabc", "0x3\r\nabc", "\r\n3\r\nabc",
        ";a\r\nabc", "3g\r\nabc", "xyz\r\n", "3\r\nabcd\r\n", "3\r\nabc0\r\n\r\n", "3\r\nabc\n0\r\n\r\n", "+3\r\nabc",
        "3\r\nabc\r\n0\r\nx t: 1\r\n\r\n", "3\r\nabc\r\n0\r\nx-t : 1\r\n\r\n", "0\r\nx: a\r\n b\r\n\r\n",
        "0\r\nx: a\n\n", "0\n\n", "0\r\n\rG", "0\r\n\n", "0\r\n x: y\r\n\r\n", "0\r\nx: a\rb\r\n\r\n",
        "0\r\nx: \u{0}\r\n\r\n",
        "00000000000000000000000000000000000003\r\nabc", "3 x\r\nabc", "\u{ff}\r\n",
    ])
    func badChunksAreRefused(_ body: String) {
        #expect(decode(.chunked, wire(body)).error?.status == 400, "\(body)")
        #expect(decode(.chunked, wire(body), keepTrailers: false).error?.status == 400, "\(body)")
    }

    @Test func theLargestChunkSizeIsANumber() {
        let decoded = decode(.chunked, wire("ffffffffffffffff\r\nabc"))
        #expect(decoded.data == wire("abc"))
        #expect(decoded.error == nil)
    }

    @Test func extensionsAreBounded() {
        let long = "3;\(String(repeating: "e", count: 5000))"
        #expect(decode(.chunked, wire(long + "\r\nabc")).error == .malformed(.chunkExtension))
        #expect(decode(.chunked, wire(long)).error == .malformed(.chunkExtension))
        let chunk = "1;\(String(repeating: "e", count: 200))\r\nx\r\n"
        let flood = String(repeating: chunk, count: 200)
        #expect(decode(.chunked, wire(flood)).error == .malformed(.chunkExtension))
        let honest = String(repeating: "1\r\nx\r\n", count: 20_000) + "0\r\n\r\n"
        #expect(decode(.chunked, wire(honest)).data.count == 20_000)
    }

    @Test func trailersAreFieldsWithoutThoseThatFrameOrRoute() {
        let text =
            "0\r\nX-T: 1\r\nhost: evil\r\ncontent-length: 4\r\ntransfer-encoding: x\r\nconnection: z\r\n"
            + "trailer: q\r\ngrpc-status: 0\r\n\r\n"
        #expect(decode(.chunked, wire(text)).trailers == "x-t: 1\ngrpc-status: 0\n")
        #expect(decode(.chunked, wire(text), keepTrailers: false).ended)
    }

    @Test func trailersAreBounded() {
        let many = "0\r\n" + String(repeating: "x: y\r\n", count: 101) + "\r\n"
        #expect(decode(.chunked, wire(many)).error == .tooManyHeaders)
        let long = "0\r\nx: " + String(repeating: "e", count: 70_000)
        #expect(decode(.chunked, wire(long)).error == .headersTooLarge)
    }

    @Test func onlySomeBodiesMayEndWithTheConnection() {
        var buffer = ByteBuffer(string: "abc")
        var untilClose = HTTP1BodyDecoder(.untilClose)
        guard case .data(let data) = untilClose.next(&buffer, trailers: nil) else {
            Issue.record("no data")
            return
        }
        #expect(data == ByteBuffer(string: "abc"))
        if case .end = untilClose.close() {} else { Issue.record("not at its end") }
        for length in [BodyLength.known(3), .chunked] {
            var decoder = HTTP1BodyDecoder(length)
            if case .failed(.malformed(.cutShort)) = decoder.close() {} else { Issue.record("\(length)") }
        }
    }
}
