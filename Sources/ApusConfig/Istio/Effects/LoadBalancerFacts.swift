/// `loadBalancer`
enum LoadBalancerFacts {
    static func of(_ settings: LoadBalancerSettings) -> [Fact] {
        var facts = [Fact.setting("load balancer", policy(settings.policy))]
        if let warmup = settings.warmup {
            let percent = EffectText.number(warmup.minimumPercent)
            facts.append(
                .setting(
                    "warm-up",
                    "\(EffectText.time(warmup.duration)) from \(percent) %, aggression \(EffectText.number(warmup.aggression))"
                ))
        }
        if settings.hasLocalitySettings {
            facts.append(.setting("locality", settings.usesLocality ? "counts" : "does not count"))
        }
        return facts
    }

    private static func policy(_ policy: LoadBalancerSettings.Policy) -> String {
        switch policy {
        case .leastRequest: "least request"
        case .roundRobin: "round robin"
        case .random: "random"
        case .passthrough: "passthrough"
        case .consistentHash(let hash): "consistent hash of \(key(hash.key)), \(algorithm(hash.algorithm))"
        }
    }

    private static func key(_ key: LoadBalancerSettings.ConsistentHash.Key) -> String {
        switch key {
        case .header(let name): return "header \(name)"
        case .sourceIP: return "the source address"
        case .queryParameter(let name): return "the query's \(name)"
        case .cookie(let cookie):
            let life = cookie.ttl.map { $0 == .zero ? " of the session" : " for \(EffectText.time($0))" } ?? ""
            let path = cookie.path.isEmpty ? "" : " at \(cookie.path)"
            let attributes = cookie.attributes.map { " \($0.name)=\($0.value)" }.joined()
            return "cookie \(cookie.name)\(life)\(path)\(attributes)"
        }
    }

    private static func algorithm(_ algorithm: LoadBalancerSettings.ConsistentHash.Algorithm) -> String {
        switch algorithm {
        case .ringHash(let size): "a ring of \(size)"
        case .maglev(let size): "a Maglev table of \(size)"
        }
    }
}
