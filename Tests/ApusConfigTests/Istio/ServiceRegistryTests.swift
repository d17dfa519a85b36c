import Testing

@testable import ApusConfig

@Suite("Services are found, and so are their endpoints") struct ServiceRegistryTests {
    static let b = "outbound|80||b.default.svc.cluster.local"

    @Test("clusters for unknown hosts are always there") func unknownHosts() {
        let clusters = registry([]).clusters()
        #expect(clusters.map(\.name) == ["BlackHoleCluster", "PassthroughCluster"])
        #expect(clusters.map(\.type) == [.static, .dynamicHost])
    }

    @Test(
        "a port is the workload's, else what is aimed at, else the service's",
        arguments: [
            (nil, [:], 80), (.number(8080), [:], 8080), (.number(8080), ["http": 9], 9), (.name("web"), ["web": 7], 7),
            (.name("web"), ["http": 9], nil),
        ] as [(ServicePort.Target?, [String: UInt32], Int?)])
    func ports(target: ServicePort.Target?, ports: [String: UInt32], expected: Int?) {
        let registry = registry([
            service("b", ports: [port(80, to: target)]), workload("b1", ports: ports, labels: ["app": "b"]),
        ])
        #expect(registry.cluster(Self.b)?.addresses == expected.map { ["10.0.0.1:\($0)"] } ?? [])
    }

    @Test("labels of the metadata win over those of the spec, and all of a selector must be there") func labels() {
        let registry = registry([
            service("b", selector: ["app": "b", "tier": "1"]),
            workload("one", "10.0.0.1", labels: ["app": "x", "tier": "1"], metadata: ["app": "b"]),
            workload("two", "10.0.0.2", labels: ["app": "b", "tier": "1"], metadata: ["tier": "2"]),
            workload("three", "10.0.0.3", in: "other", labels: ["app": "b", "tier": "1"]),
        ])
        #expect(registry.cluster(Self.b)?.addresses == ["10.0.0.1:80"])
    }

    @Test("a service without a selector has no endpoints, and its cluster is there") func noSelector() {
        let registry = registry([service("b", selector: [:]), workload("one", labels: ["app": "b"])])
        #expect(registry.cluster(Self.b)?.addresses == [])
    }

    @Test("an endpoint tells its weight, its workload and its version") func endpoint() throws {
        let registry = registry([
            service("b"), workload("b-1", labels: ["app": "b", "version": "v2"], weight: 3),
            workload("b-2", "web.test"),
        ])
        let endpoint = try #require(registry.cluster(Self.b)?.loadAssignment.endpoints.first)
        #expect(endpoint.loadBalancingWeight == 3)
        let istio = endpoint.metadata.filterMetadata["istio"]
        #expect(istio?["workload"] == .string("b-1;default;b;v2;"))
        #expect(istio?["version"] == .string("v2"))
    }

    @Test(
        "how endpoints are found depends on the resolution",
        arguments: [
            (.none, [], .originalDestination, []), (.static, ["10.1.1.1"], .static, ["10.1.1.1:80"]),
            (.static, ["unix:///run/s"], .static, ["/run/s"]), (.static, [], .static, []),
            (.dns, [], .strictDNS, ["api.example.com:80"]),
            (.dns, ["a.test", "b.test"], .strictDNS, ["a.test:80", "b.test:80"]),
            (.dnsRoundRobin, ["a.test"], .logicalDNS, ["a.test:80"]), (.dynamicDNS, [], .dynamicHost, []),
        ] as [(ServiceEntry.Resolution, [String], DiscoveryType, [String])])
    func resolution(
        resolution: ServiceEntry.Resolution, addresses: [String], type: DiscoveryType, expected: [String]
    ) {
        let cluster = registry([serviceEntry(resolution, addresses: addresses)])
            .cluster("outbound|80||api.example.com")
        #expect(cluster?.type == type)
        #expect(cluster?.addresses == expected)
    }

    @Test("a ServiceEntry selects WorkloadEntries of its namespace") func selector() {
        let registry = registry([
            serviceEntry(.static, ports: [port(80, to: .number(81))], selector: ["app": "x"]),
            workload("one", labels: ["app": "x"]), workload("two", "10.0.0.2", in: "other", labels: ["app": "x"]),
        ])
        #expect(registry.cluster("outbound|80||api.example.com")?.addresses == ["10.0.0.1:81"])
    }

    @Test("ServiceEntries of one host and namespace are one service; those of others lose it to the first")
    func severalEntries() {
        let registry = registry([
            serviceEntry(named: "a", .static, ports: [port(80)], addresses: ["10.0.0.1"]),
            serviceEntry(
                named: "b", host: "API.example.com", .static, ports: [port(80), port(81, "alt")],
                addresses: ["10.0.0.2"]),
            serviceEntry(named: "c", in: "other", .static, ports: [port(82)]),
        ])
        #expect(registry.services.map(\.host) == ["api.example.com"])
        #expect(registry.service("api.EXAMPLE.com")?.ports.map(\.number) == [80, 81])
        #expect(registry.cluster("outbound|80||api.example.com")?.addresses == ["10.0.0.1:80", "10.0.0.2:80"])
        #expect(registry.cluster("outbound|81||api.example.com")?.addresses == ["10.0.0.2:81"])
    }

    @Test("nobody takes the host of a Kubernetes Service") func squatting() {
        let registry = registry([
            serviceEntry(host: "b.default.svc.cluster.local", .static, addresses: ["10.9.9.9"]), service("b"),
        ])
        #expect(registry.services.map(\.isKubernetes) == [true])
    }

    @Test("an ExternalName service has no cluster of its own; a host that nobody registered is looked up")
    func externalName() {
        let registry = registry([
            service("b"), service("alias", externalName: "b.default.svc.cluster.local"),
            service("far", ports: [port(80), port(81, to: .number(8081))], externalName: "far.test"),
        ])
        let names = registry.clusters().dropFirst(2).map(\.name)
        #expect(names == [Self.b, "outbound|80||far.test", "outbound|81||far.test"])
        #expect(registry.cluster("outbound|81||far.test")?.addresses == ["far.test:8081"])
        #expect(registry.cluster("outbound|81||far.test")?.type == .strictDNS)
    }

    @Test(
        "a rule is seen where it is exported to",
        arguments: [
            ([], true), (["*"], true), (["."], false), (["~"], false), (["default"], true), (["a", "b"], false),
        ] as [([String], Bool)])
    func exports(exportTo: [String], isSeen: Bool) {
        let registry = registry([
            serviceEntry(in: "other", .static, exportTo: exportTo),
            service("s", in: "other", exportTo: exportTo.isEmpty ? nil : exportTo.joined(separator: ", ")),
        ])
        #expect((registry.service("api.example.com") != nil) == isSeen)
        #expect((registry.service("s.other.svc.cluster.local") != nil) == isSeen)
    }

    @Test("UDP ports are left out, and a port that is not named by what it speaks is warned of") func portNames() {
        let rule = service("b", ports: [port(80, "web", .unnamed), port(53, "dns", .udp)])
        let registry = registry([rule])
        #expect(registry.services.first?.ports.map(\.number) == [80])
        #expect(
            registry.warnings[rule.name]?.first?.hasPrefix("[IST0118] Port name web (port: 80, targetPort: 80)") == true
        )
    }
}
