extension Cluster {
    static func decode(_ field: Field) -> Cluster? {
        field.message("envoy.config.cluster.v3.Cluster") { message in
            let nameField = message.required("name")
            let name = nameField?.nonEmptyString()
            if let name, let nameField { field.reading.clusters.define(name, at: nameField) }
            let type: DiscoveryType =
                message["type"]?.choice([
                    "STATIC": .static, "STRICT_DNS": .strictDNS, "LOGICAL_DNS": .logicalDNS, "EDS": nil,
                    "ORIGINAL_DST": nil,
                ]) ?? .static
            let assignmentField = message["load_assignment"]
            let assignment = assignmentField.flatMap(LoadAssignment.decode) ?? LoadAssignment()
            Endpoints.check(assignment, of: type, at: assignmentField ?? field)
            let options = extensionOptions(message)
            message.ignore(
                "cleanup_interval", "ignore_health_on_host_removal", "protocol_selection")
            var slowStart: SlowStartSettings?
            let policy = LoadBalancingPolicy.decode(message, &slowStart)
            var cluster = Cluster(
                name: name ?? "",
                altStatName: message.string("alt_stat_name"),
                type: type,
                connectTimeout: message.duration("connect_timeout", atLeast: .nanoseconds(1)) ?? .seconds(5),
                perConnectionBufferLimitBytes: message.uint32("per_connection_buffer_limit_bytes") ?? 1_048_576,
                lbPolicy: policy,
                loadAssignment: assignment,
                commonLbConfig: message["common_lb_config"].flatMap(CommonLbConfig.decode) ?? CommonLbConfig(),
                circuitBreakers: message["circuit_breakers"].flatMap(CircuitBreakers.decode) ?? CircuitBreakers(),
                outlierDetection: message["outlier_detection"].flatMap(OutlierDetection.decode),
                httpProtocolOptions: options ?? deprecatedOptions(message),
                maxRequestsPerConnection: message.uint32("max_requests_per_connection"),
                dnsRefreshRate: message.duration("dns_refresh_rate", atLeast: .nanoseconds(1_000_001)) ?? .seconds(5),
                dnsFailureRefreshRate: message["dns_failure_refresh_rate"].flatMap(DNSFailureRefreshRate.decode),
                dnsJitter: message.duration("dns_jitter") ?? .zero,
                respectDnsTtl: message.refusedSwitch("respect_dns_ttl"),
                dnsLookupFamily: message["dns_lookup_family"]?.choice([
                    "AUTO": .auto, "V4_ONLY": .v4Only, "V6_ONLY": .v6Only, "V4_PREFERRED": .v4Preferred, "ALL": .all,
                ]) ?? .auto,
                waitForWarmOnInit: message.bool("wait_for_warm_on_init", default: true),
                upstreamBindConfig: message["upstream_bind_config"].flatMap(UpstreamBindConfig.decode),
                upstreamConnectionOptions: message["upstream_connection_options"]
                    .flatMap(UpstreamConnectionOptions.decode) ?? UpstreamConnectionOptions(),
                closeConnectionsOnHostHealthFailure: message.bool("close_connections_on_host_health_failure"),
                trackTimeoutBudgets: message.refusedSwitch("track_timeout_budgets"),
                metadata: message["metadata"].flatMap(Metadata.decode) ?? Metadata(),
                source: message.source)
            cluster.slowStart = slowStart
            return cluster
        }
    }

    private static func extensionOptions(_ message: Message) -> UpstreamHTTPProtocolOptions? {
        var options: UpstreamHTTPProtocolOptions?
        for (name, value) in message["typed_extension_protocol_options"]?.members ?? [] {
            guard let config = TypedConfig(value) else { continue }
            guard config.type == UpstreamHTTPProtocolOptions.type else {
                config.reportUnknown("protocol option", known: [UpstreamHTTPProtocolOptions.type])
                continue
            }
            guard name == UpstreamHTTPProtocolOptions.type else {
                value.report(
                    .unknownChoice(
                        name, options: [UpstreamHTTPProtocolOptions.type],
                        nearest: nearestName(to: name, among: [UpstreamHTTPProtocolOptions.type])))
                continue
            }
            options = UpstreamHTTPProtocolOptions.decode(config)
        }
        return options
    }

    /// The fields of the cluster itself that `HttpProtocolOptions` replaced.
    private static func deprecatedOptions(_ message: Message) -> UpstreamHTTPProtocolOptions {
        UpstreamHTTPProtocolOptions(
            commonHttpProtocolOptions: message["common_http_protocol_options"]
                .flatMap(CommonHTTPProtocolOptions.decode) ?? CommonHTTPProtocolOptions(),
            http1: message["http_protocol_options"].flatMap(HTTP1ProtocolOptions.decode) ?? HTTP1ProtocolOptions())
    }
}

extension DNSFailureRefreshRate {
    static func decode(_ field: Field) -> DNSFailureRefreshRate? {
        field.message("envoy.config.cluster.v3.Cluster.RefreshRate") { message in
            let base = message.required("base_interval")?.duration(atLeast: .milliseconds(1))
            let most = message.duration("max_interval", atLeast: .milliseconds(1))
            return base.map { DNSFailureRefreshRate(baseInterval: $0, maxInterval: most) }
        }
    }
}

extension UpstreamBindConfig {
    static func decode(_ field: Field) -> UpstreamBindConfig? {
        field.message("envoy.config.core.v3.BindConfig") { message in
            message.required("source_address").flatMap(Address.socket).map { UpstreamBindConfig(sourceAddress: $0) }
        }
    }
}

extension UpstreamConnectionOptions {
    static func decode(_ field: Field) -> UpstreamConnectionOptions? {
        field.message("envoy.config.cluster.v3.UpstreamConnectionOptions") { message in
            UpstreamConnectionOptions(
                tcpKeepalive: message["tcp_keepalive"].flatMap(TCPKeepalive.decode),
                setLocalInterfaceNameOnUpstreamConnections: message.bool(
                    "set_local_interface_name_on_upstream_connections"))
        }
    }
}

extension TCPKeepalive {
    static func decode(_ field: Field) -> TCPKeepalive? {
        field.message("envoy.config.core.v3.TcpKeepalive") { message in
            TCPKeepalive(
                keepaliveProbes: message.uint32("keepalive_probes"),
                keepaliveTime: message.uint32("keepalive_time").map { .seconds(Int64($0)) },
                keepaliveInterval: message.uint32("keepalive_interval").map { .seconds(Int64($0)) })
        }
    }
}
