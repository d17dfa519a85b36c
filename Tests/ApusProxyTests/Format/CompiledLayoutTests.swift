import ApusConfig
import Testing

@testable import ApusProxy

@Suite struct CompiledLayoutTests {
    private func format(_ value: FormatOperator) -> FormatTree {
        .format(FormatString(text: "", pieces: [.operator(value, maxLength: nil)]))
    }

    private let missing = FormatTree.format(
        FormatString(text: "", pieces: [.operator(.requestHeader(name: "x-none", alternative: nil), maxLength: nil)]))

    private func line(_ members: [FormatMember], omitting: Bool = false, _ exchange: Exchange) -> String {
        var text: [UInt8] = []
        CompiledLayout(SubstitutionFormat(layout: .json(.object(members)), omitEmptyValues: omitting))
            .append(to: &text, exchange)
        return String(decoding: text, as: UTF8.self)
    }

    private var members: [FormatMember] {
        let both = FormatString(
            text: "",
            pieces: [
                .operator(.protocol, maxLength: nil), .literal("/"), .operator(.responseCode, maxLength: nil),
                .operator(.requestHeader(name: "x-none", alternative: nil), maxLength: nil),
            ])
        return [
            FormatMember(name: "path", value: format(.requestHeader(name: ":path", alternative: nil))),
            FormatMember(name: "code", value: format(.responseCode)),
            FormatMember(name: "flags", value: format(.responseFlags)),
            FormatMember(name: "both", value: .format(both)), FormatMember(name: "missing", value: missing),
            FormatMember(
                name: "nested",
                value: .object([
                    FormatMember(name: "none", value: missing),
                    FormatMember(name: "fixed", value: .constant(.number(7))),
                ])), FormatMember(name: "empty", value: .object([FormatMember(name: "none", value: missing)])),
            FormatMember(name: "list", value: .array([format(.responseCode), missing, .constant(.bool(true))])),
        ]
    }

    @Test func numbersStayNumbersAndMembersAreSorted() {
        let exchange = makeExchange("GET", "/ok?\"quoted\"")
        exchange.status = 200
        let expected =
            #"{"both":"HTTP/1.1/200-","code":200,"empty":{"none":null},"flags":"-","list":[200,null,true],"#
            + #""missing":null,"nested":{"fixed":7,"none":null},"path":"/ok?\"quoted\""}"# + "\n"
        #expect(line(members, exchange) == expected)
    }

    @Test func emptyValuesMayBeLeftOut() {
        let exchange = makeExchange("GET", "/ok")
        exchange.status = 200
        let expected =
            #"{"both":"HTTP/1.1/200","code":200,"flags":"-","list":[200,true],"nested":{"fixed":7},"path":"/ok"}"#
            + "\n"
        #expect(line(members, omitting: true, exchange) == expected)
    }

    @Test func hostileBytesCannotBreakOutOfAString() {
        let exchange = makeExchange("GET", "/", headers: [("x-evil", "a\"},\n\u{1}\\\u{7f}é")])
        let evil = FormatMember(name: "e", value: format(.requestHeader(name: "x-evil", alternative: nil)))
        #expect(line([evil], exchange) == #"{"e":"a\"},\n\u0001\\\u007fé"}"# + "\n")
    }

    @Test func theStandardLineIsEnvoys() {
        let exchange = makeExchange("GET", "/ok", headers: [("user-agent", "ua"), ("x-forwarded-for", "1.2.3.4")])
        exchange.request.setAuthority("log.test".copied)
        exchange.status = 200
        exchange.bytesSent = 83
        exchange.started = exchange.worker.now
        var text: [UInt8] = []
        CompiledLayout(.standard).append(to: &text, exchange)
        let line = String(decoding: text, as: UTF8.self)
        let expected = #"] "GET /ok HTTP/1.1" 200 - 0 83 0 - "1.2.3.4" "ua" "-" "log.test" "-""# + "\n"
        #expect(line.drop { $0 != "]" } == expected)
    }
}
