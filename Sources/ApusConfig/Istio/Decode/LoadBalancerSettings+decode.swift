extension LoadBalancerSettings {
    /// `ejects`: there is outlier detection somewhere in the rule, so that failover settings would act.
    static func decode(_ field: Field, ejects: Bool) -> LoadBalancerSettings? {
        field.message("networking.istio.io.LoadBalancerSettings") { message in
            var settings = LoadBalancerSettings()
            settings.source = message.source
            if let (name, value) = message.oneOf("simple", "consistent_hash") {
                settings.policy = (name == "simple" ? simple(value) : ConsistentHash.policy(value)) ?? .leastRequest
            }
            settings.readLocality(message, ejects: ejects)
            settings.warmup = warmup(message)
            if settings.warmup != nil, settings.policy != .leastRequest, settings.policy != .roundRobin {
                field.warn(.warmupOfOtherPolicy)
            }
            return settings
        }
    }

    private static func simple(_ field: Field) -> Policy? {
        if field.text == "LEAST_CONN" { field.warn(.deprecated("LEAST_CONN", instead: "LEAST_REQUEST")) }
        return field.enumeration([
            "UNSPECIFIED": .leastRequest, "LEAST_CONN": .leastRequest, "RANDOM": .random, "PASSTHROUGH": .passthrough,
            "ROUND_ROBIN": .roundRobin, "LEAST_REQUEST": .leastRequest,
        ])
    }

    private mutating func readLocality(_ message: Message, ejects: Bool) {
        let byPriority = message["locality_lb_setting"]
        let byZone = message["zone_aware_lb_setting"]
        hasLocalitySettings = byPriority != nil || byZone != nil
        usesLocality = byPriority.flatMap { LocalitySettings.check($0, ejects: ejects) } ?? true
        if let byZone {
            LocalitySettings.checkZoneAware(byZone, ejects: ejects)
            if byPriority != nil { byZone.report(.bothLocalitySettings) }
        }
    }

    private static func warmup(_ message: Message) -> Warmup? {
        let old = message["warmup_duration_secs"]
        old?.warn(.deprecated("warmupDurationSecs", instead: "warmup.duration"))
        let oldDuration = old?.ruleDuration()
        guard let field = message["warmup"] else { return oldDuration.map(Warmup.init(duration:)) }
        return field.message("networking.istio.io.WarmupConfiguration") { message in
            let duration = message.required("duration")?.ruleDuration()
            let percent = message["minimum_percent"]?.double(in: 0...100)
            let aggression = message["aggression"]
            let slope = aggression?.double()
            if let slope, slope <= 0 { aggression?.report(.aggressionNotPositive(slope)) }
            guard let duration else { return nil }
            var warmup = Warmup(duration: duration)
            warmup.minimumPercent = percent ?? warmup.minimumPercent
            warmup.aggression = slope ?? warmup.aggression
            return warmup
        }
    }
}
