import Testing

@testable import ApusConfig

@Suite("Warnings about routes")
struct RouteWarningTests {
    private func warnings(
        _ rules: [Rule], services: TestServices = TestServices().add("b"), identity: ProxyIdentity = ProxyIdentity()
    ) -> [String] {
        let listeners = RuleListeners(identity: identity)
        let set = ruleSet(rules)
        _ = listeners.compile(set, registry: services)
        return listeners.warnings(of: rules.prefix(1).map(\.name), in: set)[rules[0].name] ?? []
    }

    private func codes(_ rules: Rule...) -> [String] {
        warnings(rules).map { String($0.prefix(9)) }
    }

    @Test("Hosts, subsets, mirrors, Gateways and delegates that are not there are named")
    func notFound() {
        let services = TestServices().add("b")
        services.subsets = ["b.default.svc.cluster.local+v1"]
        let made = warnings(
            [
                virtualService(
                    "v", hosts: ["b"], gateways: ["mesh", "gw"],
                    rule {
                        $0.route[0].destination.subset = "v1"
                        $0.mirrors = [HTTPMirror(destination: Destination(host: "nowhere"))]
                    }, rule(to: "gone", match(.exact("/g"))),
                    rule(match(.exact("/s"))) { $0.route[0].destination.subset = "v9" },
                    rule(match(.exact("/d"))) {
                        $0.route = []; $0.delegate = RuleDelegate(name: "leaf")
                    })
            ], services: services
        ).filter { $0.hasPrefix("[IST0101]") }
        #expect(
            made == [
                "[IST0101] Referenced mirror host not found: \"nowhere\"",
                "[IST0101] Referenced host not found: \"gone\"",
                "[IST0101] Referenced host+subset in destinationrule not found: \"b+v9\"",
                "[IST0101] Referenced delegate not found: \"default/leaf\"",
                "[IST0101] Referenced gateway not found: \"gw\"",
            ])
    }

    @Test("A sound VirtualService is silent")
    func silent() {
        #expect(codes(virtualService("v", hosts: ["b"], rule(match(.prefix("/a"))), rule())).isEmpty)
    }

    @Test("Two VirtualServices of one host in the mesh are told of")
    func sameHost() {
        #expect(
            codes(virtualService("v", hosts: ["b"], rule()), virtualService("w", hosts: ["B"], rule())) == ["[IST0109]"]
        )
        #expect(
            codes(virtualService("v", hosts: ["b"], rule()), virtualService("w", hosts: ["b"], gateways: ["g"], rule()))
                .isEmpty)
    }

    @Test("A service with several ports wants one of them named")
    func ports() {
        let services = TestServices().add("b", ports: [1, 2])
        let rules = [virtualService("v", hosts: ["b"], rule())]
        #expect(warnings(rules, services: services).map { $0.prefix(9) } == ["[IST0112]"])
    }

    @Test("Rules and matches behind those that take their requests are idle")
    func idle() {
        #expect(codes(virtualService("v", hosts: ["b"], rule(), rule())) == ["[IST0130]"])
        #expect(codes(virtualService("v", hosts: ["b"], rule(), rule(match(.exact("/a"))))) == ["[IST0130]"])
        #expect(
            codes(virtualService("v", hosts: ["b"], rule(match(.prefix("/a"))), rule(match(.exact("/ab")))))
                == ["[IST0131]", "[IST0130]"])
        #expect(
            codes(
                virtualService(
                    "v", hosts: ["b"], rule(match(.prefix("/a")), match(.prefix("/b"))),
                    rule(match(.exact("/b")), match(.exact("/c")))))
                == ["[IST0131]"])
        #expect(
            codes(
                virtualService(
                    "v", hosts: ["b"], rule(match(.prefix("/a")) { $0.method = .exact("GET") }),
                    rule(match(.exact("/a"))))
            )
            .isEmpty)
    }

    @Test(
        "Hosts that a Gateway does not serve, copies' names among them, and ports that two Gateways share are told of")
    func gateways() {
        let gw = gateway("gw", server(80, hosts: "a.test"))
        #expect(codes(virtualService("v", hosts: ["c.test"], gateways: ["gw"], rule()), gw) == ["[IST0132]"])
        #expect(codes(virtualService("v", hosts: ["a.test-shadow"], gateways: ["gw"], rule()), gw) == ["[IST0132]"])
        #expect(codes(virtualService("v", hosts: ["a.test"], gateways: ["gw"], rule()), gw).isEmpty)
        #expect(codes(gw, gateway("two", server(80, hosts: "a.test"))) == ["[IST0145]"])
        #expect(codes(gw, gateway("two", server(80, .tcp, hosts: "x.test"))) == ["[IST0145]"])
        #expect(codes(gw, gateway("two", server(80, hosts: "b.test"))).isEmpty)
    }

    @Test(
        "A Gateway's port that is none, or the sidecar's own, is not listened on",
        arguments: [
            (80, "", 1000, nil), (65_000, "", 1000, "with the offset for Gateways it is 66000"),
            (80, "", -80, nil), (80, "", -81, "with the offset for Gateways it is -1"),
            (14_001, "", 1000, "the sidecar's listener has 15001"),
            (14_001, "127.0.0.1", 1000, "the sidecar's listener has 15001"), (14_001, "127.0.0.2", 1000, nil),
        ] as [(UInt32, String, Int, String?)])
    func notListening(port: UInt32, bind: String, offset: Int, message: String?) {
        var identity = ProxyIdentity()
        identity.outbound = .socket(host: "127.0.0.1", port: 15_001)
        identity.gatewayPortOffset = offset
        let rule = gateway("g", server(port, hosts: "*", bind: bind))
        let made = warnings([rule], identity: identity)
        #expect(made.count == (message == nil ? 0 : 1))
        if let message { #expect(made.first?.contains(message) == true) }
        let listeners = RuleListeners(identity: identity).compile(ruleSet([rule]), registry: TestServices())
        #expect(listeners.count == (message == nil ? 2 : 1))
    }
}
