import Testing

@testable import ApusConfig

@Suite("Matches of VirtualServices")
struct RouteMatchTests {
    private func first(_ match: HTTPMatch) -> RouteMatch? { routes(rule(match)).first?.match }

    @Test("Paths are exact, prefixes or expressions; case counts unless told otherwise")
    func paths() {
        #expect(first(match(.exact("/a")))?.path == .path("/a"))
        #expect(first(match(.prefix("/a")))?.path == .prefix("/a"))
        #expect(first(match(.regex("/a+")))?.path == .safeRegex(RegexMatcher(regex: "/a+")))
        #expect(first(match())?.path == .prefix("/"))
        #expect(first(match(.exact("/a")))?.caseSensitive == true)
        #expect(first(match(.exact("/a")) { $0.ignoreUriCase = true })?.caseSensitive == false)
        #expect(first(match(.regex("/a")) { $0.ignoreUriCase = true })?.caseSensitive == true)
    }

    @Test("Headers, pseudo headers and query parameters are conditions")
    func conditions() {
        let made = first(
            match {
                $0.headers = [NamedMatch(name: "a", match: .exact("1")), NamedMatch(name: "b", match: .present)]
                $0.method = .exact("GET")
                $0.queryParams = [NamedMatch(name: "q", match: .exact("")), NamedMatch(name: "r", match: .present)]
            })
        var joined = HeaderMatcher(name: "a", match: .string(StringMatcher(pattern: .exact("1"))))
        joined.joinsFields = true
        #expect(
            made?.headers == [
                joined, HeaderMatcher(name: "b"),
                HeaderMatcher(name: ":method", match: .string(StringMatcher(pattern: .exact("GET")))),
            ])
        #expect(
            made?.queryParameters == [
                QueryParameterMatcher(name: "q", match: .string(StringMatcher(pattern: .exact("")))),
                QueryParameterMatcher(name: "r"),
            ])
    }

    @Test("A header that must not match counts as empty when it is not there, unless only its being there is asked")
    func without() {
        let made = first(
            match {
                $0.withoutHeaders = [
                    NamedMatch(name: "a", match: .exact("1")), NamedMatch(name: "b", match: .present),
                ]
            })
        #expect(made?.headers.map(\.invertMatch) == [true, true])
        #expect(made?.headers.map(\.treatMissingHeaderAsEmpty) == [true, false])
        #expect(made?.headers.map(\.joinsFields) == [true, false])
        #expect(made?.headers.map(\.match) == [.string(StringMatcher(pattern: .exact("1"))), .present(true)])
    }

    @Test("Selectors leave out what can never apply here")
    func selectors() {
        let made = routes(
            rule(match(.exact("/port")) { $0.port = 81 }),
            rule(match(.exact("/label")) { $0.sourceLabels = ["app": "other"] }),
            rule(match(.exact("/namespace")) { $0.sourceNamespace = "far" }),
            rule(match(.exact("/gateway")) { $0.gateways = ["gw"] }),
            rule(
                match(.exact("/mesh")) {
                    $0.gateways = ["gw", "mesh"]; $0.sourceLabels = ["app": "other"]
                }),
            rule(
                match(.exact("/mine")) {
                    $0.sourceLabels = ["app": "me"]; $0.port = 80
                }),
            labels: ["app": "me", "version": "v1"])
        #expect(made.map(\.printed).map { $0.prefix(12) } == ["exact /mesh ", "exact /mine "])
    }

    @Test("What stands behind a route that takes everything is left out")
    func catchAll() {
        for all in [match(.prefix("/")), match(.regex(".*")), match(), match { $0.port = 80 }] {
            #expect(routes(rule(match(.exact("/a"))), rule(all), rule(match(.exact("/b")))).count == 2)
        }
        let conditional = match(.prefix("/")) { $0.method = .exact("GET") }
        #expect(routes(rule(conditional), rule(match(.exact("/b")))).count == 2)
    }

    @Test("A route is called by its rule and its match")
    func names() {
        let made = routes(
            rule(match(.exact("/a")) { $0.name = "m" }, match(.exact("/b"))) { $0.name = "rule" }, rule())
        #expect(made.map(\.name) == ["rule.m", "rule", ""])
    }
}
