extension TrafficPolicy {
    /// `ejects`: there is outlier detection somewhere in the rule, so that failover settings would act.
    static func decode(_ field: Field, ejects: Bool) -> TrafficPolicy? {
        field.message("networking.istio.io.TrafficPolicy") { message in
            var policy = TrafficPolicy()
            policy.source = message.source
            let blocks = blocks + ["port_level_settings", "tunnel", "proxy_protocol", "retry_budget"]
            if !blocks.contains(where: message.has) { field.report(.emptyPolicy) }
            policy.readBlocks(message, ejects: ejects)
            policy.portLevel = message["port_level_settings"].map { ports($0, ejects: ejects) } ?? [:]
            policy.retryBudget = message["retry_budget"].flatMap(RetryBudgetSettings.decode)
            message["tunnel"]?.report(.unsupportedField("tunnel"))
            message["proxy_protocol"]?.report(.unsupportedField("proxyProtocol"))
            return policy
        }
    }

    /// Those that a port may have, too.
    private static let blocks = ["load_balancer", "connection_pool", "outlier_detection", "tls"]

    private mutating func readBlocks(_ message: Message, ejects: Bool) {
        connectionPool = message["connection_pool"].flatMap(ConnectionPool.decode)
        loadBalancer = message["load_balancer"].flatMap { LoadBalancerSettings.decode($0, ejects: ejects) }
        outlierDetection = message["outlier_detection"].flatMap(OutlierSettings.decode)
        tls = message["tls"].flatMap(ClientTLSSettings.decode)
    }

    private static func ports(_ list: Field, ejects: Bool) -> [UInt32: TrafficPolicy] {
        var ports: [UInt32: TrafficPolicy] = [:]
        for field in list.elements {
            guard let (port, policy) = port(field, ejects: ejects) else { continue }
            if ports[port] == nil { ports[port] = policy } else { field.warn(.duplicatePort(port)) }
        }
        return ports
    }

    private static func port(_ field: Field, ejects: Bool) -> (UInt32, TrafficPolicy)? {
        field.message("networking.istio.io.PortTrafficPolicy") { message in
            var policy = TrafficPolicy()
            policy.source = message.source
            let number = message.required("port").flatMap(portSelector)
            if !blocks.contains(where: message.has) { field.report(.emptyPortPolicy) }
            policy.readBlocks(message, ejects: ejects)
            return number.map { ($0, policy) }
        }
    }

    private static func portSelector(_ field: Field) -> UInt32? {
        field.message("networking.istio.io.PortSelector") { $0.required("number")?.portNumber() }
    }
}

extension RetryBudgetSettings {
    static func decode(_ field: Field) -> RetryBudgetSettings? {
        field.message("networking.istio.io.RetryBudget") { message in
            var budget = RetryBudgetSettings()
            budget.percent = message["percent"]?.double(in: 0...100) ?? budget.percent
            let least = message.uint32("min_retry_concurrency") ?? 0
            if least > 0 { budget.minRetryConcurrency = least }
            // Envoy counts retries of an interval where one is given; Apus those that are under way.
            if let interval = message["budget_interval"], let length = interval.looseDuration(), length > .zero {
                interval.warn(.noEffect("budgetInterval"))
            }
            return budget
        }
    }
}
