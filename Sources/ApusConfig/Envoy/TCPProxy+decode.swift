extension TCPProxy {
    static func decode(_ config: TypedConfig) -> TCPProxy? {
        config.message { message in
            let prefix = message.name("stat_prefix")
            let target = message.oneOf("cluster", "weighted_clusters", required: true)
            let destination = target.flatMap { name, value in
                name == "cluster" ? cluster(value) : weighted(value)
            }
            let logs = message.each("access_log", AccessLog.decode)
            let proxy = destination.map { destination in
                TCPProxy(
                    statPrefix: prefix ?? "",
                    destination: destination,
                    idleTimeout: message.limit("idle_timeout", default: .seconds(3600)),
                    maxDownstreamConnectionDuration: message.duration(
                        "max_downstream_connection_duration", atLeast: .milliseconds(1)),
                    maxConnectAttempts: message.uint32("max_connect_attempts", in: 1...UInt32.max) ?? 1,
                    accessLog: logs,
                    source: message.source)
            }
            if proxy == nil {
                message.ignore("idle_timeout", "max_downstream_connection_duration", "max_connect_attempts")
            }
            return proxy
        }
    }

    private static func cluster(_ field: Field) -> TCPDestination? {
        guard let name = field.nonEmptyString() else { return nil }
        field.reading.clusters.refer(to: name, from: "this TCP proxy forwards", at: field)
        return .cluster(name)
    }

    private static func weighted(_ field: Field) -> TCPDestination? {
        field.message("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster") { message in
            let clusters = message.each("clusters", TCPWeightedCluster.decode)
            if clusters.isEmpty { message.report(missing: "clusters") }
            return .weighted(clusters)
        }
    }
}

extension TCPWeightedCluster {
    static func decode(_ field: Field) -> TCPWeightedCluster? {
        field.message("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight") {
            message in
            let nameField = message.required("name")
            let weight = message.uint32("weight", in: 1...UInt32.max)
            if weight == nil, !message.has("weight") { message.report(missing: "weight") }
            guard let nameField, let name = nameField.nonEmptyString() else { return nil }
            field.reading.clusters.refer(to: name, from: "this TCP proxy forwards", at: nameField)
            return TCPWeightedCluster(name: name, weight: weight ?? 1, source: message.source)
        }
    }
}
