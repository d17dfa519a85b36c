import ApusConfig
import Testing

@testable import ApusProxy

@Suite("What a request lacks for a route")
struct ObjectionsTests {
    private func head(_ request: AskedRequest) throws -> Head {
        let head = Head()
        var info = HTTP1MessageInfo()
        var scanned = 0
        let result = request.bytes.withUnsafeBytes {
            HTTP1Parser.parseRequest($0, into: head, info: &info, limits: HTTP1Limits(), scanned: &scanned)
        }
        guard case .head = result else {
            Issue.record("\(request) cannot be read: \(result)")
            return head
        }
        return head
    }

    @Test("The route that is found is the first without an objection, whatever the routes and the request")
    func agreement() throws {
        var random = SystemRandomNumberGenerator()
        func pick<Value>(_ values: [Value]) -> Value { values.randomElement(using: &random) ?? values[0] }
        func text() -> String { pick(["", "a", "b", "ab", "A", "a,b"]) }
        func pattern() -> StringPattern {
            pick([
                .exact(text()), .prefix(text()), .suffix(text()), .contains(text()),
                .safeRegex(RegexMatcher(regex: pick(["a.*", "[ab]+", ".*", "b"]))),
            ])
        }
        for _ in 0..<400 {
            let routes = (0..<6).map { number -> Route in
                var match = RouteMatch(
                    path: pick([
                        .prefix("/" + text()), .path("/" + text()), .pathSeparatedPrefix("/a"),
                        .safeRegex(RegexMatcher(regex: "/[ab]")), .connect,
                    ]),
                    caseSensitive: pick([true, false]))
                if Bool.random(using: &random) {
                    match.headers.append(
                        HeaderMatcher(
                            name: pick(["x", "y", ":method"]),
                            match: pick([
                                .string(StringMatcher(pattern: pattern())), .present(true), .present(false),
                                .range(start: 1, end: 3),
                            ]), invertMatch: pick([true, false]), treatMissingHeaderAsEmpty: pick([true, false])))
                }
                if Bool.random(using: &random) {
                    match.queryParameters.append(
                        QueryParameterMatcher(
                            name: "q",
                            match: pick([
                                .string(StringMatcher(pattern: pattern())), .present(true), .present(false),
                            ])))
                }
                match.grpc = pick([false, false, false, true])
                return Route(name: "\(number)", match: match, action: .directResponse(DirectResponse(status: 200)))
            }
            let manager = HTTPConnectionManager(
                statPrefix: "test",
                routeConfig: RouteConfiguration(
                    virtualHosts: [VirtualHost(name: "all", domains: ["*"], routes: routes)]))
            let table = RouteTable.compile(manager: manager, clusterIndex: [:], filters: .builtIn).table
            for _ in 0..<10 {
                var fields: [AskedRequest.Field] = []
                for _ in 0..<pick([0, 1, 2]) {
                    fields.append(.init(name: pick(["x", "y", "X"]), value: pick([text(), "2", "3"])))
                }
                if pick([true, false, false]) { fields.append(.init(name: "content-type", value: "application/grpc")) }
                let request = AskedRequest(
                    method: pick(["GET", "POST", "DELETE"]), authority: "h",
                    target: pick(["/", "/a", "/b", "/ab", "/A", "/a/b", "/a?q", "/b?q=a", "/a?q=b&q=a"]),
                    headers: fields)
                let head = try head(request)
                let free = routes.firstIndex { $0.match.objections(to: head, ignoringParameters: false).isEmpty }
                let found = table.find(head, random: 0).flatMap { Int($0.name) }
                #expect(found == free, "\(request) among \(routes.map(\.match))")
            }
        }
    }
}
