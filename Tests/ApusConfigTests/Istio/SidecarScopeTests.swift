import Testing

@testable import ApusConfig

@Suite("A Sidecar says which hosts are known") struct SidecarScopeTests {
    static func sidecar(
        named name: String = "s", in namespace: String = "default", _ hosts: [String]?,
        selector: [String: String]? = nil
    ) -> Rule {
        var spec = Sidecar()
        spec.egressHosts = hosts
        spec.workloadSelector = selector
        return rule(.sidecar, name, in: namespace, .sidecar(spec))
    }

    @Test(
        "hosts are a namespace and a name, each of which may be all",
        arguments: [
            (["*/*"], ["a", "b"]), (["./*"], ["a"]), (["other/*"], ["b"]), (["~/*"], []),
            (["*/a.default.svc.cluster.local"], ["a"]), (["*/*.other.svc.cluster.local"], ["b"]),
            (["*/*", "~other/*"], ["a"]), (["~other/*"], []),
        ] as [([String], [String])])
    func hosts(egress: [String], expected: [String]) {
        let registry = registry([service("a"), service("b", in: "other"), Self.sidecar(egress)])
        #expect(registry.services.map(\.name) == expected)
    }

    @Test("the one that selects the workload comes first, then the namespace's, then the root namespace's")
    func choice() {
        let selecting = Self.sidecar(named: "one", ["./a"], selector: ["app": "x"])
        let own = Self.sidecar(named: "two", ["./b"])
        let root = Self.sidecar(named: "three", in: "istio-system", ["./c"])
        let labelled = identity(labels: ["app": "x"])
        #expect(registry([root, own, selecting], labelled).sidecar?.egressHosts == ["./a"])
        #expect(registry([root, own, selecting]).sidecar?.egressHosts == ["./b"])
        #expect(registry([root, selecting]).sidecar?.egressHosts == ["./c"])
        #expect(registry([selecting]).sidecar == nil)
    }

    @Test("what a VirtualService leads to has a cluster although it is outside") func destinations() {
        var spec = VirtualService()
        spec.hosts = ["a"]
        var http = HTTPRule()
        http.route = [HTTPDestination(destination: Destination(host: "b.other.svc.cluster.local"))]
        spec.http = [http]
        let registry = registry([
            service("a"), service("b", in: "other"), service("c", in: "other"), Self.sidecar(["./*"]),
            rule(.virtualService, "v", .virtualService(spec)),
        ])
        #expect(registry.dependsOnVirtualServices)
        #expect(registry.services.map(\.name) == ["a"])
        #expect(registry.cluster("outbound|80||b.other.svc.cluster.local") != nil)
        #expect(registry.cluster("outbound|80||c.other.svc.cluster.local") == nil)
    }

    @Test("a rule's wildcard is reachable when some host within it is") func wildcards() {
        let registry = registry([Self.sidecar(["./a.example.com"])])
        #expect(registry.isReachable(host: "*.example.com", namespace: "default"))
        #expect(!registry.isReachable(host: "b.example.com", namespace: "default"))
        #expect(!registry.isReachable(host: "a.example.com", namespace: "other"))
    }
}
