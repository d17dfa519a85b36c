import ApusConfig
import ApusProxy

/// `/clusters`: thresholds, endpoints and their numbers.
enum ClustersPage {
    static func answer(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        var clusters = await face.clusterReadings()
        if let pattern = request["filter"], !pattern.isEmpty {
            guard let filter = try? NamePattern(pattern) else { return .text("Invalid re2 regex", status: 400) }
            clusters.removeAll { !filter.isFound(in: $0.name) }
        }
        guard request["format"] == "json" else { return .text(clusters.map(text).joined()) }
        return .json(.members(("cluster_statuses", .array(clusters.map(json)))))
    }

    // MARK: Text

    private static func text(_ cluster: ClusterReading) -> String {
        let name = cluster.name
        var text = "\(name)::observability_name::\(cluster.statName)\n"
        for (field, value) in cluster.outliers.map(outliers) ?? [] {
            text += "\(name)::outlier::\(field)::\(brief(value))\n"
        }
        for (priority, limits) in [("default", cluster.defaultThresholds), ("high", cluster.highThresholds)] {
            text += "\(name)::\(priority)_priority::max_connections::\(limits.maxConnections)\n"
            text += "\(name)::\(priority)_priority::max_pending_requests::\(limits.maxPendingRequests)\n"
            text += "\(name)::\(priority)_priority::max_requests::\(limits.maxRequests)\n"
            text += "\(name)::\(priority)_priority::max_retries::\(limits.maxRetries)\n"
        }
        text += "\(name)::added_via_api::\(cluster.addedViaAPI)\n"
        for endpoint in cluster.endpoints {
            for (field, value) in fields(endpoint) { text += "\(name)::\(endpoint.address.text)::\(field)::\(value)\n" }
        }
        return text
    }

    private static func outliers(_ summary: OutlierSummary) -> [(String, Double)] {
        [
            ("success_rate_average", summary.average), ("success_rate_ejection_threshold", summary.threshold),
            ("local_origin_success_rate_average", summary.localOriginAverage),
            ("local_origin_success_rate_ejection_threshold", summary.localOriginThreshold),
        ]
    }

    /// Whole numbers without a point.
    private static func brief(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func fields(_ endpoint: EndpointReading) -> [(String, String)] {
        let numbers = (gauges(endpoint) + counters(endpoint)).sorted { $0.0 < $1.0 }.map { ($0.0, "\($0.1)") }
        return numbers + [
            ("hostname", endpoint.hostname), ("health_flags", healthFlags(endpoint)),
            ("weight", "\(endpoint.weight)"), ("region", endpoint.locality.region), ("zone", endpoint.locality.zone),
            ("sub_zone", endpoint.locality.subZone), ("canary", "false"), ("priority", "\(endpoint.priority)"),
            ("success_rate", brief(endpoint.successRate)),
            ("local_origin_success_rate", brief(endpoint.localOriginSuccessRate)),
        ]
    }

    private static func counters(_ endpoint: EndpointReading) -> [(String, Int)] {
        [
            ("cx_connect_fail", endpoint.cxConnectFail), ("cx_total", endpoint.cxTotal), ("rq_error", endpoint.rqError),
            ("rq_success", endpoint.rqSuccess), ("rq_timeout", endpoint.rqTimeout), ("rq_total", endpoint.rqTotal),
        ]
    }

    private static func gauges(_ endpoint: EndpointReading) -> [(String, Int)] {
        [
            ("cx_active", endpoint.cxActive), ("rq_active", endpoint.rqActive),
            ("rq_pending_active", endpoint.rqPendingActive),
        ]
    }

    private static func healthFlags(_ endpoint: EndpointReading) -> String {
        var flags: [String] = []
        if endpoint.failedActiveHealthCheck { flags.append("/failed_active_hc") }
        if endpoint.failedOutlierCheck { flags.append("/failed_outlier_check") }
        switch endpoint.configuredHealth {
        case .unhealthy, .timeout: flags.append("/failed_eds_health")
        case .draining: flags.append("/eds_status_draining")
        case .degraded: flags.append("/degraded_eds_health")
        case .unknown, .healthy: break
        }
        return flags.isEmpty ? "healthy" : flags.joined()
    }

    // MARK: JSON

    private static func json(_ cluster: ClusterReading) -> ConfigValue {
        let thresholds: ConfigValue = .array([
            .object(limits(cluster.defaultThresholds)),
            .object([ConfigMember(name: "priority", value: .string("HIGH"))] + limits(cluster.highThresholds)),
        ])
        let members: [(String, ConfigValue)] =
            [("name", .string(cluster.name))]
            + rate("success_rate_ejection_threshold", cluster.outliers?.threshold)
            + [("host_statuses", .array(cluster.endpoints.map(json)))]
            + rate("local_origin_success_rate_ejection_threshold", cluster.outliers?.localOriginThreshold)
            + [
                ("circuit_breakers", .members(("thresholds", thresholds))),
                ("observability_name", .string(cluster.statName)),
            ]
        return .object(members.map { ConfigMember(name: $0.0, value: $0.1) })
    }

    /// A percentage, where there were enough requests for one.
    private static func rate(_ name: String, _ value: Double?) -> [(String, ConfigValue)] {
        guard let value, value >= 0 else { return [] }
        return [(name, .members(("value", .number(value))))]
    }

    private static func limits(_ limits: BreakerThresholds) -> [ConfigMember] {
        [
            ("max_connections", limits.maxConnections), ("max_pending_requests", limits.maxPendingRequests),
            ("max_requests", limits.maxRequests), ("max_retries", limits.maxRetries),
        ].map { ConfigMember(name: $0.0, value: .number(Double($0.1))) }
    }

    private static func json(_ endpoint: EndpointReading) -> ConfigValue {
        let stats = counters(endpoint).map { json($0, type: nil) } + gauges(endpoint).map { json($0, type: "GAUGE") }
        var members: [(String, ConfigValue)] = [
            ("address", endpoint.address.json), ("stats", .array(stats)), ("health_status", health(endpoint)),
        ]
        members += rate("success_rate", endpoint.successRate)
        members.append(("weight", .number(Double(endpoint.weight))))
        if !endpoint.hostname.isEmpty { members.append(("hostname", .string(endpoint.hostname))) }
        if endpoint.priority > 0 { members.append(("priority", .number(Double(endpoint.priority)))) }
        members += rate("local_origin_success_rate", endpoint.localOriginSuccessRate)
        members.append(("locality", locality(endpoint.locality)))
        return .object(members.map { ConfigMember(name: $0.0, value: $0.1) })
    }

    /// Values of zero are left out, as in Envoy's JSON.
    private static func json(_ stat: (name: String, value: Int), type: String?) -> ConfigValue {
        var members: [ConfigMember] = []
        if let type { members.append(ConfigMember(name: "type", value: .string(type))) }
        if stat.value != 0 { members.append(ConfigMember(name: "value", value: .string("\(stat.value)"))) }
        members.append(ConfigMember(name: "name", value: .string(stat.name)))
        return .object(members)
    }

    private static func health(_ endpoint: EndpointReading) -> ConfigValue {
        var members: [ConfigMember] = []
        if endpoint.failedActiveHealthCheck {
            members.append(ConfigMember(name: "failed_active_health_check", value: .bool(true)))
        }
        if endpoint.failedOutlierCheck {
            members.append(ConfigMember(name: "failed_outlier_check", value: .bool(true)))
        }
        let configured =
            switch endpoint.configuredHealth {
            case .unknown, .healthy: "HEALTHY"
            case .timeout: "UNHEALTHY"
            default: endpoint.configuredHealth.rawValue
            }
        members.append(ConfigMember(name: "eds_health_status", value: .string(configured)))
        return .object(members)
    }

    private static func locality(_ locality: Locality) -> ConfigValue {
        let parts = [("region", locality.region), ("zone", locality.zone), ("sub_zone", locality.subZone)]
        return .object(
            parts.filter { !$0.1.isEmpty }.map { ConfigMember(name: $0.0, value: .string($0.1)) })
    }
}
