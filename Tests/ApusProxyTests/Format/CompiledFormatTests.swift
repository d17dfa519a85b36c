import ApusConfig
import NIOCore
import Testing

@testable import ApusProxy

@Suite struct CompiledFormatTests {
    private func text(_ pieces: FormatPiece..., of exchange: Exchange, empty: EmptyValue = .dash) -> String {
        CompiledFormat(FormatString(text: "", pieces: pieces), emptyValue: empty).text(exchange)
    }

    private func text(_ value: FormatOperator, of exchange: Exchange) -> String {
        text(.operator(value, maxLength: nil), of: exchange)
    }

    @Test func headersOfRequestAndAnswerAreCutToLength() {
        let exchange = makeExchange("GET", "/ok?x=1", headers: [("x-long", "abcdefgh")])
        exchange.response.add(HeaderName("x-upstream"), "v1".copied)
        let long = FormatPiece.operator(.requestHeader(name: "x-long", alternative: nil), maxLength: 5)
        #expect(text(long, of: exchange) == "abcde")
        #expect(text(.requestHeader(name: "x-none", alternative: ":path"), of: exchange) == "/ok?x=1")
        #expect(text(.requestHeaderWithoutQuery(name: ":path", alternative: nil), of: exchange) == "/ok")
        #expect(text(.responseHeader(name: "x-upstream", alternative: nil), of: exchange) == "v1")
        #expect(text(.requestHeader(name: ":method", alternative: nil), of: exchange) == "GET")
    }

    @Test func whatIsMissingIsADashInLogsAndNothingInHeaders() {
        let exchange = makeExchange()
        let missing = FormatPiece.operator(.requestHeader(name: "x-none", alternative: nil), maxLength: nil)
        #expect(text(.literal("<"), missing, .literal(">"), of: exchange) == "<->")
        #expect(text(.literal("<"), missing, .literal(">"), of: exchange, empty: .nothing) == "<>")
    }

    @Test func aTextWithoutOperatorsIsALiteral() {
        #expect(CompiledFormat(FormatString(literal: "plain")).literal == Array("plain".utf8))
        let format = FormatString(text: "", pieces: [.operator(.protocol, maxLength: nil)])
        #expect(CompiledFormat(format).literal == nil)
    }

    @Test func flagsCodesAndSizesAreToldAsNumbersAndNames() {
        let exchange = makeExchange()
        exchange.status = 503
        exchange.flags = [.upstreamConnectionFailure, .upstreamRetryLimitExceeded]
        exchange.bytesReceived = 12
        exchange.bytesSent = 3456
        exchange.details = "upstream_reset"
        #expect(text(.responseCode, of: exchange) == "503")
        #expect(text(.responseFlags, of: exchange) == "UF,URX")
        #expect(text(.responseFlagsLong, of: exchange) == "UpstreamConnectionFailure,UpstreamRetryLimitExceeded")
        #expect(text(.bytesReceived, of: exchange) == "12")
        #expect(text(.bytesSent, of: exchange) == "3456")
        #expect(text(.responseCodeDetails, of: exchange) == "upstream_reset")
        #expect(text(.protocol, of: exchange) == "HTTP/1.1")
        #expect(text(.responseFlags, of: makeExchange()) == "-")
    }

    @Test func durationsRunFromTheStartOrBetweenMoments() {
        let exchange = makeExchange()
        let start = exchange.worker.now
        exchange.started = start
        exchange.requestReceived = start + .milliseconds(3)
        exchange.upstreamReceiveBegan = start + .milliseconds(120)
        exchange.downstreamSendEnded = start + .microseconds(125_500)
        exchange.worker.now = start + .milliseconds(130)
        #expect(text(.duration, of: exchange) == "130")
        #expect(text(.requestDuration, of: exchange) == "3")
        #expect(text(.responseDuration, of: exchange) == "120")
        #expect(text(.responseTransmitDuration, of: exchange) == "5")
        #expect(text(.requestTransmitDuration, of: exchange) == "-")
        let exact = FormatOperator.commonDuration(
            from: .upstreamReceiveBegins, to: .downstreamSendEnds, precision: .microseconds)
        #expect(text(exact, of: exchange) == "5500")
    }

    @Test func queryParametersAreDecoded() {
        let exchange = makeExchange("GET", "/p?a=b%20e&c=d&e")
        #expect(text(.queryParameter("a"), of: exchange) == "b e")
        #expect(text(.queryParameter("e"), of: exchange) == "-" || text(.queryParameter("e"), of: exchange) == "")
        #expect(text(.queryParameter("z"), of: exchange) == "-")
        #expect(text(.queryParameters(decoded: false), of: exchange) == "a=b%20e&c=d&e")
        #expect(text(.queryParameters(decoded: false), of: makeExchange("GET", "/p")) == "-")
    }

    @Test func thePathMayBeTheOneBeforeARewrite() {
        let exchange = makeExchange("GET", "/new?q", headers: [("x-envoy-original-path", "/old?q")])
        #expect(text(.path(query: .with, source: .path), of: exchange) == "/new?q")
        #expect(text(.path(query: .without, source: .original), of: exchange) == "/old")
        #expect(text(.path(query: .with, source: .originalOrPath), of: makeExchange("GET", "/x")) == "/x")
        #expect(text(.path(query: .with, source: .original), of: makeExchange("GET", "/x")) == "-")
    }

    @Test func metadataIsTextOrJSON() {
        let exchange = makeExchange()
        exchange.dynamicMetadata["ns"] = .members(
            ("k", .string("v")), ("b", .array([.number(1), .bool(true), .null])))
        #expect(text(.dynamicMetadata(namespace: "ns", path: ["k"]), of: exchange) == "v")
        #expect(text(.dynamicMetadata(namespace: "ns", path: []), of: exchange) == #"{"b":[1,true,null],"k":"v"}"#)
        #expect(text(.dynamicMetadata(namespace: "ns", path: ["k", "x"]), of: exchange) == "-")
    }

    @Test func theClientsAddressHasItsPortOnlyWhenItIsThePeer() throws {
        let exchange = makeExchange()
        exchange.connection = ConnectionInfo(
            id: 7, directRemote: try SocketAddress(ipAddress: "10.1.2.3", port: 4000),
            local: try SocketAddress(ipAddress: "::1", port: 80), remoteIsInternal: true, remoteIsLoopback: false)
        exchange.remoteHost = "10.1.2.3"
        #expect(text(.downstreamRemoteAddress(.whole), of: exchange) == "10.1.2.3:4000")
        #expect(text(.downstreamLocalAddress(.whole), of: exchange) == "[::1]:80")
        #expect(text(.downstreamLocalAddress(.portOnly), of: exchange) == "80")
        #expect(text(.downstreamRemoteAddress(.masked(prefixLength: 16)), of: exchange) == "10.1.0.0/16")
        #expect(text(.connectionID, of: exchange) == "7")
        exchange.remoteHost = "1.2.3.4"
        exchange.remoteIsDirect = false
        #expect(text(.downstreamRemoteAddress(.whole), of: exchange) == "1.2.3.4:0")
        #expect(text(.downstreamDirectRemoteAddress(.withoutPort), of: exchange) == "10.1.2.3")
    }

    @Test func theStatusOfGRPCComesFromTrailersHeadOrHTTP() {
        let exchange = makeExchange()
        exchange.isGRPC = true
        exchange.status = 503
        #expect(text(.grpcStatus(.camelCase), of: exchange) == "Unavailable")
        exchange.response.add(HeaderName("grpc-status"), "5".copied)
        #expect(text(.grpcStatus(.snakeCase), of: exchange) == "NOT_FOUND")
        let trailers = Head()
        trailers.add(HeaderName("grpc-status"), "0".copied)
        exchange.responseTrailers = trailers
        #expect(text(.grpcStatusNumber, of: exchange) == "0")
        exchange.isGRPC = false
        #expect(text(.grpcStatus(.camelCase), of: exchange) == "-")
    }

    @Test func aConnectionWithoutHTTPHasNoRequest() {
        let exchange = makeExchange()
        let record = ConnectionRecord(
            worker: exchange.worker, connection: exchange.connection, started: exchange.worker.now)
        record.upstreamClusterStatName = "t1"
        record.bytesSent = 126
        func text(_ value: FormatOperator) -> String {
            let format = FormatString(text: "", pieces: [.operator(value, maxLength: nil)])
            return CompiledFormat(format, emptyValue: .dash).text(record)
        }
        #expect(text(.upstreamCluster) == "t1")
        #expect(text(.bytesSent) == "126")
        #expect(text(.responseCode) == "0")
        #expect(text(.responseFlags) == "-")
        #expect(text(.protocol) == "-")
        #expect(text(.requestHeader(name: ":method", alternative: nil)) == "-")
        #expect(text(.accessLogType) == "TcpConnectionEnd")
        #expect(text(.streamID) == text(.streamID))
    }
}
