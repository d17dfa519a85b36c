import Testing

@testable import ApusConfig

@Suite("The sidecar's listener")
struct OutboundTests {
    private func listener(
        _ rules: [Rule] = [], _ services: TestServices, policy: OutboundPolicy = .allowAny,
        namespace: String = "default"
    ) throws -> Listener {
        var identity = ProxyIdentity()
        identity.namespace = namespace
        identity.outbound = .socket(host: "127.0.0.1", port: 15001)
        identity.outboundPolicy = policy
        return try #require(RuleListeners(identity: identity).compile(ruleSet(rules), registry: services).first)
    }

    @Test("A service has a virtual host for each port that speaks HTTP; the one for 80 is that without a port, too")
    func ports() throws {
        let made = try listener(
            [], TestServices().add("b", ports: [8080, 80, 3306], tcp: [3306], addresses: ["10.0.0.1"]))
        #expect(made.hosts.map(\.name).contains("b.default.svc.cluster.local:8080"))
        #expect(made.routes(of: "b") == ["default: prefix / -> outbound|80||b.default"])
        #expect(
            made.routes(of: "b.default.svc.cluster.local.:8080") == ["default: prefix / -> outbound|8080||b.default"])
        for name in ["b:80", "b.default", "b.default.svc:80", "b.default.svc.cluster.local", "10.0.0.1", "10.0.0.1:80"]
        {
            #expect(made.routes(of: name) != nil, "\(name)")
        }
        #expect(made.routes(of: "b:3306") == nil)
    }

    @Test("Without port 80 the lowest is that without a port")
    func portless() throws {
        let made = try listener([], TestServices().add("b", ports: [9090, 8000]))
        #expect(made.routes(of: "b") == ["default: prefix / -> outbound|8000||b.default"])
    }

    @Test("The short name is for callers of the same namespace")
    func names() throws {
        let made = try listener([], TestServices().add("far", in: "other"))
        #expect(made.routes(of: "far") == nil)
        #expect(made.routes(of: "far.other") != nil)
    }

    @Test("Headless services are known by the names of their pods, ServiceEntries by their hosts as written")
    func otherNames() throws {
        let services = TestServices().add("h", isHeadless: true).add(entry: "*.foo.test", ports: [443, 80])
            .add(entry: "v6.test", addresses: ["2001:db8::1", "10.0.0.0/24", "10.1.0.1/32"])
        let made = try listener([], services)
        #expect(made.routes(of: "*.h.default.svc.cluster.local:80") != nil)
        #expect(made.routes(of: "*.foo.test") == ["default: prefix / -> outbound|80||*.foo.test"])
        #expect(made.routes(of: "*.foo.test:443") != nil)
        #expect(made.routes(of: "[2001:db8::1]:80") != nil)
        #expect(made.routes(of: "10.1.0.1") != nil)
        #expect(!made.hosts.contains { $0.domains.contains { $0.hasPrefix("10.0.0.0") } })
    }

    @Test("A VirtualService host that is no service exists on port 80")
    func outside() throws {
        let made = try listener([virtualService("x", hosts: ["x.test"], rule(to: "x.test"))], TestServices())
        #expect(made.routes(of: "x.test") == ["prefix / -> outbound|80||x.test"])
        #expect(made.routes(of: "x.test:80") != nil)
        #expect(made.hosts.filter { $0.name.hasPrefix("x.test") }.count == 1)
    }

    @Test("The oldest VirtualService has a host, whole")
    func conflict() throws {
        let newer = virtualService("a", hosts: ["b"], created: 2, rule(match(.prefix("/c"))))
        let older = virtualService("z", hosts: ["b"], created: 1, rule(to: "z"))
        #expect(
            try listener([newer, older], TestServices().add("b")).routes(of: "b") == [
                "prefix / -> outbound|80||z.default"
            ])
    }

    @Test("An exact host comes before a wildcard, a longer wildcard before a shorter, whatever their age")
    func wildcards() throws {
        let services = TestServices().add("b").add("c").add("d", in: "far")
        let rules = [
            virtualService("short", hosts: ["*.svc.cluster.local"], created: 1, rule(to: "short")),
            virtualService("long", hosts: ["*.default.svc.cluster.local"], created: 2, rule(to: "long")),
            virtualService("exact", hosts: ["b"], created: 3, rule(to: "exact")),
            virtualService("other", hosts: ["*.unknown.test"], created: 4, rule(to: "other")),
        ]
        let made = try listener(rules, services)
        #expect(made.routes(of: "b") == ["prefix / -> outbound|80||exact.default"])
        #expect(made.routes(of: "c") == ["prefix / -> outbound|80||long.default"])
        #expect(made.routes(of: "d.far") == ["prefix / -> outbound|80||short.default"])
        #expect(made.routes(of: "*.unknown.test") == ["prefix / -> outbound|80||other.default"])
        #expect(made.routes(of: "*.default.svc.cluster.local") == nil)
    }

    @Test("What is not exported here, or bound to Gateways only, does not lead the mesh")
    func visibility() throws {
        let rules = [
            virtualService(
                "hidden", in: "there", hosts: ["b.default.svc.cluster.local"], exportTo: ["."], rule(to: "no")),
            virtualService("edge", hosts: ["b"], gateways: ["gw"], rule(to: "no")),
            virtualService(
                "seen", in: "there", hosts: ["b.default.svc.cluster.local"], exportTo: ["default"], rule(to: "yes")),
        ]
        #expect(try listener(rules, TestServices().add("b")).routes(of: "b") == ["prefix / -> outbound|80||yes.there"])
    }

    @Test("A VirtualService without a rule for the mesh leaves a service its default route")
    func noRule() throws {
        let rule = virtualService("b", hosts: ["b"], gateways: ["mesh", "gw"], rule(match { $0.gateways = ["gw"] }))
        #expect(
            try listener([rule], TestServices().add("b")).routes(of: "b") == [
                "default: prefix / -> outbound|80||b.default"
            ])
    }

    @Test("Requests to unknown hosts pass through, or are refused where only the registry counts")
    func unknown() throws {
        #expect(try listener([], TestServices()).routes(of: "*") == ["allow_any: prefix / -> PassthroughCluster"])
        #expect(
            try listener([], TestServices(), policy: .registryOnly).routes(of: "*") == ["block_all: prefix / -> 502"])
        let services = TestServices()
        services.sidecar = Sidecar()
        services.sidecar?.outboundTrafficPolicy = .registryOnly
        #expect(try listener([], services).routes(of: "*") == ["block_all: prefix / -> 502"])
    }

    @Test("Requests to the listener's own address are refused")
    func ownAddress() throws {
        let made = try listener([], TestServices())
        #expect(made.routes(of: "127.0.0.1:15001") == ["own_address: prefix / -> 502"])
        #expect(made.routes(of: "localhost:15001") != nil)
    }

    @Test("Absent clusters do not refuse the configuration; times have no limits")
    func manager() throws {
        let manager = try #require(try listener([], TestServices()).manager)
        #expect(!manager.routeConfig.validateClusters)
        #expect(manager.streamIdleTimeout == nil)
        #expect(manager.normalizePath && !manager.mergeSlashes)
        #expect(
            manager.httpFilters.map(\.name) == [
                "envoy.filters.http.fault", "envoy.filters.http.cors", "istio.stats", "envoy.filters.http.router",
            ])
    }

    @Test("The access log has Istio's keys")
    func accessLog() throws {
        let log = try #require(AccessLog.ofRules(to: "-").first)
        #expect(log.sink == .stdout)
        guard case .custom(let format) = log.format, case .json(.object(let members)) = format.layout else {
            Issue.record("no JSON")
            return
        }
        #expect(members.count == 24)
        #expect(AccessLog.ofRules(to: nil).isEmpty)
    }
}
