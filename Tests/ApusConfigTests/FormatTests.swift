import Testing

@testable import ApusConfig

@Suite("Formats") struct FormatTests {
    @Test("split into text and commands") func pieces() throws {
        let format = try FormatString(parsing: "a=%REQ(X-A?x-b):3% 100%% %DURATION%%PROTOCOL%")
        #expect(
            format.pieces == [
                .literal("a="), .operator(.requestHeader(name: "x-a", alternative: "x-b"), maxLength: 3),
                .literal(" 100% "), .operator(.duration, maxLength: nil), .operator(.protocol, maxLength: nil),
            ])
    }

    @Test("without commands are their own value") func literal() throws {
        #expect(try FormatString(parsing: "plain").literal == "plain")
        #expect(try FormatString(parsing: "").literal == "")
        #expect(try FormatString(parsing: "%DURATION%").literal == nil)
        #expect(try FormatString(parsing: "50%%").literal == "50%")
    }

    @Test("take arguments with percent signs and parentheses in them") func times() throws {
        let format = try FormatString(parsing: "%START_TIME(%Y-%m (%s.%3f))%!")
        #expect(
            format.pieces == [
                .operator(
                    .startTime(
                        TimeFormat(
                            text: "%Y-%m (%s.%3f)",
                            pieces: [
                                .strftime("%Y-%m ("), .epoch(fractionDigits: 0), .strftime("."), .fraction(digits: 3),
                                .strftime(")"),
                            ])),
                    maxLength: nil),
                .literal("!"),
            ])
    }

    @Test(
        "read the arguments of every kind of command",
        arguments: [
            ("%DYNAMIC_METADATA(a:b:c)%", FormatOperator.dynamicMetadata(namespace: "a", path: ["b", "c"])),
            ("%METADATA(ROUTE:a:b)%", .routeMetadata(namespace: "a", path: ["b"])),
            ("%FILTER_STATE(k:FIELD:f)%", .filterState(key: "k", style: .field, field: "f")),
            (
                "%COMMON_DURATION(DS_RX_BEG:mine:us)%",
                .commonDuration(from: .downstreamReceiveBegins, to: .custom("mine"), precision: .microseconds)
            ),
            ("%DOWNSTREAM_REMOTE_ADDRESS%", .downstreamRemoteAddress(.whole)),
            ("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", .downstreamRemoteAddress(.withoutPort)),
            ("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(16)%", .downstreamRemoteAddress(.masked(prefixLength: 16))),
            ("%UPSTREAM_LOCAL_PORT%", .upstreamLocalAddress(.portOnly)),
            ("%PATH(NQ:ORIG)%", .path(query: .without, source: .original)),
            ("%GRPC_STATUS(NUMBER)%", .grpcStatus(.number)),
            ("%ENVIRONMENT(HOME)%", .environment(name: "HOME")),
            ("%QUERY_PARAM(v)%", .queryParameter("v")),
            ("%DOWNSTREAM_PEER_URI_SAN%", .downstreamTLS(.peerURISAN)),
        ])
    func commands(text: String, expected: FormatOperator) throws {
        #expect(try FormatString(parsing: text).pieces == [.operator(expected, maxLength: nil)])
    }

    @Test(
        "that are broken are refused",
        arguments: [
            "%", "100%", "% %", "%REQ(a", "%req(a)%", "%NOPE%", "%REQ%", "%REQ()%", "%REQ(a?b?c)%", "%REQ(a b)%",
            "%PROTOCOL(x)%", "%DURATION:3%", "%REQ(a):x%", "%START_TIME(%Q)%", "%FILTER_STATE(a:b)%",
        ])
    func broken(text: String) {
        #expect(throws: FormatProblem.self) { try FormatString(parsing: text) }
    }

    @Test("never crash, and keep all text that is no command") func fuzz() {
        var random = SeededGenerator(seed: 2)
        let parts = [
            "%", "%%", "REQ", "(", ")", ":", "3", "x-a", "START_TIME", "%s", "?", "ü", " ", "%DURATION%", "\n", "f",
        ]
        for _ in 0..<50_000 {
            let text = (0..<Int.random(in: 0...12, using: &random))
                .map { _ in parts[Int.random(in: 0..<parts.count, using: &random)] }.joined()
            guard let format = try? FormatString(parsing: text) else { continue }
            let literals = format.pieces.compactMap { if case .literal(let text) = $0 { text } else { nil } }
            #expect(literals.allSatisfy { !$0.isEmpty })
            #expect(literals.joined().utf8.count <= text.utf8.count)
        }
    }
}
