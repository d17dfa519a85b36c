extension LoadAssignment {
    static func decode(_ field: Field) -> LoadAssignment? {
        field.message("envoy.config.endpoint.v3.ClusterLoadAssignment") { message in
            let name = message.name("cluster_name")
            let endpoints = message.each("endpoints", locality).flatMap { $0 }
            let policy = message["policy"]?.message("envoy.config.endpoint.v3.ClusterLoadAssignment.Policy") {
                message in
                message.uint32("overprovisioning_factor", in: 1...UInt32.max) ?? 140
            }
            return LoadAssignment(clusterName: name ?? "", endpoints: endpoints, overprovisioningFactor: policy ?? 140)
        }
    }

    private static func locality(_ field: Field) -> [Endpoint]? {
        field.message("envoy.config.endpoint.v3.LocalityLbEndpoints") { message in
            let place = message["locality"].flatMap(Locality.decode) ?? Locality()
            let priority = message.uint32("priority", in: 0...128) ?? 0
            message.ignore("proximity", "metadata")
            return message.each("lb_endpoints") { Endpoint.decode($0, locality: place, priority: priority) }
        }
    }
}

extension Endpoint {
    static func decode(_ field: Field, locality: Locality, priority: UInt32) -> Endpoint? {
        field.message("envoy.config.endpoint.v3.LbEndpoint") { message in
            let endpoint = message["endpoint"]
            if endpoint == nil, !message.has("endpoint_name") { message.report(missing: "endpoint") }
            let inner = endpoint.flatMap(decodeInner)
            let health: HealthStatus =
                message["health_status"]?.choice([
                    "UNKNOWN": .unknown, "HEALTHY": .healthy, "UNHEALTHY": .unhealthy, "DRAINING": .draining,
                    "TIMEOUT": .timeout, "DEGRADED": .degraded,
                ]) ?? .unknown
            let metadata = message["metadata"].flatMap(Metadata.decode) ?? Metadata()
            let weight = message.uint32("load_balancing_weight", in: 1...UInt32.max) ?? 1
            guard let inner else { return nil }
            return Endpoint(
                address: inner.address, hostname: inner.hostname, loadBalancingWeight: weight, healthStatus: health,
                priority: priority, locality: locality, metadata: metadata, source: message.source)
        }
    }

    private static func decodeInner(_ field: Field) -> (address: Address, hostname: String)? {
        field.message("envoy.config.endpoint.v3.Endpoint") { message in
            let address = message.required("address").flatMap(Address.decode)
            let hostname = message.string("hostname")
            message.ignore("observability_name")
            return address.map { ($0, hostname) }
        }
    }
}
