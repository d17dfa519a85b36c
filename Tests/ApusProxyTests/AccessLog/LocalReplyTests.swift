import ApusConfig
import Testing

@testable import ApusProxy

@Suite struct LocalReplyTests {
    private func text(_ pieces: FormatPiece...) -> SubstitutionFormat {
        SubstitutionFormat(layout: .text(FormatString(text: "", pieces: pieces)))
    }

    private let is404 = AccessLogFilter.statusCode(
        AccessLogComparison(op: .equal, value: RuntimeUInt32(defaultValue: 404)))

    private func apply(_ config: LocalReplyConfig, _ reply: LocalReply, head: Head = Head()) throws
        -> (LocalReply, Exchange)
    {
        let exchange = makeExchange()
        var reply = reply
        _ = try CompiledLocalReplies(config).apply(to: &reply, head: head, exchange: exchange)
        return (reply, exchange)
    }

    @Test func theFirstMapperThatAcceptsChangesTheReply() throws {
        let config = LocalReplyConfig(mappers: [
            ResponseMapper(
                filter: is404, statusCode: 410, body: Array("gone".utf8),
                headersToAdd: [
                    HeaderValueOption(key: "x-mapped", value: FormatString(literal: "yes"))
                ]), ResponseMapper(filter: is404, statusCode: 500),
        ])
        let head = Head()
        let (reply, exchange) = try apply(
            config, LocalReply(status: 404, body: "none", details: "route_not_found"), head: head)
        #expect(reply.status == 410)
        #expect(reply.body == "gone")
        #expect(exchange.status == 410)
        #expect(head.values("x-mapped") == ["yes"])
    }

    @Test func aMappersHeadersAreOfTheReplyBeforeTheMapper() throws {
        let config = LocalReplyConfig(mappers: [
            ResponseMapper(
                filter: is404, statusCode: 410,
                headersToAdd: [
                    HeaderValueOption(
                        key: "x-was",
                        value: FormatString(text: "", pieces: [.operator(.responseCode, maxLength: nil)]))
                ])
        ])
        let head = Head()
        let (reply, _) = try apply(config, LocalReply(status: 404, details: "x"), head: head)
        #expect(reply.status == 410)
        #expect(head.values("x-was") == ["404"])
    }

    @Test func aBodyThatIsNotThereLaysOutAsNothing() throws {
        let body = text(.literal("<"), .operator(.localReplyBody, maxLength: nil), .literal(">"))
        #expect(try apply(LocalReplyConfig(bodyFormat: body), LocalReply(status: 503, details: "x")).0.body == "<>")
    }

    @Test func aReplyThatNoMapperAcceptsStays() throws {
        let config = LocalReplyConfig(mappers: [ResponseMapper(filter: is404, statusCode: 410)])
        let (reply, _) = try apply(config, LocalReply(status: 503, body: "no", details: "x"))
        #expect(reply.status == 503)
        #expect(reply.body == "no")
    }

    @Test func bodiesAreLaidOutWithTheRepliesOwnFacts() throws {
        let body = text(
            .operator(.localReplyBody, maxLength: nil), .literal(" "), .operator(.responseCode, maxLength: nil))
        let (reply, _) = try apply(
            LocalReplyConfig(bodyFormat: body), LocalReply(status: 503, body: "no", details: "x"))
        #expect(reply.body == "no 503")
        #expect(reply.contentType == "text/plain")
    }

    @Test func aMappersFormatGoesBeforeTheCommonOne() throws {
        let json = SubstitutionFormat(
            layout: .json(
                .object([
                    FormatMember(
                        name: "code",
                        value: .format(FormatString(text: "", pieces: [.operator(.responseCode, maxLength: nil)])))
                ])))
        let config = LocalReplyConfig(
            mappers: [ResponseMapper(filter: is404, bodyFormatOverride: json)], bodyFormat: text(.literal("common")))
        #expect(try apply(config, LocalReply(status: 404, details: "x")).0.body == "{\"code\":404}\n")
        #expect(try apply(config, LocalReply(status: 404, details: "x")).0.contentType == "application/json")
        #expect(try apply(config, LocalReply(status: 500, details: "x")).0.body == "common")
    }
}
