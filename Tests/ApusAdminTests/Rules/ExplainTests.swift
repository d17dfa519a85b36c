import ApusConfig
import Testing

@testable import ApusAdmin

@Suite("Which route takes a request, and why none before it")
struct ExplainTests {
    private static let rules = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: r1}
        spec: {address: 127.0.0.1, labels: {app: reviews, version: v1}, ports: {http: 9}}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: reviews}
        spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - name: jason
            match: [{headers: {end-user: {exact: jason}}, uri: {prefix: /api}}]
            route: [{destination: {host: reviews, subset: v2}}]
          - name: others
            match: [{sourceLabels: {app: productpage}}]
            route: [{destination: {host: reviews, subset: v9}}]
          - match: [{method: {exact: POST}}]
            directResponse: {status: 405}
          - route:
            - {destination: {host: reviews, subset: v1}, weight: 90}
            - {destination: {host: reviews, subset: v3}, weight: 10}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: younger}
        spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews}}]}]}
        """

    private func explain(_ query: String, _ test: (ConfigValue) throws -> Void) async throws {
        try await RunningRules.run { running in
            let applied = try await running.admin("POST", "/rules", body: Self.rules)
            try #require(applied.status == 200, "\(applied)")
            try test(try await running.json("/explain?\(query)"))
        }
    }

    private func reasons(_ explanation: ConfigValue) -> [String] {
        (explanation["passed_over"]?.elements ?? []).map { passed in
            (passed["why"]?.elements ?? []).compactMap(\.string).joined(separator: "; ")
        }
    }

    @Test("The route is named with its document and line, and each one before it with what the request lacks")
    func last() async throws {
        try await explain("url=http://reviews:9080/x") { explanation in
            #expect(explanation["listener"]?["name"] == .string("outbound"))
            #expect(explanation["virtual_host"]?["domain"] == .string("reviews:9080"))
            #expect(explanation["document"] == .string("VirtualService/default/reviews"))
            #expect(explanation["line"] == .number(30))
            #expect(
                reasons(explanation) == [
                    "the path /x does not begin with /api; header end-user is missing, it must be jason",
                    "it is for callers labelled app=productpage", "the method is GET, it must be POST",
                ])
            #expect(explanation["unheard"] == .array([.string("VirtualService/default/younger")]))
        }
    }

    @Test("Clusters are told with their endpoints, and those that do not exist as such")
    func clusters() async throws {
        try await explain("url=http://reviews:9080/") { explanation in
            let clusters = explanation["clusters"]?.elements ?? []
            #expect(clusters.map { $0["exists"] } == [.bool(true), .bool(false)])
            #expect(clusters.first?["usable"] == .number(1))
        }
    }

    @Test("Headers and method of the request decide")
    func headers() async throws {
        try await explain("url=http://reviews:9080/api/1&header=End-User:%20jason") { explanation in
            #expect(explanation["route"]?["name"] == .string("jason"))
            #expect(explanation["passed_over"] == .array([]))
        }
        try await explain("method=POST&url=reviews:9080") { explanation in
            #expect(explanation["route"]?["direct_response"]?["status"] == .number(405))
        }
    }

    @Test("A host that nothing knows goes where it says")
    func unknown() async throws {
        try await explain("url=http://elsewhere.example/") { explanation in
            #expect(explanation["route"]?["name"] == .string("allow_any"))
            #expect(explanation["clusters"]?.elements.first?["dynamic"] == .bool(true))
        }
    }

    @Test("A port of this machine names the listener; a bootstrap's routes are told by their file")
    func bootstrap() async throws {
        let port = try await TalkClient.freePort()
        let listener = AnsweringListener.yaml(
            "front", port: port,
            routes: "[{ match: { path: /a }, direct_response: { status: 201 } }, "
                + "{ match: { prefix: /b }, direct_response: { status: 202 } }]")
        try await RunningRules.run(bootstrap: AnsweringListener.bootstrap(listener)) { running in
            let found = try await running.json("/explain?url=http://localhost:\(port)/b%3Fc")
            #expect(found["listener"]?["name"] == .string("front"))
            #expect(found["document"] == .string("base.yaml"))
            #expect(reasons(found) == ["the path /b is not /a"])
            let none = try await running.json("/explain?listener=front&url=http://x/c")
            #expect(none["answer"] == .string("404: none of the virtual host's routes takes the request"))
            #expect(reasons(none) == ["the path /c is not /a", "the path /c does not begin with /b"])
        }
    }

    @Test(
        "What cannot be asked is an error that says how",
        arguments: [
            ("url=ftp://x/", 400), ("", 400), ("url=http://x:y/", 400), ("url=http://x/&header=novalue", 400),
            ("url=http://x/&listener=nix", 404),
        ])
    func wrong(query: String, status: Int) async throws {
        try await RunningRules.run { running in
            let answer = try await running.admin("GET", "/explain?\(query)")
            #expect(answer.status == status)
            #expect(answer.body.contains("message"))
        }
    }

    @Test("What could not be sent is told as it would be answered")
    func unsendable() async throws {
        try await explain("method=GE%0d%0aT&url=http://reviews:9080/") { explanation in
            #expect(explanation["answer"]?.string?.hasPrefix("400 before") == true)
        }
    }

    @Test("What has gone to a service is counted")
    func services() async throws {
        try await RunningRules.run { running in
            _ = try await running.admin("POST", "/rules", body: Self.rules)
            #expect(try await running.json("/services")["services"] == .array([]))
            // One of the two shares has a cluster, which has no endpoint that answers.
            for _ in 0..<20 { #expect(try await running.status("reviews:9080") == 503) }
            let services = try await running.json("/services")["services"]?.elements ?? []
            #expect(services.map { $0["name"] } == [.string("outbound|9080|v1|reviews.default.svc.cluster.local")])
            #expect(services.first?["errors"] == services.first?["answers"])
        }
    }
}
