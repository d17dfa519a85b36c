import Testing

@testable import ApusConfig

@Suite("Delegates")
struct DelegateTests {
    private func delegating(_ matches: HTTPMatch..., change: (inout HTTPRule) -> Void = { _ in }) -> HTTPRule {
        var rule = HTTPRule()
        rule.match = matches
        rule.delegate = RuleDelegate(name: "leaf")
        rule.delegate?.namespace = "far"
        change(&rule)
        return rule
    }

    private func compiled(_ root: HTTPRule, _ leaves: HTTPRule..., exportTo: [String] = []) -> [Route] {
        var spec = VirtualService()
        spec.http = leaves
        spec.exportTo = exportTo
        let leaf = Rule(
            name: RuleName(kind: .virtualService, namespace: "far", name: "leaf"), spec: .virtualService(spec))
        let root = virtualService("root", hosts: ["b"], root)
        return compilation([root, leaf]).routes(of: root, in: .mesh(port: 80))
    }

    @Test("A rule is replaced by the delegate's, with names of the delegate's namespace")
    func replaces() {
        let routes = compiled(
            delegating(match(.prefix("/p"))) { $0.name = "root" },
            rule(to: "c", match(.prefix("/p/1"))) { $0.name = "one" }, rule(to: "c"))
        #expect(
            routes.map(\.printed) == [
                "root-one: prefix /p/1 -> outbound|80||c.far", "root: prefix /p -> outbound|80||c.far",
            ])
    }

    @Test(
        "A delegate's condition must lie within the root's",
        arguments: [
            (StringMatch.prefix("/p"), StringMatch.prefix("/p/1"), true),
            (.prefix("/p"), .exact("/p"), true),
            (.prefix("/p"), .prefix("/q"), false),
            (.prefix("/p/1"), .prefix("/p"), false),
            (.exact("/p"), .exact("/p"), true),
            (.exact("/p"), .exact("/q"), false),
            (.exact("/p"), .prefix("/p"), false),
            (.regex("/p.*"), .prefix("/p"), false),
            (.prefix("/p"), .regex("/p.*"), false),
            (.regex("/p"), .regex("/p"), false),
        ])
    func agreement(root: StringMatch, leaf: StringMatch, agrees: Bool) {
        #expect(compiled(delegating(match(root)), rule(match(leaf))).count == (agrees ? 1 : 0))
    }

    @Test("A delegate's rule with one match out of place is dropped as a whole")
    func wholeRule() {
        let routes = compiled(
            delegating(match(.prefix("/p"))), rule(match(.prefix("/p/1")), match(.prefix("/q"))),
            rule(match(.exact("/p"))))
        #expect(routes.map(\.printed) == ["exact /p -> outbound|80||b.far"])
    }

    @Test("Every pair of matches that agree makes a match of both")
    func pairs() {
        let root = delegating(
            match(.prefix("/a")) { $0.headers = [NamedMatch(name: "x", match: .exact("1"))] }, match(.prefix("/a/b")))
        let leaf = rule(match(.prefix("/a/b/c")) { $0.headers = [NamedMatch(name: "y", match: .present)] })
        #expect(
            compiled(root, leaf).map(\.printed) == [
                "prefix /a/b/c x y -> outbound|80||b.far", "prefix /a/b/c y -> outbound|80||b.far",
            ])
    }

    @Test("What the delegate does not say the root says")
    func attributes() {
        var timeout: Duration?
        var headers = ""
        let root = delegating {
            $0.timeout = .seconds(5)
            $0.headers.request.set = [HeaderOperations.Header(name: "x", value: "root")]
        }
        if let route = compiled(root, rule()).first {
            timeout = route.forwarding?.timeout
            headers = route.requestHeaders.printed
        }
        #expect(timeout == .seconds(5))
        #expect(headers == "=x:root")
        let own = compiled(
            root,
            rule {
                $0.timeout = .seconds(1)
                $0.headers.request.add = [HeaderOperations.Header(name: "y", value: "leaf")]
            })
        #expect(own.first?.forwarding?.timeout == .seconds(1))
        #expect(own.first?.requestHeaders.printed == "+y:leaf")
    }

    @Test("A delegate that is not there, not exported here, or has hosts gives no rule")
    func missing() {
        #expect(compiled(delegating(), rule(), exportTo: ["."]).isEmpty)
        #expect(compiled(delegating(), rule(), exportTo: ["default"]).count == 1)
        let root = virtualService("root", hosts: ["b"], delegating(), rule())
        #expect(
            compilation([root]).routes(of: root, in: .mesh(port: 80)).map(\.printed) == [
                "prefix / -> outbound|80||b.default"
            ])
        let busy = virtualService("leaf", in: "far", hosts: ["x.y"], rule(to: "c"))
        #expect(compilation([root, busy]).routes(of: root, in: .mesh(port: 80)).count == 1)
    }

    @Test("A route tells the document that it stands in")
    func origin() {
        let metadata = compiled(delegating(), rule()).first?.metadata.filterMetadata
        #expect(metadata?["apus"]?["document"] == .string("VirtualService/far/leaf"))
        #expect(
            metadata?["istio"]?["config"]
                == .string("/apis/networking.istio.io/v1/namespaces/default/virtual-service/root"))
    }
}
