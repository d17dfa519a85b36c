import Testing

@testable import ApusConfig

@Suite("One DestinationRule serves a host") struct DestinationRulesTests {
    static let host = "b.svc.svc.cluster.local"

    static func connections(_ rules: [Rule], _ who: ProxyIdentity = identity()) -> UInt32? {
        registry([service("b", in: "svc")] + rules, who).cluster("outbound|80||\(host)")?.maxConnections
    }

    @Test("the proxy's namespace comes first, then the service's, then the root namespace") func namespaces() {
        let own = destinationRule("one", host: Self.host, policy: policy(connections: 1))
        let theirs = destinationRule("two", in: "svc", host: "b", policy: policy(connections: 2))
        let root = destinationRule("three", in: "istio-system", host: "*.local", policy: policy(connections: 3))
        let elsewhere = destinationRule("four", in: "x", host: Self.host, policy: policy(connections: 4))
        #expect(Self.connections([elsewhere, root, theirs, own]) == 1)
        #expect(Self.connections([elsewhere, root, theirs]) == 2)
        #expect(Self.connections([elsewhere, root]) == 3)
        #expect(Self.connections([elsewhere]) == .max)
        // A rule for everybody in the root namespace comes last there, too.
        #expect(Self.connections([root, theirs], identity("istio-system")) == 2)
    }

    @Test("one that is not exported here serves nobody here") func exports() {
        let hidden = destinationRule("a", in: "svc", host: "b", policy: policy(connections: 2), exportTo: ["."])
        let root = destinationRule("c", in: "istio-system", host: Self.host, policy: policy(connections: 3))
        #expect(Self.connections([hidden, root]) == 3)
        #expect(Self.connections([hidden, root], identity("svc")) == 2)
    }

    @Test("the host itself beats wildcards, the longest wildcard the others, and nothing is combined") func wildcards()
    {
        let any = destinationRule("a", host: "*", policy: policy(connections: 1))
        let short = destinationRule("b", host: "*.local", policy: policy(connections: 2))
        let long = destinationRule("c", host: "*.SVC.svc.cluster.local", policy: policy(connections: 3))
        let exact = destinationRule("d", host: Self.host, subsets: [subset("v1")])
        #expect(Self.connections([any, short, long, exact]) == .max)
        #expect(Self.connections([any, short, long]) == 3)
        #expect(Self.connections([any, short]) == 2)
        #expect(Self.connections([any]) == 1)
    }

    @Test("rules of one host merge: subsets are joined, the first policy wins whole") func merging() throws {
        let registry = registry([
            service("b"),
            destinationRule("one", host: "b", subsets: [subset("v1", policy: policy(connections: 1))]),
            destinationRule(
                "two", host: "b.default.svc.cluster.local", policy: policy(connections: 5),
                subsets: [subset("v1", policy: policy(connections: 9)), subset("v2")]),
            destinationRule("three", host: "b", policy: policy(connections: 7)),
        ])
        func connections(_ subset: String) -> UInt32? {
            registry.cluster("outbound|80|\(subset)|b.default.svc.cluster.local")?.maxConnections
        }
        #expect([connections(""), connections("v1"), connections("v2")] == [5, 1, 5])
        #expect(registry.hasSubset("v2", of: "B.default.svc.cluster.local"))
        #expect(!registry.hasSubset("v3", of: "b.default.svc.cluster.local"))
    }

    @Test("a selector counts in the proxy's namespace, for its labels, and before rules without") func selectors() {
        let plain = destinationRule("a", host: Self.host, policy: policy(connections: 1))
        let chosen = destinationRule("b", host: Self.host, policy: policy(connections: 2), selector: ["app": "x"])
        #expect(Self.connections([plain, chosen], identity(labels: ["app": "x", "y": "z"])) == 2)
        #expect(Self.connections([plain, chosen]) == 1)
        let foreign = destinationRule("c", in: "svc", host: "b", policy: policy(connections: 3), selector: ["app": "x"])
        #expect(Self.connections([foreign], identity(labels: ["app": "x"])) == .max)
    }

    @Test("merging depends on age alone, not on the order of applying") func stable() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let count = Int.random(in: 1...6, using: &random)
            let made = (0..<count).map { index in
                let names = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    "v\(Int.random(in: 0...4, using: &random))"
                }
                return destinationRule(
                    "r\(index)", host: Bool.random(using: &random) ? "b" : "b.default.svc.cluster.local",
                    policy: Bool.random(using: &random) ? policy(connections: UInt32(index + 1)) : nil,
                    subsets: names.map { subset($0, policy: policy(connections: UInt32(index + 100))) },
                    created: Double(Int.random(in: 0...2, using: &random) * 10 + index))
            }
            let first = registry([service("b")] + made).clusters()
            let second = registry(made.shuffled(using: &random) + [service("b")]).clusters()
            #expect(first == second)
            #expect(Set(first.map(\.name)).count == first.count)
            let oldest = made.sorted { ($0.created ?? 0) < ($1.created ?? 0) }
            let expected = oldest.lazy.compactMap { rule -> UInt32? in
                guard case .destinationRule(let spec) = rule.spec else { return nil }
                return spec.trafficPolicy?.connectionPool?.maxConnections
            }.first
            let plain = first.first { $0.name == "outbound|80||b.default.svc.cluster.local" }
            #expect(plain?.maxConnections == expected ?? .max)
        }
    }

    @Test("a rule for a host that nobody registered is warned of") func unknownHost() {
        let lost = destinationRule("a", host: "reviews.prod")
        let wild = destinationRule("b", host: "*.prod")
        let registry = registry([lost, wild])
        #expect(registry.warnings == [lost.name: ["[IST0101] Referenced host not found: \"reviews.prod\""]])
    }
}
