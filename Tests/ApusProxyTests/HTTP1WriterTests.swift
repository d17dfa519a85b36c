import NIOCore
import Testing

@testable import ApusProxy

@Suite struct HTTP1WriterTests {
    private func head(_ text: String, request: Bool = true) -> Head {
        let head = Head()
        _ = parse(wire(text), request: request, head: head, limits: HTTP1Limits())
        return head
    }

    private func written(_ head: Head, chunked: Bool = false, upgrade: Bool = false, properCase: Bool = false) -> String
    {
        var buffer = ByteBuffer()
        HTTP1Writer.writeRequest(head, into: &buffer, chunked: chunked, upgrade: upgrade, properCase: properCase)
        return String(buffer: buffer)
    }

    private func answered(
        _ head: Head, version: HTTPVersion = .http11, chunked: Bool = false, close: Bool = false, old: Bool = false,
        upgrade: Bool = false, empty: Bool = false
    ) -> String {
        var buffer = ByteBuffer()
        HTTP1Writer.writeResponse(
            head, into: &buffer, version: version, chunked: chunked, close: close, keepAlive10: old, upgrade: upgrade,
            properCase: false, empty: empty)
        return String(buffer: buffer)
    }

    @Test func aRequestLeavesWithFramingOfOurs() {
        let get = head("GET /a HTTP/1.1\r\nx-a: 1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(written(get) == "GET /a HTTP/1.1\r\nhost: h\r\nx-a: 1\r\n\r\n")
        let post = head("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n")
        #expect(written(post) == "POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\n")
        #expect(written(post, chunked: true) == "POST /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n")
        let empty = head("PUT / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(written(empty) == "PUT / HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n")
        let delete = head("DELETE / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(written(delete) == "DELETE / HTTP/1.1\r\nhost: h\r\n\r\n")
    }

    @Test func connectNamesItsAuthority() {
        let connect = head("CONNECT a:80 HTTP/1.1\r\nHost: b\r\n\r\n")
        #expect(written(connect) == "CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n")
    }

    @Test func hopFieldsThatAFilterAddsDoNotLeave() {
        let get = head("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        for known in [
            KnownHeader.connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade, .http2Settings,
        ] {
            get.add(known, "x" as StaticString)
        }
        #expect(written(get) == "GET / HTTP/1.1\r\nhost: h\r\n\r\n")
    }

    @Test func anUpgradeKeepsItsFields() {
        let get = head("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        #expect(
            written(get, upgrade: true)
                == "GET / HTTP/1.1\r\nhost: h\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n")
        let hop = head("GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade, x\r\nUpgrade: websocket\r\nx: 1\r\n\r\n")
        #expect(
            written(hop, upgrade: true)
                == "GET / HTTP/1.1\r\nhost: h\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n")
    }

    @Test func namesCanBeWrittenInProperCase() {
        let get = head("GET / HTTP/1.1\r\nHost: h\r\nx-one_two.three: Ab\r\netag: q\r\n\r\n")
        #expect(written(get, properCase: true) == "GET / HTTP/1.1\r\nHost: h\r\nX-One_Two.Three: Ab\r\nEtag: q\r\n\r\n")
    }

    @Test func answersLeaveWithTheirFraming() {
        let ok = head("HTTP/1.1 200 Fine\r\nx-a: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n", request: false)
        #expect(answered(ok) == "HTTP/1.1 200 OK\r\nx-a: 1\r\ncontent-length: 2\r\n\r\n")
        #expect(
            answered(ok, version: .http10, old: true)
                == "HTTP/1.0 200 OK\r\nx-a: 1\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\n")
        #expect(
            answered(ok, chunked: true, close: true)
                == "HTTP/1.1 200 OK\r\nx-a: 1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n")
        let open = head("HTTP/1.1 404 x\r\n\r\n", request: false)
        #expect(answered(open) == "HTTP/1.1 404 Not Found\r\n\r\n")
        #expect(answered(open, empty: true) == "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
        let none = head("HTTP/1.1 204 x\r\n\r\n", request: false)
        #expect(answered(none, chunked: true, empty: true) == "HTTP/1.1 204 No Content\r\n\r\n")
        let odd = head("HTTP/1.1 999 x\r\n\r\n", request: false)
        #expect(answered(odd) == "HTTP/1.1 999 Unknown\r\n\r\n")
    }

    @Test func chunksAreFramed() {
        var buffer = ByteBuffer()
        for size in [1, 15, 16, 255, 4096, 0, Int.max] { HTTP1Writer.writeChunkHeader(size, into: &buffer) }
        HTTP1Writer.writeChunkEnd(into: &buffer)
        HTTP1Writer.writeLastChunk(into: &buffer)
        #expect(
            String(buffer: buffer) == "1\r\nf\r\n10\r\nff\r\n1000\r\n7fffffffffffffff\r\n\r\n0\r\n\r\n")
        buffer.clear()
        let trailers = Head()
        trailers.add(HeaderName("x-t"), ("1" as StaticString).bytes)
        trailers.add(.contentLength, "3" as StaticString)
        HTTP1Writer.writeLastChunk(into: &buffer, trailers: trailers)
        #expect(String(buffer: buffer) == "0\r\nx-t: 1\r\n\r\n")
        buffer.clear()
        HTTP1Writer.writeInterim(100, into: &buffer)
        #expect(String(buffer: buffer) == "HTTP/1.1 100 Continue\r\n\r\n")
    }

    @Test func longAndManyFieldsFitWhateverTheBufferWas() {
        for length in [0, 1, 7, 8, 9, 63, 64, 65, 1000, 5000] {
            let get = Head()
            get.setMethod(("GET" as StaticString).bytes)
            get.setPath(("/" as StaticString).bytes)
            get.setAuthority(("h" as StaticString).bytes)
            let value = [UInt8](repeating: 0x61, count: length)
            for i in 0..<70 { value.withUnsafeBufferPointer { get.add(HeaderName("x-\(i)"), $0) } }
            var expected = "GET / HTTP/1.1\r\nhost: h\r\n"
            for i in 0..<70 { expected += "x-\(i): \(String(repeating: "a", count: length))\r\n" }
            #expect(written(get) == expected + "\r\n")
        }
    }
}
