import ApusConfig
import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Chooses among the endpoints of one priority, by the cluster's policy. Owned by the balancer of one worker.
final class HostPicker {
    private let hosts: [UpstreamHost]
    /// Too few endpoints are healthy, so all are used.
    let ignoresHealth: Bool
    private let policy: LoadBalancingPolicy
    /// nil when all weights are equal.
    private var weights: SmoothWeights?
    private var turns: WeightedTurns?
    private let turn: Turn
    private let table: HashTable?
    /// `hash_balance_factor`, per cent.
    private let balanceFactor: Int?
    /// Who chooses as long as some endpoint is new; nil: none is.
    private var slowTurns: SlowTurns?

    init(
        _ cluster: CompiledCluster, hosts: [UpstreamHost], ignoresHealth: Bool, turn: Turn,
        random: inout RandomSource
    ) {
        self.hosts = hosts
        self.ignoresHealth = ignoresHealth
        policy = cluster.cluster.lbPolicy
        self.turn = turn
        let unequal = Set(hosts.map(\.endpoint.weight)).count > 1
        switch policy {
        case .roundRobin where unequal:
            weights = SmoothWeights(hosts.map { Int($0.endpoint.weight) }, random: &random)
        case .leastRequest where unequal:
            turns = WeightedTurns(count: hosts.count, random: &random)
        default: break
        }
        table = hosts.count > 1 ? cluster.hashTable(hosts.map { cluster.hashMember($0.endpoint) }) : nil
        balanceFactor = cluster.cluster.commonLbConfig.hashBalanceFactor.map(Int.init)
        if let slowStart = cluster.slowStart, hosts.count > 1, let newest = hosts.map(\.joined).max() {
            slowTurns = SlowTurns(
                start: slowStart, until: newest + .nanoseconds(slowStart.window),
                turns: WeightedTurns(count: hosts.count, random: &random))
        }
    }

    /// `attempt` counts from 0: later ones of the same request look for another endpoint than the first.
    @inline(__always)
    func pick(random: inout RandomSource, hash: UInt64?, attempt: Int) -> UpstreamHost? {
        if hosts.count <= 1 { return hosts.first }
        if slowTurns != nil, let host = pickSlowly() { return host }
        switch policy {
        case .roundRobin:
            if let index = weights?.next() { return hosts[index] }
            return hosts[turn.next(of: hosts.count)]
        case .random:
            return hosts[Int(random.next() % UInt64(hosts.count))]
        case .leastRequest(let settings):
            if turns != nil { return weightedLeastRequest(bias: settings.activeRequestBias) }
            return leastRequest(choices: Int(settings.choiceCount), random: &random)
        case .ringHash, .maglev:
            return consistent(hash ?? random.next(), attempt: attempt)
        }
    }

    /// The least busy of some endpoints drawn by chance.
    private func leastRequest(choices: Int, random: inout RandomSource) -> UpstreamHost {
        var best = hosts[Int(random.next() % UInt64(hosts.count))]
        for _ in 1..<max(choices, 2) {
            let host = hosts[Int(random.next() % UInt64(hosts.count))]
            if host.load < best.load { best = host }
        }
        return best
    }

    /// With weights, endpoints take turns, the less often the busier they are.
    private func weightedLeastRequest(bias: Double) -> UpstreamHost? {
        turns?.next { index in
            let host = hosts[index]
            let weight = Double(max(host.endpoint.weight, 1))
            if bias == 0 { return weight }
            let load = Double(host.load + 1)
            return weight / (bias == 1 ? load : pow(load, bias))
        }.map { hosts[$0] }
    }

    // MARK: Slow start

    /// nil from when no endpoint is new any more.
    private func pickSlowly() -> UpstreamHost? {
        let now = hosts[0].cluster.worker.now
        guard let slow = slowTurns, now < slow.until else {
            slowTurns = nil
            return nil
        }
        var bias = 0.0
        if case .leastRequest(let settings) = policy { bias = settings.activeRequestBias }
        return slowTurns?.turns.next { index in
            let host = hosts[index]
            let weight = Double(max(host.endpoint.weight, 1)) * slow.start.factor(age: (now - host.joined).nanoseconds)
            return bias == 0 ? weight : weight / pow(Double(host.load + 1), bias)
        }.map { hosts[$0] }
    }

    private struct SlowTurns {
        let start: SlowStart
        let until: NIODeadline
        var turns: WeightedTurns
    }

    // MARK: Consistent hashing

    private func consistent(_ hash: UInt64, attempt: Int) -> UpstreamHost? {
        guard let index = table?.member(for: hash, attempt: attempt) else { return hosts.first }
        guard let balanceFactor, isOverloaded(hosts[index], factor: balanceFactor) else { return hosts[index] }
        // The next one is drawn by chance, but by the same chance for the same hash; taking the neighbour on the ring
        // would move the whole load of an endpoint to one other.
        var order = Array(hosts.indices)
        var draw = RandomSource(seed: hash)
        var lightest = index
        for last in stride(from: order.count - 1, through: 0, by: -1) {
            order.swapAt(last, Int(draw.next() % UInt64(last + 1)))
            let candidate = order[last]
            if candidate == index { continue }
            if !isOverloaded(hosts[candidate], factor: balanceFactor) { return hosts[candidate] }
            if hosts[candidate].load < hosts[lightest].load { lightest = candidate }
        }
        return hosts[lightest]
    }

    /// More requests under way than its share of all, times the factor, allows.
    private func isOverloaded(_ host: UpstreamHost, factor: Int) -> Bool {
        var active = 0
        var weight = 0.0
        for host in hosts {
            active += host.load
            weight += Double(max(host.endpoint.weight, 1))
        }
        let slots = Double(((active + 1) * factor + 99) / 100)
        let share = Double(max(host.endpoint.weight, 1)) / weight
        return Double(host.load) > max((slots * share).rounded(.up), 1)
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

/// Earliest deadline first: each endpoint's next turn comes after a time that its weight at its last turn shortens.
struct WeightedTurns {
    private var deadlines: [Double]
    private var time = 0.0

    init(count: Int, random: inout RandomSource) {
        var deadlines: [Double] = []
        for _ in 0..<count { deadlines.append(Double(random.next() >> 11) / Double(1 << 53) / 1000) }
        self.deadlines = deadlines
    }

    /// The index whose turn it is; nil when there are none. `weight` is asked for that one.
    mutating func next(weight: (Int) -> Double) -> Int? {
        guard let index = deadlines.indices.min(by: { deadlines[$0] < deadlines[$1] }) else { return nil }
        time = max(time, deadlines[index])
        deadlines[index] = time + 1 / max(weight(index), .leastNonzeroMagnitude)
        return index
    }
}
