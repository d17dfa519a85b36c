import ApusConfig
import NIOCore
import Testing

@testable import ApusProxy

@Suite("The spelling of field names") struct HTTP1SpellingTests {
    private static let keeping = {
        var limits = HTTP1Limits()
        limits.keepsSpellings = true
        return limits
    }()

    private func head(_ text: String, request: Bool = true, limits: HTTP1Limits = keeping) -> Head {
        let head = Head()
        let (parsed, _) = parse(wire(text), request: request, head: head, limits: limits)
        #expect(parsed.error == nil && parsed.result != .incomplete)
        return head
    }

    private func sent(_ head: Head, chunked: Bool = false, properCase: Bool = false) -> String {
        var buffer = ByteBuffer()
        HTTP1Writer.writeRequest(head, into: &buffer, chunked: chunked, upgrade: false, properCase: properCase)
        return String(buffer: buffer)
    }

    private func answered(_ head: Head, chunked: Bool = false, close: Bool = false, properCase: Bool = false) -> String
    {
        var buffer = ByteBuffer()
        HTTP1Writer.writeResponse(
            head, into: &buffer, version: .http11, chunked: chunked, close: close, keepAlive10: false, upgrade: false,
            properCase: properCase)
        return String(buffer: buffer)
    }

    @Test("A request leaves as it was spelt, Host with it") func requests() {
        let message = "GET /a HTTP/1.1\r\nHOST: h\r\nX-ONE: Ab\r\nx-two: 2\r\nUser-AGENT: q\r\nX_y.Z: 3\r\n\r\n"
        #expect(sent(head(message)) == message)
    }

    @Test("An answer leaves as it was spelt") func answers() {
        let message = "HTTP/1.1 200 OK\r\nDATE: now\r\nContent-LENGTH: 0\r\nx-one: 1\r\nX-Two: 2\r\n\r\n"
        #expect(answered(head(message, request: false)) == message)
    }

    @Test("Names leave in lower case unless the limits say otherwise") func offByDefault() {
        let request = head("GET / HTTP/1.1\r\nHost: h\r\nX-One: 1\r\n\r\n", limits: HTTP1Limits())
        #expect(!request.keepsSpellings)
        #expect(sent(request) == "GET / HTTP/1.1\r\nhost: h\r\nx-one: 1\r\n\r\n")
        let answer = head("HTTP/1.1 204 OK\r\nX-One: 1\r\n\r\n", request: false, limits: HTTP1Limits())
        #expect(answered(answer) == "HTTP/1.1 204 No Content\r\nx-one: 1\r\n\r\n")
    }

    @Test("The first spelling of a name serves all its fields") func firstSpelling() {
        let request = head("GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nx-b: 3\r\nX-B: 4\r\n\r\n")
        #expect(sent(request) == "GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nX-A: 2\r\nx-b: 3\r\nx-b: 4\r\n\r\n")
    }

    @Test("Names are found in lower case, whatever their spelling") func lookUp() {
        let request = head("GET / HTTP/1.1\r\nHost: h\r\nVIA: 1\r\nX-A: 2\r\n\r\n")
        #expect(request.value(.via)?.string == "1")
        #expect(request.value(HeaderName("x-a"))?.string == "2")
        #expect(describe(request) == "GET / host=h scheme=\nvia: 1\nx-a: 2")
    }

    @Test("Set, and removed and added again, a field is spelt as it came; other added fields are in lower case")
    func changes() {
        let request = head("GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nX-B: 2\r\nVIA: 3\r\n\r\n")
        request.set(.via, "4" as StaticString)
        request.remove(HeaderName("x-a"))
        Bytes.with("5") { value in
            request.add(HeaderName("x-c"), value)
            request.add(HeaderName("x-a"), value)
        }
        #expect(sent(request) == "GET / HTTP/1.1\r\nHost: h\r\nX-B: 2\r\nVIA: 4\r\nx-c: 5\r\nX-A: 5\r\n\r\n")
    }

    @Test("Added fields are in proper case where that is asked for") func others() {
        var limits = Self.keeping
        limits.capitalizesOthers = true
        let request = head("GET / HTTP/1.1\r\nHost: h\r\nx-a: 1\r\n\r\n", limits: limits)
        Bytes.with("2") { request.add(HeaderName("x-new-one"), $0) }
        #expect(sent(request) == "GET / HTTP/1.1\r\nHost: h\r\nx-a: 1\r\nX-New-One: 2\r\n\r\n")
    }

    @Test("What was kept goes before the proper case of the connection it leaves on") func properCase() {
        let request = head("GET / HTTP/1.1\r\nhOST: h\r\nx-a: 1\r\n\r\n")
        request.add(.via, "2" as StaticString)
        #expect(sent(request, properCase: true) == "GET / HTTP/1.1\r\nhOST: h\r\nx-a: 1\r\nvia: 2\r\n\r\n")
        let answer = head("HTTP/1.1 204 OK\r\nX-a: 1\r\n\r\n", request: false)
        #expect(answered(answer, properCase: true) == "HTTP/1.1 204 No Content\r\nX-a: 1\r\n\r\n")
    }

    @Test("Framing of ours is spelt like the peer's") func framing() {
        let request = head("POST / HTTP/1.1\r\nHost: h\r\nTRANSFER-encoding: chunked\r\n\r\n")
        #expect(sent(request, chunked: true) == "POST / HTTP/1.1\r\nHost: h\r\nTRANSFER-encoding: chunked\r\n\r\n")
        let answer = head("HTTP/1.1 200 OK\r\nCONNECTION: close\r\n\r\n", request: false)
        #expect(answered(answer, close: true) == "HTTP/1.1 200 OK\r\nCONNECTION: close\r\n\r\n")
    }

    @Test("Folded values, bare line feeds and empty lines before the message do not confuse names") func oddLines() {
        let request = head("\r\n\nGET / HTTP/1.1\nHoSt: h\nX-Tab:\tv\n X-Fold: q\r\nX-Last: 1\n\nX-Body: 1\r\n")
        #expect(sent(request) == "GET / HTTP/1.1\r\nHoSt: h\r\nX-Tab: v X-Fold: q\r\nX-Last: 1\r\n\r\n")
        #expect(Bytes.with("x-body") { request.spelling(of: $0)?.string } == nil)
        #expect(Bytes.with("x-fold") { request.spelling(of: $0)?.string } == nil)
    }

    @Test("A copy spells its names as the original does, on its own") func copies() {
        let request = head("GET / HTTP/1.1\r\nHOST: h\r\nX-ONE: 1\r\n\r\n")
        let copy = Head()
        copy.copy(from: request)
        request.clear()
        #expect(sent(copy) == "GET / HTTP/1.1\r\nHOST: h\r\nX-ONE: 1\r\n\r\n")
        request.copy(from: copy)
        copy.forgetSpellings()
        #expect(sent(request) == "GET / HTTP/1.1\r\nHOST: h\r\nX-ONE: 1\r\n\r\n")
        #expect(sent(copy) == "GET / HTTP/1.1\r\nhost: h\r\nx-one: 1\r\n\r\n")
    }

    @Test("A head that is used again forgets") func reuse() {
        let head = Head()
        _ = parse(
            wire("GET / HTTP/1.1\r\nHOST: h\r\nX-ONE: 1\r\n\r\n"), request: true, head: head, limits: Self.keeping)
        _ = parse(wire("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), request: true, head: head, limits: Self.keeping)
        Bytes.with("2") { head.add(HeaderName("x-one"), $0) }
        #expect(sent(head) == "GET / HTTP/1.1\r\nHost: h\r\nx-one: 2\r\n\r\n")
        _ = parse(wire("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), request: true, head: head, limits: HTTP1Limits())
        #expect(sent(head) == "GET / HTTP/1.1\r\nhost: h\r\n\r\n")
    }

    @Test("An answer leaves with the upstream's reason where that is forwarded, and its own where there is none")
    func reasons() {
        var limits = Self.keeping
        limits.forwardsReason = true
        let long = String(repeating: "so ", count: 3000) + "on"
        for reason in ["Sure Thing", "with\ttab", long] {
            let answer = head("HTTP/1.1 200 \(reason)\r\nX-A: 1\r\n\r\n", request: false, limits: limits)
            #expect(answered(answer) == "HTTP/1.1 200 \(reason)\r\nX-A: 1\r\n\r\n")
            let copy = Head()
            copy.copy(from: answer)
            copy.status = 503
            #expect(answered(copy) == "HTTP/1.1 503 \(reason)\r\nX-A: 1\r\n\r\n")
        }
        let padded = head("HTTP/1.1 200 \t Sure \t\r\nX-A: 1\r\n\r\n", request: false, limits: limits)
        #expect(answered(padded) == "HTTP/1.1 200 Sure\r\nX-A: 1\r\n\r\n")
        for line in ["200", "200 ", "200 \t "] {
            let answer = head("HTTP/1.1 \(line)\r\nX-A: 1\r\n\r\n", request: false, limits: limits)
            #expect(answered(answer) == "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n")
        }
        let kept = head("HTTP/1.1 200 Sure Thing\r\nX-A: 1\r\n\r\n", request: false)
        #expect(answered(kept) == "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n")
    }

    @Test("Whatever the spelling, names differ from those of an ordinary head only in it") func anySpelling() {
        var random = SystemRandomNumberGenerator()
        var keeping = Self.keeping
        keeping.maxHeaders = 2000
        var plain = HTTP1Limits()
        plain.maxHeaders = 2000
        for round in 0..<300 {
            let count = round % 50 == 0 ? 1500 : Int.random(in: 1...40, using: &random)
            var message = "GET / HTTP/1.1\r\nhOsT: h\r\n"
            for _ in 0..<count {
                let length = Int.random(in: 1...10, using: &random)
                let name = String((0..<length).map { _ in "aAbBzZ-_1.`~".randomElement(using: &random) ?? "a" })
                message += "x\(name): v\r\n"
            }
            message += "\r\n"
            let spelt = sent(head(message, limits: keeping))
            let lower = sent(head(message, limits: plain))
            #expect(spelt.lowercased() == lower.lowercased())
            var first: [String: Substring] = [:]
            for line in message.split(separator: "\r\n") where first[line.lowercased()] == nil {
                first[line.lowercased()] = line
            }
            #expect(
                spelt.split(separator: "\r\n").sorted()
                    == message.split(separator: "\r\n").compactMap { first[$0.lowercased()] }.sorted())
        }
    }

    @Test("A cluster's options reach what its connections allow") func options() {
        func limits(_ format: HeaderKeyFormat) -> HTTP1Limits {
            var options = UpstreamHTTPProtocolOptions()
            options.http1.headerKeyFormat = format
            return HTTP1Limits(upstream: options)
        }
        #expect(!limits(.lowercase).keepsSpellings && !limits(.properCaseWords).keepsSpellings)
        let kept = limits(.preserveCase(forwardReasonPhrase: false))
        #expect(kept.keepsSpellings && !kept.forwardsReason && !kept.capitalizesOthers)
        let all = limits(.preserveCase(forwardReasonPhrase: true, others: .properCase))
        #expect(all.keepsSpellings && all.forwardsReason && all.capitalizesOthers)
    }
}
