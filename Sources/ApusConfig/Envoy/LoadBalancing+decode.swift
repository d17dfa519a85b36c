extension LoadBalancingPolicy {
    /// `lb_policy`, with the settings of the policy that it names, and their `slow_start_config`. Settings of another have
    /// no effect.
    static func decode(_ message: Message, _ slowStart: inout SlowStartSettings?) -> LoadBalancingPolicy {
        let kind: Kind =
            message["lb_policy"]?.choice([
                "ROUND_ROBIN": .roundRobin, "LEAST_REQUEST": .leastRequest, "RING_HASH": .ringHash, "RANDOM": .random,
                "": nil, "MAGLEV": .maglev, "CLUSTER_PROVIDED": nil, "LOAD_BALANCING_POLICY_CONFIG": nil,
            ]) ?? .roundRobin
        var policy = kind.policy
        let names = ["least_request_lb_config", "ring_hash_lb_config", "maglev_lb_config", "round_robin_lb_config"]
        for name in names {
            guard let field = message[name] else { continue }
            guard kind.settings == name else {
                field.warn(.settingsOfAnotherPolicy(name, policy: kind.rawValue))
                var idle: SlowStartSettings?
                _ = decode(name, field, &idle)
                continue
            }
            policy = decode(name, field, &slowStart) ?? policy
        }
        return policy
    }

    private enum Kind: String {
        case roundRobin = "ROUND_ROBIN"
        case leastRequest = "LEAST_REQUEST"
        case ringHash = "RING_HASH"
        case random = "RANDOM"
        case maglev = "MAGLEV"

        var settings: String? {
            switch self {
            case .roundRobin: "round_robin_lb_config"
            case .leastRequest: "least_request_lb_config"
            case .ringHash: "ring_hash_lb_config"
            case .maglev: "maglev_lb_config"
            case .random: nil
            }
        }

        var policy: LoadBalancingPolicy {
            switch self {
            case .roundRobin: .roundRobin
            case .leastRequest: .leastRequest(LeastRequestSettings())
            case .ringHash: .ringHash(RingHashSettings())
            case .random: .random
            case .maglev: .maglev(MaglevSettings())
            }
        }
    }

    private static func decode(_ name: String, _ field: Field, _ slowStart: inout SlowStartSettings?)
        -> LoadBalancingPolicy?
    {
        switch name {
        case "least_request_lb_config":
            LeastRequestSettings.decode(field, &slowStart).map(LoadBalancingPolicy.leastRequest)
        case "ring_hash_lb_config": RingHashSettings.decode(field).map(LoadBalancingPolicy.ringHash)
        case "maglev_lb_config": MaglevSettings.decode(field).map(LoadBalancingPolicy.maglev)
        default:
            field.message("envoy.config.cluster.v3.Cluster.RoundRobinLbConfig") { message in
                slowStart = SlowStartSettings.decode(message)
                return .roundRobin
            }
        }
    }
}

extension SlowStartSettings {
    /// `slow_start_config` of a policy's settings; nil: there is none, or its window is nothing.
    fileprivate static func decode(_ settings: Message) -> SlowStartSettings? {
        settings["slow_start_config"]?.message("envoy.config.cluster.v3.Cluster.SlowStartConfig") { message in
            let aggression = message["aggression"]?.message("envoy.config.core.v3.RuntimeDouble") { message in
                message.ignore("runtime_key")
                return message["default_value"].map { $0.double(in: 0...1e9) } ?? 0
            }
            let least = message["min_weight_percent"].flatMap(Percent.decode)
            guard let window = message.duration("slow_start_window"), window > .zero else { return nil }
            // Envoy takes an aggression of nothing for none.
            let slope = (aggression ?? nil) ?? 1
            return SlowStartSettings(window: window, aggression: slope > 0 ? slope : 1, minimumPercent: least ?? 10)
        }
    }
}

extension LeastRequestSettings {
    static func decode(_ field: Field, _ slowStart: inout SlowStartSettings?) -> LeastRequestSettings? {
        field.message("envoy.config.cluster.v3.Cluster.LeastRequestLbConfig") { message in
            let bias = message["active_request_bias"]?.message("envoy.config.core.v3.RuntimeDouble") { message in
                message.ignore("runtime_key")
                return message["default_value"].map { $0.double(in: 0...1e9) } ?? 0
            }
            slowStart = SlowStartSettings.decode(message)
            return LeastRequestSettings(
                choiceCount: message.uint32("choice_count", in: 2...UInt32.max) ?? 2, activeRequestBias: bias ?? 1)
        }
    }
}

extension RingHashSettings {
    static func decode(_ field: Field) -> RingHashSettings? {
        field.message("envoy.config.cluster.v3.Cluster.RingHashLbConfig") { message in
            let smallest = message["minimum_ring_size"]
            let settings = RingHashSettings(
                minimumRingSize: smallest?.integer(UInt64.self, in: 0...8_388_608) ?? 1024,
                maximumRingSize: message.uint64("maximum_ring_size", in: 1...8_388_608) ?? 8_388_608,
                hashFunction: message["hash_function"]?.choice(["XX_HASH": .xxHash, "MURMUR_HASH_2": .murmurHash2])
                    ?? .xxHash)
            if settings.minimumRingSize > settings.maximumRingSize { (smallest ?? field).report(.ringSizesCrossed) }
            return settings
        }
    }
}

extension MaglevSettings {
    static func decode(_ field: Field) -> MaglevSettings? {
        field.message("envoy.config.cluster.v3.Cluster.MaglevLbConfig") { message in
            let size = message["table_size"]
            let value = size?.integer(UInt64.self, in: 1...5_000_011) ?? 65537
            if !isPrime(value) { size?.report(.notAPrime(value)) }
            return MaglevSettings(tableSize: value)
        }
    }

    private static func isPrime(_ number: UInt64) -> Bool {
        guard number > 3 else { return number > 1 }
        var divisor: UInt64 = 2
        while divisor * divisor <= number {
            if number.isMultiple(of: divisor) { return false }
            divisor += 1
        }
        return true
    }
}

extension CommonLbConfig {
    static func decode(_ field: Field) -> CommonLbConfig? {
        field.message("envoy.config.cluster.v3.Cluster.CommonLbConfig") { message in
            var config = CommonLbConfig(
                healthyPanicThreshold: message["healthy_panic_threshold"].flatMap(Percent.decode) ?? 50,
                updateMergeWindow: message.duration("update_merge_window") ?? .seconds(1),
                ignoreNewHostsUntilFirstHc: message.bool("ignore_new_hosts_until_first_hc"),
                closeConnectionsOnHostSetChange: message.refusedSwitch("close_connections_on_host_set_change"))
            let hashing = message["consistent_hashing_lb_config"]
            _ = hashing?.message("envoy.config.cluster.v3.Cluster.CommonLbConfig.ConsistentHashingLbConfig") {
                message in
                config.useHostnameForHashing = message.bool("use_hostname_for_hashing")
                config.hashBalanceFactor = message.uint32("hash_balance_factor", in: 100...UInt32.max)
                return true
            }
            return config
        }
    }
}
