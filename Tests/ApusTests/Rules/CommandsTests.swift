import Testing

@testable import apus

@Suite("The commands for rules, from end to end", .timeLimit(.minutes(2)))
struct CommandsTests {
    private static let service = """
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

        """

    private static func route(v1: Int, v2: Int, more: String = "") -> String {
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - name: all
            \(more)
            route:
            - {destination: {host: reviews, subset: v1}, weight: \(v1)}
            - {destination: {host: reviews, subset: v2}, weight: \(v2)}
        """
    }

    @Test("Apply, look, change, go back, take away")
    func life() async throws {
        try await CommandFixture.withFolder { folder in
            try await RunningProxy.run { proxy in
                try CommandFixture.write(Self.service, "\(folder)/a-service.yaml")
                try CommandFixture.write(Self.route(v1: 100, v2: 0), "\(folder)/b-route.yaml")
                let first = await proxy.apus("apply", "-f", folder)
                #expect(first.status == 0, "\(first)")
                #expect(first.lines.contains("virtualservice/reviews created"))
                #expect(first.output.contains("kept in memory only"))

                let get = await proxy.apus("get", "vs")
                #expect(get.status == 0 && get.output.contains("reviews"), "\(get)")
                let yaml = await proxy.apus("get", "vs/reviews", "-o", "yaml")
                #expect(yaml.output.contains("weight: 100"), "\(yaml)")
                #expect(await proxy.apus("get", "vs/nothing").status == 1)

                let changed = "\(folder)/c.yaml"
                let policies = """
                    timeout: 0.5s
                        mirror: {host: reviews, subset: v2}
                        mirrorPercentage: {value: 12.5}
                        fault: {abort: {httpStatus: 500, percentage: {value: 10}}}
                    """
                try CommandFixture.write(Self.route(v1: 90, v2: 10, more: policies), changed)
                let diff = await proxy.apus("diff", "-f", changed)
                #expect(diff.status == 1, "\(diff)")
                #expect(diff.output.contains("10 % of requests moves from reviews v1 to reviews v2"), "\(diff)")
                let dry = await proxy.apus("apply", "--dry-run", "-f", changed)
                #expect(dry.lines.first == "virtualservice/reviews configured (dry run)")
                #expect(await proxy.apus("apply", "-f", changed).status == 0)
                #expect(await proxy.apus("diff", "-f", changed).status == 0)

                let routes = await proxy.apus("routes", "reviews")
                #expect(routes.status == 0, "\(routes)")
                for part in [
                    "reviews.default:9080 v1 90%", "reviews.default:9080 v2 10%", "12.5%", "abort 500 10%", "0.5",
                ] {
                    #expect(routes.output.contains(part), "\(part) in \(routes.output)")
                }
                #expect(await proxy.apus("routes", "nothing").status == 1)

                let explain = await proxy.apus("explain", "GET", "http://reviews:9080/", "-H", "a: b")
                #expect(explain.status == 0, "\(explain)")
                #expect(explain.output.contains("VirtualService/default/reviews line 7 (all)"), "\(explain.output)")
                #expect(explain.output.contains("1 of 1 endpoint usable"))
                #expect(await proxy.apus("explain", "ftp://x").status == 1)
                let top = await proxy.apus("top", "-c", "1", "--interval", "100ms")
                #expect(top.status == 0 && top.lines.first?.hasPrefix("SERVICE") == true, "\(top)")

                let history = await proxy.apus("history")
                #expect(history.lines.count >= 3, "\(history)")
                #expect(history.lines.dropFirst().first?.contains("virtualservice/reviews configured") == true)
                let back = await proxy.apus("rollback")
                #expect(back.status == 0 && back.output.contains("virtualservice/reviews configured"), "\(back)")
                #expect(await proxy.apus("get", "vs/reviews", "-o", "yaml").output.contains("weight: 100"))

                let gone = await proxy.apus("delete", "vs", "reviews")
                #expect(gone.status == 0 && gone.lines.first == "virtualservice/reviews deleted", "\(gone)")
                #expect(await proxy.apus("delete", "vs/reviews").status == 1)
                #expect(await proxy.apus("delete", "-f", "\(folder)/a-service.yaml").status == 0)
                let nothing = await proxy.apus("get")
                #expect(nothing.status == 0 && nothing.output == "", "\(nothing)")
            }
        }
    }

    @Test("A file with a fault changes nothing, whichever command reads it, and the place is that in the file")
    func faults() async throws {
        try await CommandFixture.withFolder { folder in
            try await RunningProxy.run { proxy in
                try CommandFixture.write(Self.service, "\(folder)/good.yaml")
                try CommandFixture.write(Self.route(v1: -1, v2: 0), "\(folder)/bad.yaml")
                #expect(await proxy.apus("apply", "-f", "\(folder)/good.yaml").status == 0)
                let both = ["-f", "\(folder)/good.yaml", "-f", "\(folder)/bad.yaml"]
                for (command, status) in [("apply", Int32(1)), ("diff", 2), ("delete", 1)] {
                    let result = await CommandFixture.apus([command] + both + ["--admin", "127.0.0.1:\(proxy.admin)"])
                    #expect(result.status == status, "\(command): \(result)")
                    #expect(result.errors.contains("\(folder)/bad.yaml:10:"), "\(command): \(result)")
                    #expect(result.errors.contains("spec.http[0].route[0].weight"), "\(command): \(result)")
                }
                #expect(await proxy.apus("get", "svc/reviews").status == 0)
            }
        }
    }

    @Test(
        "Files that are not there are told in a line, and no server is asked", arguments: ["apply", "diff", "delete"])
    func missing(command: String) async {
        let result = await CommandFixture.apus([command, "-f", "/nowhere/rules.yaml", "--admin", "127.0.0.1:1"])
        #expect(result.status == (command == "diff" ? 2 : 1))
        #expect(result.errors.hasPrefix("error: /nowhere/rules.yaml: "), "\(result)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result)")
    }

    @Test("The namespace of the proxy is that of names without one")
    func namespace() async throws {
        try await CommandFixture.withFolder { folder in
            try await RunningProxy.run(namespace: "shop") { proxy in
                try CommandFixture.write(Self.service, "\(folder)/a.yaml")
                #expect(await proxy.apus("apply", "-f", folder).status == 0)
                #expect(await proxy.apus("get", "svc/reviews").status == 0)
                #expect(await proxy.apus("get", "svc/reviews", "-n", "default").status == 1)
                #expect(await proxy.apus("delete", "svc/reviews").status == 0)
            }
        }
    }

    @Test(
        "Without a proxy every command says so and ends with 1",
        arguments: ["get", "history", "routes", "rollback", "top"])
    func nobody(command: String) async {
        let result = await CommandFixture.apus([command, "--admin", "127.0.0.1:1"])
        #expect(result.status == 1, "\(result)")
        #expect(result.errors.contains("no proxy answers at 127.0.0.1:1"), "\(result)")
    }

    @Test("Other ways to look, a watch that ends well, and no way back where there is none")
    func looking() async throws {
        try await CommandFixture.withFolder { folder in
            try await RunningProxy.run { proxy in
                let none = await proxy.apus("rollback")
                #expect(none.status == 1)
                #expect(none.errors.contains("there is no earlier revision"), "\(none)")
                try CommandFixture.write(Self.service, "\(folder)/a.yaml")
                try CommandFixture.write(Self.route(v1: 1, v2: 1), "\(folder)/b.yaml")
                let watched = await proxy.apus(
                    "apply", "-f", folder, "--watch", "1s", "--abort-if", "error_rate > 2%")
                #expect(watched.status == 0, "\(watched)")
                #expect(watched.output.contains("nothing wrong; the change stays"), "\(watched)")
                #expect(await proxy.apus("get", "all", "-A").lines.first?.hasPrefix("NAMESPACE") == true)
                #expect(
                    await proxy.apus("get", "vs,dr", "-o", "name").lines.sorted() == [
                        "destinationrule/reviews", "virtualservice/reviews",
                    ])
                let json = await proxy.apus("get", "vs/reviews", "-o", "json")
                #expect(JSONText.read(json.output)?["kind"]?.text == "VirtualService", "\(json)")
                let routes = await proxy.apus("routes", "reviews", "-o", "json")
                let first = try #require(JSONText.read(routes.output)?.list.first)
                #expect(first["to"]?.text == "reviews.default:9080 v1 50%, reviews.default:9080 v2 50%")
                #expect(await proxy.apus("routes", "-o", "wide").lines.first?.contains("DOMAINS") == true)
                let revision = await proxy.apus("history", "2")
                #expect(revision.output.contains("# virtualservice/reviews created"), "\(revision)")
                #expect(revision.output.contains("kind: VirtualService"), "\(revision)")
            }
        }
    }

    @Test("Routes of a bootstrap are shown by their names")
    func bootstrap() async throws {
        let text = """
            static_resources:
              listeners:
                - name: front
                  address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
                  filter_chains:
                    - filters:
                        - name: envoy.filters.network.http_connection_manager
                          typed_config:
                            "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                            stat_prefix: front
                            http_filters: [{ name: envoy.filters.http.router }]
                            route_config:
                              name: table
                              virtual_hosts:
                                - name: all
                                  domains: ["*"]
                                  routes: [{ name: teapot, match: { path: /tea }, direct_response: { status: 418 } }]
            """
        try await RunningProxy.run(bootstrap: text) { proxy in
            let routes = await proxy.apus("routes")
            #expect(routes.status == 0, "\(routes)")
            let line = routes.lines.first { $0.contains("/tea") } ?? ""
            #expect(line.contains("answer 418") && line.contains("teapot"), "\(routes)")
        }
    }
}
