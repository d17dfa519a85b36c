import Testing

@testable import ApusConfig

/// Rules made and changed by chance: a rule with itself is told as nothing, any two that differ are told as something.
@Suite("Any change is told") struct RuleEffectsPropertyTests {
    private static let rounds = 2000

    @Test("of VirtualServices")
    func virtualServices() {
        var random = SeededGenerator(seed: 21)
        var service = VirtualService()
        service.hosts = ["reviews"]
        for _ in 0..<Self.rounds {
            let before = service
            for _ in 0..<Int.random(in: 1...3, using: &random) { Self.change(&service, using: &random) }
            check(.virtualService(before), .virtualService(service), of: .virtualService)
            if service.http.count > 6 { service.http.removeLast(3) }
        }
    }

    @Test("of DestinationRules")
    func destinationRules() {
        var random = SeededGenerator(seed: 22)
        var rule = DestinationRule()
        rule.host = "reviews"
        for _ in 0..<Self.rounds {
            let before = rule
            for _ in 0..<Int.random(in: 1...3, using: &random) { Self.change(&rule, using: &random) }
            let effects = check(.destinationRule(before), .destinationRule(rule), of: .destinationRule)
            // Only the order may be told in so few words.
            if effects.contains(where: { $0.contains("written otherwise") }) {
                let (old, new) = (before.subsets.map { "\($0)" }, rule.subsets.map { "\($0)" })
                #expect(before.trafficPolicy == rule.trafficPolicy && old.sorted() == new.sorted())
            }
            if rule.subsets.count > 6 { rule.subsets.removeLast(3) }
        }
    }

    @discardableResult
    private func check(_ before: RuleSpec, _ after: RuleSpec, of kind: RuleKind) -> [String] {
        let name = RuleName(kind: kind, namespace: "default", name: "reviews")
        let (old, new) = (Rule(name: name, spec: before), Rule(name: name, spec: after))
        #expect(RuleEffects.of(old, old).isEmpty)
        #expect(RuleEffects.of(old, new).isEmpty == (before == after), "\(before) \(after)")
        #expect(!RuleEffects.of(nil, new).isEmpty && RuleEffects.of(old, nil).count == 1)
        return RuleEffects.of(old, new)
    }

    @Test("and what is more than a line takes is counted, whatever the values hold")
    func bounded() {
        let name = RuleName(kind: .virtualService, namespace: "default", name: "reviews")
        var service = VirtualService()
        service.hosts = (0..<1000).map { "host\($0)" }
        var rule = HTTPRule()
        let long = String(repeating: "a\n\u{1B}[31m", count: 1000)
        rule.match = (0..<1000).map { number in
            var match = HTTPMatch()
            match.headers = [NamedMatch(name: "x-\(number)", match: .exact(long))]
            return match
        }
        rule.route = (0..<1000).map { HTTPDestination(destination: Destination(host: "\(long)\($0)"), weight: 1) }
        rule.headers.request.set = (0..<1000).map { .init(name: "x-\($0)", value: long) }
        rule.name = long
        service.http = [rule]
        var other = service
        other.http[0].match.reverse()
        other.http[0].match.removeLast(10)
        other.http[0].route.removeLast(500)
        other.http[0].headers.request.set[0].value += "b"
        other.http.append(HTTPRule())
        let (old, new) = (
            Rule(name: name, spec: .virtualService(service)), Rule(name: name, spec: .virtualService(other))
        )
        let lines = RuleEffects.of(old, new) + RuleEffects.of(nil, old) + RuleEffects.of(new, old)
        #expect(lines.contains { $0.hasSuffix("x-0: another value") })
        for line in lines {
            #expect(line.unicodeScalars.count < 6000)
            #expect(line.unicodeScalars.allSatisfy { $0.value >= 32 })
        }
    }

    // MARK: Changes

    private static func change(_ service: inout VirtualService, using random: inout SeededGenerator) {
        if service.http.isEmpty || random.next() % 5 == 0 {
            service.http.insert(HTTPRule(), at: Int.random(in: 0...service.http.count, using: &random))
        }
        let index = Int.random(in: service.http.indices, using: &random)
        let number = UInt32.random(in: 0...3, using: &random)
        switch random.next() % 8 {
        case 0: service.http.remove(at: index)
        case 1: service.http.shuffle(using: &random)
        case 2: service.hosts = ["reviews", "ratings", "details"].filter { _ in random.next() % 2 == 0 }
        case 3: service.gateways = number == 0 ? nil : number == 1 ? ["mesh"] : ["front", "mesh"]
        case 4: service.hasTCPOrTLS.toggle()
        default: change(&service.http[index], number, using: &random)
        }
    }

    private static func change(_ rule: inout HTTPRule, _ number: UInt32, using random: inout SeededGenerator) {
        let destination = Destination(
            host: "reviews", subset: "v\(number)", port: random.next() % 3 == 0 ? number + 1 : nil)
        let percent = Percentage(millionths: number * 1000)
        switch random.next() % 16 {
        case 0: rule.name = number == 0 ? "" : "rule\(number)"
        case 1:
            var match = HTTPMatch()
            match.name = random.next() % 4 == 0 ? "match" : ""
            match.uri = number == 0 ? nil : number == 1 ? .exact("/a") : number == 2 ? .prefix("/a") : .regex("/a")
            match.ignoreUriCase = random.next() % 2 == 0
            match.headers = [NamedMatch(name: "x-\(number)", match: .present)]
            rule.match.append(match)
        case 2: rule.match.shuffle(using: &random)
        case 3: rule.match = []
        case 4: rule.route.append(HTTPDestination(destination: destination, weight: number))
        case 5: rule.route = []
        case 6: rule.route.shuffle(using: &random)
        case 7: rule.mirrors = [HTTPMirror(destination: destination, percentage: percent)]
        case 8:
            rule.fault = HTTPFaultInjection()
            if number > 1 { rule.fault?.delay = .init(percentage: percent, fixedDelay: .seconds(Int(number))) }
            if number < 3 { rule.fault?.abort = .init(percentage: percent, status: .grpc(number)) }
        case 9: rule.timeout = number == 0 ? nil : .milliseconds(Int(number))
        case 10:
            rule.retries = HTTPRetry()
            rule.retries?.attempts = number == 3 ? nil : number
            rule.retries?.retryOn = random.next() % 2 == 0 ? "5xx" : ""
        case 11:
            rule.corsPolicy = IstioCORSPolicy()
            rule.corsPolicy?.allowOrigins = [.exact("\(number)")]
            rule.corsPolicy?.allowCredentials = number == 0 ? nil : number == 1
        case 12: rule.headers.request.set.append(.init(name: "x-\(number)", value: "\(random.next() % 3)"))
        case 13: rule.headers = HeaderOperations()
        case 14:
            rule.rewrite = HTTPRewrite()
            rule.rewrite?.uri = number == 0 ? nil : "/\(number)"
        default:
            rule.directResponse = HTTPDirectResponse(status: 200 + number)
            rule.directResponse?.body = Array("\(number)".utf8)
        }
    }

    private static func change(_ rule: inout DestinationRule, using random: inout SeededGenerator) {
        let number = UInt32.random(in: 0...3, using: &random)
        switch random.next() % 7 {
        case 0:
            var subset = Subset(name: "v\(number)")
            subset.labels = number == 0 ? [:] : ["version": "v\(number)"]
            rule.subsets.append(subset)
        case 1: rule.subsets.shuffle(using: &random)
        case 2: if !rule.subsets.isEmpty { rule.subsets.removeFirst() }
        case 3: rule.host = number == 0 ? "ratings" : "reviews"
        case 4:
            guard let index = rule.subsets.indices.randomElement(using: &random) else { return }
            rule.subsets[index].trafficPolicy = policy(number, using: &random)
        default: rule.trafficPolicy = policy(number, using: &random)
        }
    }

    private static func policy(_ number: UInt32, using random: inout SeededGenerator) -> TrafficPolicy? {
        guard random.next() % 5 != 0 else { return nil }
        var policy = TrafficPolicy()
        switch random.next() % 6 {
        case 0:
            policy.connectionPool = ConnectionPool()
            policy.connectionPool?.maxConnections = number == 0 ? nil : number
        case 1:
            policy.loadBalancer = LoadBalancerSettings()
            policy.loadBalancer?.policy = number == 0 ? .random : .consistentHash(.init(key: .header("x-\(number)")))
        case 2:
            policy.outlierDetection = OutlierSettings()
            policy.outlierDetection?.consecutive5xxErrors = number
        case 3:
            policy.tls = ClientTLSSettings()
            policy.tls?.mode = number == 0 ? .disable : .simple
            policy.tls?.privateKey = "\(number)"
        case 4: policy.retryBudget = RetryBudgetSettings()
        default: policy.portLevel[number] = TrafficPolicy()
        }
        return policy
    }

    @Test("of a hundred thousand rules in a time that grows with them", .timeLimit(.minutes(1)))
    func many() {
        let name = RuleName(kind: .virtualService, namespace: "default", name: "reviews")
        func rule(_ order: [Int], subset: String) -> Rule {
            var service = VirtualService()
            service.hosts = ["reviews"]
            service.http = order.map { number in
                var rule = HTTPRule()
                var match = HTTPMatch()
                match.uri = .exact("/\(number)")
                rule.match = [match]
                rule.route = [HTTPDestination(destination: Destination(host: "reviews", subset: subset))]
                return rule
            }
            return Rule(name: name, spec: .virtualService(service))
        }
        let numbers = Array(0..<100_000)
        let effects = RuleEffects.of(rule(numbers, subset: "v1"), rule(numbers.reversed(), subset: "v2"))
        #expect(effects.count == 100_001)
        #expect(
            effects.first == "reviews when the path is /99999: 100 % of requests moves from reviews v1 to reviews v2")
    }
}
