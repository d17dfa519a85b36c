import ApusConfig

/// Chooses an endpoint for each request. One for each cluster and worker, made anew when the endpoints change.
struct LoadBalancer {
    /// The endpoints of the best priority that has any which may be used.
    private let hosts: [UpstreamHost]
    private let policy: LoadBalancingPolicy
    /// nil when all weights are equal.
    private var weights: SmoothWeights?
    private var turn: Int

    init(policy: LoadBalancingPolicy, hosts all: [UpstreamHost], random: inout RandomSource) {
        self.policy = policy
        hosts = Self.eligible(all)
        turn = hosts.isEmpty ? 0 : Int(random.next() % UInt64(hosts.count))
        let unequal = Set(hosts.map(\.endpoint.weight)).count > 1
        weights = unequal ? SmoothWeights(hosts.map { Int($0.endpoint.weight) }, random: &random) : nil
    }

    /// Healthy endpoints of the lowest priority number that has some; with none anywhere, every endpoint of the first
    /// priority (a panic is better than no service, as in Envoy).
    private static func eligible(_ all: [UpstreamHost]) -> [UpstreamHost] {
        let priorities = Set(all.map(\.endpoint.priority)).sorted()
        for priority in priorities {
            let usable = all.filter { $0.endpoint.priority == priority && $0.endpoint.health.isUsable }
            if !usable.isEmpty { return usable }
        }
        guard let first = priorities.first else { return [] }
        return all.filter { $0.endpoint.priority == first }
    }

    @inline(__always)
    mutating func pick(random: inout RandomSource, hash: UInt64?) -> UpstreamHost? {
        if hosts.count <= 1 { return hosts.first }
        switch policy {
        case .roundRobin:
            if let index = weights?.next() { return hosts[index] }
            turn += 1
            if turn >= hosts.count { turn = 0 }
            return hosts[turn]
        case .random:
            return hosts[Int(random.next() % UInt64(hosts.count))]
        case .leastRequest(let settings):
            return leastRequest(choices: Int(settings.choiceCount), random: &random)
        case .ringHash, .maglev:
            return hosts[Int((hash ?? random.next()) % UInt64(hosts.count))]
        }
    }

    /// The least busy, for its weight, of some endpoints drawn by chance.
    private func leastRequest(choices: Int, random: inout RandomSource) -> UpstreamHost? {
        var best: UpstreamHost?
        var bestLoad = Double.infinity
        for _ in 0..<max(choices, 1) {
            let host = hosts[Int(random.next() % UInt64(hosts.count))]
            let load = Double(host.load + 1) / Double(max(host.endpoint.weight, 1))
            if load < bestLoad {
                best = host
                bestLoad = load
            }
        }
        return best
    }
}

extension HealthStatus {
    var isUsable: Bool {
        switch self {
        case .unknown, .healthy, .degraded: true
        case .unhealthy, .draining, .timeout: false
        }
    }
}

/// Weighted round robin that spreads each endpoint's turns evenly, and not in runs.
struct SmoothWeights {
    private let weights: [Int]
    private let total: Int
    private var current: [Int]

    init(_ weights: [Int], random: inout RandomSource) {
        self.weights = weights
        total = weights.reduce(0, +)
        current = weights.map { _ in 0 }
        // Workers (and proxies of a fleet) must not all begin with the same endpoint.
        for _ in 0..<Int(random.next() % UInt64(max(min(total, 1000), 1))) { _ = next() }
    }

    /// The index of the next endpoint; nil when there are none.
    mutating func next() -> Int? {
        var best: Int?
        for i in weights.indices {
            current[i] += weights[i]
            if best.map({ current[i] > current[$0] }) ?? true { best = i }
        }
        if let best { current[best] -= total }
        return best
    }
}
