import Testing

@testable import ApusConfig

@Suite("Compiling changes of rules")
struct RuleListenersTests {
    private static var identity: ProxyIdentity {
        var identity = ProxyIdentity()
        identity.outbound = .socket(host: "127.0.0.1", port: 15001)
        return identity
    }

    /// A rule of a small world in which names collide often.
    private func randomRule(_ random: inout Chance) -> Rule {
        let hosts = ["a", "b", "c", "x.test", "y.test", "*.test", "*.default.svc.cluster.local", "*.b.test"]
        let number = random.next(8)
        switch random.next(6) {
        case 0:
            return gateway(
                "g\(random.next(2))",
                server(
                    [80, 81][random.next(2)], hosts: ["*", "*.test", "x.test"][random.next(3)],
                    redirects: random.next(3) == 0))
        case 1:
            // A delegate.
            return virtualService("d\(random.next(2))", rule(to: hosts[random.next(3)], match(.prefix("/\(number)"))))
        default:
            let delegates = random.next(3) == 0
            let made = rule(to: hosts[random.next(5)], match(.prefix("/\(number)"))) {
                if delegates {
                    $0.match = []
                    $0.route = []
                    $0.delegate = RuleDelegate(name: "d\(number % 2)")
                }
            }
            let gateways = [nil, ["g0"], ["mesh", "g1"]][random.next(3)]
            return virtualService(
                "v\(number)", hosts: [hosts[random.next(hosts.count)], hosts[random.next(3)]], gateways: gateways,
                created: random.next(2) == 0 ? Double(random.next(4)) : nil, made)
        }
    }

    private func services(_ random: inout Chance) -> (TestServices, [Rule]) {
        let services = TestServices()
        for name in ["a", "b", "c"] where random.next(3) > 0 {
            services.add(name, ports: random.next(2) == 0 ? [80] : [80, 81])
        }
        if random.next(2) == 0 { services.add(entry: "y.test", ports: [80, 8080]) }
        return (services, services.services.map(\.rule))
    }

    @Test("A change compiled onto what was there gives what compiling everything gives", arguments: 1...40)
    func sameAsFromScratch(seed: Int) {
        var random = Chance(seed: UInt64(seed))
        let listeners = RuleListeners(identity: Self.identity)
        var rules = RuleSet()
        var registry = TestServices()
        var known: [RuleName] = []
        for step in 0..<60 {
            var changed: [RuleName] = []
            switch random.next(5) {
            case 0 where !known.isEmpty:
                let name = known.remove(at: random.next(known.count))
                rules.remove(name)
                changed = [name]
            case 1:
                let before = registry.services.map(\.rule)
                let (next, made) = services(&random)
                registry = next
                for rule in before { rules.remove(rule.name) }
                for rule in made { rules.apply(rule) }
                changed = (before + made).map(\.name)
            default:
                let rule = randomRule(&random)
                if rules[rule.name] == nil { known.append(rule.name) }
                rules.apply(rule)
                changed = [rule.name]
            }
            let made = listeners.compile(rules, registry: registry, changed: step == 0 ? nil : changed)
            let wanted = RuleListeners(identity: Self.identity).compile(rules, registry: registry)
            guard made.map(\.sorted) != wanted.map(\.sorted) else { continue }
            let lines = Set(made.flatMap(\.printedHosts)).symmetricDifference(wanted.flatMap(\.printedHosts))
            Issue.record("step \(step), \(changed): \(lines.sorted())")
            return
        }
    }

    @Test("Changing one rule of thousands compiles its own virtual hosts only")
    func small() {
        let listeners = RuleListeners(identity: Self.identity)
        let services = TestServices().add("b")
        var rules = RuleSet()
        for number in 0..<2000 { rules.apply(virtualService("v\(number)", hosts: ["h\(number).test"], rule())) }
        let clock = ContinuousClock()
        let all = clock.measure { _ = listeners.compile(rules, registry: services) }
        let extra = virtualService("extra", hosts: ["extra.test"], rule())
        rules.apply(extra)
        var made: [Listener] = []
        let one = clock.measure { made = listeners.compile(rules, registry: services, changed: [extra.name]) }
        #expect(made.first?.routes(of: "extra.test") != nil)
        #expect(one < all / 4, "\(one) of \(all)")
    }
}

extension Listener {
    /// Places of hosts may differ, and gaps between them; their contents may not.
    fileprivate var sorted: Listener {
        guard var manager else { return self }
        manager.routeConfig.virtualHosts = manager.routeConfig.virtualHosts.filter { !$0.domains.isEmpty }
            .sorted { $0.name < $1.name }
        var listener = self
        listener.filterChains[0].filters = [.httpConnectionManager(manager)]
        return listener
    }

    fileprivate var printedHosts: [String] {
        hosts.map { "\(name) \($0.domains) \($0.requireTls) \($0.routes.map(\.printed))" }
    }
}

/// Repeatable chance.
private struct Chance {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
