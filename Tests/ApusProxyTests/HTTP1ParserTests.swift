import Testing

@testable import ApusProxy

@Suite struct HTTP1ParserTests {
    /// A request with one more line of fields.
    private func with(_ field: String, method: String = "POST") -> Parsed {
        request("\(method) / HTTP/1.1\r\nHost: h\r\n\(field)\r\n\r\n")
    }

    @Test func aRequestBecomesPseudoFieldsAndFieldsInOrder() {
        let parsed = request("GET /a?b=c HTTP/1.1\r\nHost: h:80\r\nX-One:  1 \r\naccept: */*\r\nX-ONE: 2\r\n\r\nrest")
        #expect(parsed.head == "GET /a?b=c host=h:80 scheme=\nx-one: 1\naccept: */*\nx-one: 2")
        #expect(parsed.result == .head(consumed: 70))
        #expect(parsed.body == .none)
        #expect(parsed.keepAlive)
    }

    @Test func whereverAHeadIsCutItReadsTheSame() {
        let heads = [
            "GET /a HTTP/1.1\r\nHost: h\r\nx-a: 1\r\nx-b:\ttwo\t\r\nx-empty:\r\nx-f: one\r\n  two\r\n\r\nafter",
            "\r\n\r\nPOST http://o.test:81/x?y HTTP/1.1\nHost: h\nContent-Length: 3\n\nabc",
            "POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\nTE: gzip, Trailers\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nx-a: 1\r x-b: 2\r\nConnection: x-c, upgrade\r\nupgrade: u\r\nx-c: 3\r\n\r\n",
            "G@T / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nx : 1\r\n\r\n", "GET /\r\n\r\n",
            "GET / HTTP/1.x\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3,3\r\n\r\n",
        ]
        for head in heads {
            let bytes = wire(head)
            let whole = parse(bytes, request: true, head: Head(), limits: HTTP1Limits()).0
            for cut in 1..<bytes.count {
                let cuts = [cut, min(cut + 1, bytes.count)]
                let split = parse(bytes, cuts: cuts, request: true, head: Head(), limits: HTTP1Limits()).0
                #expect(split == whole, "\(head.debugDescription) cut at \(cut)")
            }
            let bytewise = parse(
                bytes, cuts: Array(1..<bytes.count), request: true, head: Head(), limits: HTTP1Limits())
            #expect(bytewise.0 == whole)
        }
    }

    @Test func everyBeginningOfAHeadIsIncomplete() {
        let bytes = wire("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nx-a: b\r\n c\r\n\r\n")
        for count in 0..<bytes.count {
            let parsed = parse(Array(bytes[..<count]), request: true, head: Head(), limits: HTTP1Limits()).0
            #expect(parsed.result == .incomplete)
        }
    }

    @Test func lengthAndChunkedTogetherAreRefused() {
        #expect(with("Content-Length: 6\r\nTransfer-Encoding: chunked").error == .lengthAndChunked)
        #expect(with("Transfer-Encoding: chunked\r\nContent-Length: 0").error == .lengthAndChunked)
        #expect(with("Transfer-Encoding: identity\r\nContent-Length: 3").error == .lengthAndChunked)
        var limits = HTTP1Limits()
        limits.allowChunkedLength = true
        let text = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        let allowed = request(text, limits: limits)
        #expect(allowed.body == .chunked)
        #expect(allowed.head == "POST / host=h scheme=")
        #expect(!allowed.keepAlive)
    }

    @Test(arguments: [
        "3, 3", "3,3", "+3", "-1", "0x3", "3 3", "", "99999999999999999999999", "18446744073709551616", "3\r\n ",
        "1\r2", "3;", "3.0", "1e1",
    ])
    func aLengthThatIsNotOneNumberIsRefused(_ value: String) {
        #expect(with("Content-Length: \(value)").error == .malformed(.contentLength), "\(value)")
    }

    @Test func repeatedLengthsAreRefusedEvenWhenTheyAgree() {
        #expect(with("Content-Length: 3\r\nContent-Length: 4").error == .malformed(.contentLength))
        #expect(with("Content-Length: 3\r\ncontent-length: 3").error == .malformed(.contentLength))
    }

    @Test func aLengthIsKeptWithoutLeadingZeros() {
        #expect(with("Content-Length: 003\t").body == .known(3))
        #expect(with("Content-Length: 003").head == "POST / host=h scheme=\ncontent-length: 3")
        #expect(with("Content-Length: 18446744073709551615").body == .known(.max))
        #expect(with("Content-Length: 0").body == .none)
        #expect(with("Content-Length: 3", method: "GET").body == .known(3))
    }

    @Test(arguments: [
        "gzip", "gzip, chunked", "chunked, chunked", "identity", "", "chunked,", ", chunked", "chunked;q=1",
        "\"chunked\"",
        "xchunked", "chunkedx", "chu nked", "chunked\r\nTransfer-Encoding: chunked",
    ])
    func onlyOneSpellingOfChunkedIsSpoken(_ value: String) {
        #expect(with("Transfer-Encoding: \(value)").error == .unsupportedTransferEncoding, "\(value)")
    }

    @Test func chunkedInAnyCaseIsChunkedAndStaysOnItsHop() {
        let parsed = with("Transfer-Encoding: \tChUnKeD\t")
        #expect(parsed.body == .chunked)
        #expect(parsed.head == "POST / host=h scheme=")
    }

    @Test(arguments: [
        "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked", "Transfer-Encoding: \u{0b}chunked",
        "Transfer-Encoding: chun\rked", "Transfer-Encoding:\r\n chunked", " Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked\u{0}", "\u{0}Transfer-Encoding: chunked", "Content-Length\u{0b}: 3",
    ])
    func spellingsThatReadersDisagreeAboutAreRefused(_ field: String) {
        let parsed = with(field)
        // A blank at the start of the line folds it into Host, which may not be folded.
        #expect(parsed.error?.status == 400, "\(field)")
    }

    @Test func oldVersionsAreAskedToUpgrade() {
        for line in ["GET / HTTP/1.0", "GET / HTTP/1.2", "GET / HTTP/2.0", "GET / HTTP/0.9", "GET /", "GET / "] {
            let parsed = request("\(line)\r\nHost: h\r\n\r\n")
            #expect(parsed.error == .versionTooLow, "\(line)")
            #expect(parsed.error?.status == 426)
        }
    }

    @Test func http10IsServedWhereAllowed() {
        var limits = HTTP1Limits()
        limits.allowHTTP10 = true
        limits.defaultHostForHTTP10 = wire("ten.test")
        let bare = request("GET / HTTP/1.0\r\n\r\n", limits: limits)
        #expect(bare.head == "GET / host=ten.test scheme=")
        #expect(!bare.keepAlive)
        #expect(request("GET / HTTP/1.0\r\nHost: h\r\nConnection: Keep-Alive\r\n\r\n", limits: limits).keepAlive)
        let both = request("GET / HTTP/1.0\r\nHost: h\r\nConnection: close, keep-alive\r\n\r\n", limits: limits)
        #expect(!both.keepAlive)
        // RFC 9112, 6.1: framing that HTTP/1.0 does not have.
        let chunked = request("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", limits: limits)
        #expect(chunked.error == .malformed(.transferEncoding))
    }

    @Test func persistenceFollowsConnection() {
        #expect(!with("Connection: close").keepAlive)
        #expect(!with("Connection: Close, x").keepAlive)
        #expect(!with("Connection: keep-alive\r\nConnection: close").keepAlive)
        #expect(!with("Proxy-Connection: close").keepAlive)
        #expect(with("Connection: keep-alive").keepAlive)
    }

    @Test func fieldsOfThisHopAreTakenOut() {
        let parsed = with(
            "Connection: x-hop, keep-alive\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: gzip\r\n"
                + "X-Hop: 1\r\nx-kept: 1\r\nProxy-Authorization: basic x\r\nTrailer: x", method: "GET")
        #expect(parsed.head == "GET / host=h scheme=\nx-kept: 1\nproxy-authorization: basic x\ntrailer: x")
        #expect(with("TE: gzip, Trailers\r\nTE: trailers").head == "POST / host=h scheme=\nte: trailers")
        #expect(with("Connection: TE\r\nTE: trailers").head == "POST / host=h scheme=\nte: trailers")
    }

    @Test(arguments: ["x-forwarded-for", "X-Forwarded-Proto", "x-forwarded-host", ":path", "content-length"])
    func connectionMayNotNameWhatOthersRelyOn(_ name: String) {
        #expect(with("Connection: \(name)").error == .connectionRejected)
        #expect(with("Connection: a,b,c,d,e,f,g,h,i,j").error == .connectionRejected)
        #expect(with("Connection: a,b,c,d,e,f,g,h,i").error == nil)
    }

    @Test func aRequestWhoseConnectionNamesItsHostHasNone() {
        var scanned = 0
        var info = HTTP1MessageInfo()
        let head = Head()
        let text = "GET / HTTP/1.1\r\nHost: h\r\nConnection: host\r\n\r\n"
        _ = Array(text.utf8).withUnsafeBytes {
            HTTP1Parser.parseRequest($0, into: head, info: &info, limits: HTTP1Limits(), scanned: &scanned)
        }
        #expect(!info.hasHost)
    }

    @Test func anUpgradeIsSeenAndItsFieldsStay() {
        let parsed = with("Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket", method: "GET")
        #expect(parsed.upgrade)
        #expect(parsed.head == "GET / host=h scheme=\nconnection: keep-alive, Upgrade\nupgrade: WebSocket")
        #expect(with("Upgrade: websocket").head == "POST / host=h scheme=")
        #expect(with("Connection: upgrade").head == "POST / host=h scheme=")
        let body = with("Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 3")
        #expect(body.error == .bodyDisallowed)
    }

    @Test func anOfferOfHTTP2InClearIsDropped() {
        let parsed = with("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM", method: "GET")
        #expect(!parsed.upgrade)
        #expect(parsed.head == "GET / host=h scheme=")
    }

    @Test func expectationsAreNoted() {
        #expect(with("Expect: 100-Continue\r\nContent-Length: 3").expectContinue)
        #expect(!with("Expect: nonsense\r\nContent-Length: 3").expectContinue)
    }

    @Test func limitsAnswer431() {
        var limits = HTTP1Limits()
        limits.maxHeadBytes = 2048
        limits.maxHeaders = 20
        func big(_ count: Int) -> String {
            "GET / HTTP/1.1\r\nHost: h\r\nx-big: \(String(repeating: "a", count: count))"
        }
        #expect(request(big(1500) + "\r\n\r\n", limits: limits).error == nil)
        #expect(request(big(3000) + "\r\n\r\n", limits: limits).error == .headersTooLarge)
        #expect(request(big(3000), limits: limits).error == .headersTooLarge)
        let many = String(repeating: "x-a: b\r\n", count: 30)
        #expect(request("GET / HTTP/1.1\r\nHost: h\r\n\(many)\r\n", limits: limits).error == .tooManyHeaders)
        #expect(request(String(repeating: "\r\n", count: 2000), limits: limits).error == .headersTooLarge)
        let uri = "GET /\(String(repeating: "u", count: 30_000)) HTTP/1.1\r\nHost: h\r\n\r\n"
        #expect(request(uri).error == nil)
        #expect(request(uri, limits: limits).error == .headersTooLarge)
        #expect(HTTP1Error.headersTooLarge.status == 431)
    }

    @Test func absoluteTargetsBringTheirAuthority() {
        func head(_ target: String, _ method: String = "GET") -> String {
            let parsed = request("\(method) \(target) HTTP/1.1\r\nHost: ignored.test\r\n\r\n")
            return parsed.error.map { "\($0)" } ?? parsed.head
        }
        #expect(head("http://other.test:81/abs?x=1") == "GET /abs?x=1 host=other.test:81 scheme=http")
        #expect(head("http://other.test") == "GET / host=other.test scheme=http")
        #expect(head("HTTPS://secure.test/a") == "GET /a host=secure.test scheme=https")
        #expect(head("http://[::1]:8/x") == "GET /x host=[::1]:8 scheme=http")
        #expect(head("http://u:p@o.t/x") == "GET /x host=o.t scheme=http")
        #expect(head("http://o.t?x=1") == "GET /?x=1 host=o.t scheme=http")
        #expect(head("*", "OPTIONS") == "OPTIONS * host=ignored.test scheme=")
        #expect(head("//o.t/x") == "GET //o.t/x host=ignored.test scheme=")
        #expect(head("a:80", "CONNECT") == "CONNECT  host=a:80 scheme=")
        #expect(head("ftp://o.t/x") == "invalidScheme")
        let bad = [
            "http://", "http:///x", "http://o.t:99999/", "http://o.t:/x", "http://o_.t/", "http://[::1/x", "*", "?x",
            "nopath", "http://a b", "http://[]/", "http://o.t:80:80/", "http://o.t:+1/", "http://@/",
        ]
        for target in bad {
            #expect(request("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n").error?.status == 400, "\(target)")
        }
        for target in ["a", "/x", "http://a/", "a:", "a:x", "u@a:80"] {
            #expect(request("CONNECT \(target) HTTP/1.1\r\nHost: h\r\n\r\n").error == .invalidURL, "\(target)")
        }
        let body = "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 3\r\n\r\n"
        #expect(request(body).error == .bodyDisallowed)
    }

    @Test func hostsAreChecked() {
        for host in ["a b", "a/b", "a\"b", "a<b", "caf\u{e9}", "a?b", "a#b", "a\\b", "a^b", "a`b", "a{b}"] {
            #expect(request("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").error == .invalidAuthority, "\(host)")
        }
        #expect(request("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").head == "GET / host=a,b scheme=")
        let (_, empty) = parse(
            wire("GET / HTTP/1.1\r\nHost:\r\n\r\n"), request: true, head: Head(), limits: HTTP1Limits())
        #expect(empty.hasHost)
        let (_, missing) = parse(wire("GET / HTTP/1.1\r\n\r\n"), request: true, head: Head(), limits: HTTP1Limits())
        #expect(!missing.hasHost)
    }

    @Test func lineEndsAreReadAsEnvoyReadsThem() {
        #expect(request("GET / HTTP/1.1\nHost: h\n\n").head == "GET / host=h scheme=")
        #expect(request("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").head == "GET / host=h scheme=")
        #expect(with("x-a: 1\r x-b: 2", method: "GET").head == "GET / host=h scheme=\nx-a: 1 x-b: 2")
        #expect(with("x-a: one\r\n  two", method: "GET").head == "GET / host=h scheme=\nx-a: one  two")
        #expect(with("x-a:\r\n two", method: "GET").head == "GET / host=h scheme=\nx-a: two")
        #expect(with("x-a: caf\u{e9}", method: "GET").head == "GET / host=h scheme=\nx-a: caf\u{e9}")
        #expect(with("x-a:\ttab\tbed\t\r\nx-e:", method: "GET").head == "GET / host=h scheme=\nx-a: tab\tbed\nx-e: ")
    }

    @Test(arguments: [
        "x a: 1", ": empty", "nocolon", "x-a: a\u{0}b", "x-a: a\u{1}b", "x-a: a\u{7f}b", "x(a): 1", "x-a : 1",
        "\"x\": 1",
        "x\u{e9}: 1", "x\ra: 1", "x-a: 1\r\r\rx\u{0}",
    ])
    func badFieldsAreRefused(_ field: String) {
        #expect(with(field).error?.status == 400, "\(field)")
    }

    @Test(arguments: [
        "G@T / HTTP/1.1", "get / HTTP/1.1", "BREW / HTTP/1.1", "GET / x HTTP/1.1", "GET nopath HTTP/1.1",
        "GET /a\u{0}b HTTP/1.1", "GET /caf\u{e9} HTTP/1.1", "GET /a\u{1} HTTP/1.1", "GET /\u{7f} HTTP/1.1",
        "GET /a\rb HTTP/1.1", "GET /a\tb HTTP/1.1", " GET / HTTP/1.1", "GET / http/1.1", "GET / HTTP/1.10",
        "GET / HTTP/1.", "GET / HTTX/1.1", "GET / HTTP/11", "GET / HTTP/1.1 x", "GET / HTTP/1.1\r",
        "M-SEARCH / HTTP/1.1",
        "PRI * HTTP/2.0", "\u{16}\u{3}\u{1}", "GET", "GET\r/ HTTP/1.1", "GET / HTTP/x.1", "GET / HTTP/1,1",
    ])
    func badRequestLinesAreRefused(_ line: String) {
        #expect(request("\(line)\r\nHost: h\r\n\r\n").error?.status == 400, "\(line)")
    }

    @Test func runsOfBlanksSeparateInARequestLine() {
        for line in ["GET  / HTTP/1.1", "GET\t/ HTTP/1.1", "GET /  HTTP/1.1", "GET / HTTP/1.1 "] {
            #expect(request("\(line)\r\nHost: h\r\n\r\n").head == "GET / host=h scheme=", "\(line)")
        }
        let odd = request("GET /a\"b<c>|{d} HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(odd.head == "GET /a\"b<c>|{d} host=h scheme=")
    }

    @Test func underscoresAreAllowedRejectedOrDropped() {
        let text = "GET / HTTP/1.1\r\nHost: h\r\nx_u: 1\r\nx-k: 1\r\n\r\n"
        var limits = HTTP1Limits()
        #expect(request(text).head == "GET / host=h scheme=\nx_u: 1\nx-k: 1")
        limits.underscores = .drop
        #expect(request(text, limits: limits).head == "GET / host=h scheme=\nx-k: 1")
        limits.underscores = .reject
        #expect(request(text, limits: limits).error == .underscore)
    }

    @Test func answersSayHowTheirBodiesEnd() {
        #expect(response("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").body == .known(2))
        #expect(response("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok").body == .known(2))
        #expect(response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").body == .chunked)
        let open = response("HTTP/1.1 200 OK\r\n\r\n")
        #expect(open.body == .untilClose)
        #expect(!open.keepAlive)
        let head = response("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", isHead: true)
        #expect(head.body == .none)
        #expect(head.head == "200\ncontent-length: 2")
        #expect(response("HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n").body == .none)
        #expect(response("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n").head == "204")
        #expect(response("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n").body == .none)
    }

    @Test func answersPersistByVersionAndConnection() {
        #expect(response("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").keepAlive)
        #expect(!response("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keepAlive)
        #expect(response("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n").keepAlive)
        #expect(!response("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").keepAlive)
        // RFC 9112, 6.1.
        let old = response("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(old.body == .chunked)
        #expect(!old.keepAlive)
    }

    @Test func hopFieldsOfAnswersAreTakenOut() {
        let parsed = response(
            "HTTP/1.1 200 OK\r\nkeep-alive: x\r\nproxy-connection: y\r\nx-up-hop: 1\r\nconnection: x-up-hop\r\n"
                + "te: x\r\nupgrade: h9\r\ncontent-length: 0\r\n\r\n")
        #expect(parsed.head == "200\nx-up-hop: 1\nte: x\ncontent-length: 0")
        let switched = response("HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nx")
        #expect(switched.upgrade)
        #expect(switched.head == "101\nconnection: Upgrade\nupgrade: websocket")
    }

    @Test(arguments: [
        "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 099 OK", "HTTP/1.1 2x0 OK", "HTTP/1.1 200 a\u{1}b",
        "HTTP 200 OK",
        "ICY 200 OK", "\r\nHTTP/1.1 200 OK", "http/1.1 200 OK", " HTTP/1.1 200 OK", "HTTP/2.0 200 OK",
        "HTTP/0.9 200 OK",
        "HTTP/1.1 200 OK\rx", "HTTP/1.1", "HTTP/1.1 OK", "HTTP/1.1 -20 OK", "HTTP/1.1200 OK", "HTTP/1.1 200x",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked",
        "HTTP/1.1 200 OK\r\nContent-Length : 2", "HTTP/1.1 200 OK\r\nnocolon", "HTTP/1.1 200 OK\r\nx: a\u{0}b",
        "HTTP/1.1 204 N\r\nContent-Length: 2", "HTTP/1.1 204 N\r\nTransfer-Encoding: chunked",
        "HTTP/1.1 102 P\r\nContent-Length: 2", "HTTP/1.1 102 P\r\nTransfer-Encoding: chunked",
        "HTTP/1.1 200 OK\r\nContent-Length:",
    ])
    func badAnswersAreRefused(_ head: String) {
        #expect(response("\(head)\r\n\r\n").error != nil, "\(head)")
    }
}
