extension Cluster {
    mutating func applyBalancing(_ settings: LoadBalancerSettings?) {
        switch settings?.policy ?? .leastRequest {
        case .roundRobin: lbPolicy = .roundRobin
        case .random: lbPolicy = .random
        case .leastRequest, .passthrough: lbPolicy = .leastRequest(LeastRequestSettings())
        case .consistentHash(let hash):
            switch hash.algorithm {
            case .ringHash(let size):
                let settings = RingHashSettings()
                lbPolicy = .ringHash(RingHashSettings(minimumRingSize: min(size, settings.maximumRingSize)))
            case .maglev(let size): lbPolicy = .maglev(MaglevSettings(tableSize: size))
            }
        }
        guard let warmup = settings?.warmup, warmup.duration > .zero else { return }
        switch lbPolicy {
        case .roundRobin, .leastRequest:
            slowStart = SlowStartSettings(
                window: warmup.duration, aggression: warmup.aggression, minimumPercent: warmup.minimumPercent)
        case .random, .ringHash, .maglev: break
        }
    }
}

extension LoadBalancerSettings {
    /// What a route must make a hash of; empty without consistent hashing.
    var hashPolicies: [HashPolicy] {
        guard case .consistentHash(let hash) = policy else { return [] }
        return [HashPolicy(key: hash.key.hashKey, source: source)]
    }
}

extension LoadBalancerSettings.ConsistentHash.Key {
    fileprivate var hashKey: HashKey {
        switch self {
        case .header(let name): .header(name: name, rewrite: nil)
        case .cookie(let cookie): .cookie(cookie)
        case .sourceIP: .sourceIP
        case .queryParameter(let name): .queryParameter(name)
        }
    }
}
