import Testing

@testable import ApusConfig

@Suite("Listeners of Gateways")
struct GatewayTests {
    private func listeners(
        _ rules: [Rule], services: TestServices = TestServices().add("b").add("c"), labels: [String: String] = [:],
        offset: Int = 0
    ) -> [Listener] {
        var identity = ProxyIdentity()
        identity.labels = labels
        identity.gatewayPortOffset = offset
        return RuleListeners(identity: identity).compile(ruleSet(rules), registry: services)
    }

    @Test("Servers of one port share a listener and a table")
    func merging() throws {
        let made = listeners(
            [
                gateway("one", created: 1, server(80, hosts: "a.test"), server(8080, hosts: "a.test")),
                gateway("two", created: 2, server(80, hosts: "b.test")),
                virtualService("a", hosts: ["a.test"], gateways: ["one"], rule()),
                virtualService("b", hosts: ["b.test"], gateways: ["two"], rule(to: "c")),
            ], offset: 10000)
        #expect(made.map(\.name) == ["gateway_0.0.0.0_80", "gateway_0.0.0.0_8080"])
        #expect(made.map(\.address) == [.socket(host: "0.0.0.0", port: 10080), .socket(host: "0.0.0.0", port: 18080)])
        let first = try #require(made.first)
        #expect(first.manager?.routeConfig.name == "http.80")
        #expect(first.manager?.routeConfig.ignorePortInHostMatching == true)
        #expect(first.manager?.serverName == "istio-envoy")
        #expect(first.routes(of: "a.test") == ["prefix / -> outbound|80||b.default"])
        #expect(first.routes(of: "b.test") == ["prefix / -> outbound|80||c.default"])
        #expect(made.last?.routes(of: "b.test") == nil)
    }

    @Test("VirtualServices of one host are joined, the oldest first, with what takes everything behind all others")
    func joining() {
        let made = listeners([
            gateway("gw", server(80, hosts: "*")),
            virtualService(
                "first", hosts: ["shop.test"], gateways: ["gw"], created: 1, rule(match(.prefix("/a"))), rule()),
            virtualService(
                "second", hosts: ["shop.test"], gateways: ["gw"], created: 2, rule(to: "c", match(.prefix("/c"))),
                rule(to: "c", match(.prefix("/")))),
        ])
        #expect(
            made.first?.routes(of: "shop.test") == [
                "prefix /a -> outbound|80||b.default", "prefix /c -> outbound|80||c.default",
                "prefix / -> outbound|80||b.default", "prefix / -> outbound|80||c.default",
            ])
    }

    @Test(
        "A server serves what its hosts and those of a VirtualService have in common",
        arguments: [
            ("*", "a.test", "a.test"), ("*.test", "a.test", "a.test"), ("a.test", "*.test", "a.test"),
            ("*.test", "*.b.test", "*.b.test"), ("*.b.test", "*.test", "*.b.test"), ("a.test", "b.test", ""),
            ("default/*", "a.test", "a.test"), ("./a.test", "a.test", "a.test"), ("far/*", "a.test", ""),
            ("*/a.test", "a.test", "a.test"), ("A.Test", "a.test", "a.test"),
            ("a.test", "a.test-shadow", "a.test-shadow"),
            ("*.test", "a.test-shadow", "a.test-shadow"), ("b.test", "a.test-shadow", ""),
        ])
    func intersection(served: String, wanted: String, common: String) {
        let made = listeners([
            gateway("gw", server(80, hosts: served)), virtualService("v", hosts: [wanted], gateways: ["gw"], rule()),
        ])
        #expect(made.first?.hosts.flatMap(\.domains) == (common.isEmpty ? [] : [common]))
    }

    @Test("Gateways are named in four ways", arguments: ["default/gw", "./gw", "gw", "gw.default.svc.cluster.local"])
    func names(written: String) {
        let made = listeners([
            gateway("gw", server(80, hosts: "*")), virtualService("v", hosts: ["a.test"], gateways: [written], rule()),
        ])
        #expect(made.first?.hosts.count == 1)
    }

    @Test("Redirects to https hold for the server's hosts with or without a VirtualService")
    func httpsRedirect() {
        let made = listeners([
            gateway("gw", server(80, hosts: "a.test", "b.test", redirects: true), server(80, hosts: "c.test")),
            virtualService("a", hosts: ["a.test", "c.test"], gateways: ["gw"], rule()),
        ])
        let hosts = made.first?.hosts ?? []
        #expect(
            hosts.map { "\($0.name) \($0.requireTls.rawValue) \($0.routes.count)" } == [
                "a.test:80 ALL 1", "b.test:80 ALL 0", "c.test:80 NONE 1",
            ])
    }

    @Test("A proxy with labels serves the Gateways that select it; one without serves all")
    func selectors() {
        let rules = [gateway("gw", selector: ["istio": "edge"], server(80, hosts: "*"))]
        #expect(listeners(rules).count == 1)
        #expect(listeners(rules, labels: ["istio": "edge", "x": "y"]).count == 1)
        #expect(listeners(rules, labels: ["x": "y"]).isEmpty)
        #expect(listeners([gateway("gw", server(80, hosts: "*"))], labels: ["x": "y"]).count == 1)
    }

    @Test("The first server of a port says what it speaks; a port beyond 65535 is not opened")
    func kinds() {
        let rules = [
            gateway("old", created: 1, server(80, .tcp, hosts: "*"), server(81, .https, hosts: "*")),
            gateway("new", created: 2, server(80, hosts: "*"), server(82, hosts: "*")),
        ]
        #expect(listeners(rules).map(\.name) == ["gateway_0.0.0.0_82"])
        #expect(listeners(rules, offset: 65500).isEmpty)
    }

    @Test("Selectors of a match look at the Gateway and the server's port")
    func scope() {
        let made = listeners([
            gateway("gw", server(80, hosts: "*"), server(81, hosts: "*")), gateway("other", server(80, hosts: "*")),
            virtualService(
                "v", hosts: ["a.test"], gateways: ["gw", "mesh"],
                rule(match(.exact("/81")) { $0.port = 81 }), rule(match(.exact("/mesh")) { $0.gateways = ["mesh"] }),
                rule(match(.exact("/gw")) { $0.gateways = ["gw"] }),
                rule(to: "unknown.test", match(.exact("/port")))),
        ])
        #expect(
            made.first?.routes(of: "a.test") == [
                "exact /gw -> outbound|80||b.default", "exact /port -> outbound|80||unknown.test",
            ])
        #expect(
            made.last?.routes(of: "a.test") == [
                "exact /81 -> outbound|80||b.default", "exact /gw -> outbound|80||b.default",
                "exact /port -> outbound|81||unknown.test",
            ])
    }
}
