extension Cluster {
    public var encoded: ConfigValue {
        .message { message in
            message.add("name", name)
            message.add("alt_stat_name", altStatName)
            message.add("type", type.rawValue, unless: DiscoveryType.static.rawValue)
            message.add("connect_timeout", connectTimeout, unless: .seconds(5))
            message.add("per_connection_buffer_limit_bytes", perConnectionBufferLimitBytes, unless: 1_048_576)
            add(balancing: &message)
            message.add("load_assignment", loadAssignment.encoded)
            message.add("common_lb_config", commonLbConfig.encoded)
            message.add("circuit_breakers", circuitBreakers.encoded)
            message.add("outlier_detection", outlierDetection?.encoded)
            if httpProtocolOptions != UpstreamHTTPProtocolOptions() {
                message.add(
                    "typed_extension_protocol_options",
                    .object([
                        ConfigMember(name: UpstreamHTTPProtocolOptions.type, value: httpProtocolOptions.encoded)
                    ]))
            }
            message.add("max_requests_per_connection", maxRequestsPerConnection.map(ConfigValue.init))
            message.add("dns_refresh_rate", dnsRefreshRate, unless: .seconds(5))
            message.add(
                "dns_failure_refresh_rate",
                dnsFailureRefreshRate.map { rate in
                    .message {
                        $0.add("base_interval", .init(rate.baseInterval))
                        $0.add("max_interval", rate.maxInterval.map(ConfigValue.init))
                    }
                })
            message.add("dns_jitter", dnsJitter, unless: .zero)
            message.add("dns_lookup_family", dnsLookupFamily.rawValue, unless: DNSLookupFamily.auto.rawValue)
            message.add("wait_for_warm_on_init", waitForWarmOnInit, unless: true)
            message.add("upstream_connection_options", upstreamConnectionOptions.encoded)
            message.add("close_connections_on_host_health_failure", closeConnectionsOnHostHealthFailure)
            message.add("metadata", metadata)
        }
    }

    private func add(balancing message: inout MessageWriter) {
        switch lbPolicy {
        case .roundRobin: message.add("round_robin_lb_config", slowStart.map { slow in .message { $0.add(slow) } })
        case .leastRequest(let settings):
            message.add("lb_policy", "LEAST_REQUEST")
            guard settings != LeastRequestSettings() || slowStart != nil else { return }
            message.add(
                "least_request_lb_config",
                .message {
                    $0.add("choice_count", settings.choiceCount, unless: 2)
                    if settings.activeRequestBias != 1 {
                        $0.add(
                            "active_request_bias",
                            .message { $0.add("default_value", .number(settings.activeRequestBias)) })
                    }
                    if let slowStart { $0.add(slowStart) }
                })
        case .random: message.add("lb_policy", "RANDOM")
        case .ringHash(let settings):
            message.add("lb_policy", "RING_HASH")
            message.add(
                "ring_hash_lb_config",
                .message {
                    $0.add("minimum_ring_size", settings.minimumRingSize, unless: 1024)
                    $0.add("maximum_ring_size", settings.maximumRingSize, unless: 8_388_608)
                    $0.add(
                        "hash_function", settings.hashFunction.rawValue, unless: RingHashFunction.xxHash.rawValue)
                })
        case .maglev(let settings):
            message.add("lb_policy", "MAGLEV")
            message.add("maglev_lb_config", .message { $0.add("table_size", settings.tableSize, unless: 65_537) })
        }
    }
}

extension MessageWriter {
    fileprivate mutating func add(_ slowStart: SlowStartSettings) {
        add(
            "slow_start_config",
            .message {
                $0.add("slow_start_window", ConfigValue(slowStart.window))
                if slowStart.aggression != 1 {
                    $0.add("aggression", .message { $0.add("default_value", .number(slowStart.aggression)) })
                }
                if slowStart.minimumPercent != 10 {
                    $0.add("min_weight_percent", .message { $0.add("value", .number(slowStart.minimumPercent)) })
                }
            })
    }
}

extension LoadAssignment {
    fileprivate var encoded: ConfigValue {
        .message { message in
            message.add("cluster_name", clusterName)
            // Endpoints of one locality and priority that follow each other stand together.
            var groups: [[Endpoint]] = []
            for endpoint in endpoints {
                if let last = groups.last?.last, last.locality == endpoint.locality, last.priority == endpoint.priority
                {
                    groups[groups.count - 1].append(endpoint)
                } else {
                    groups.append([endpoint])
                }
            }
            message.add(
                "endpoints",
                groups.map { group in
                    .message {
                        $0.add("locality", group[0].locality.encoded)
                        $0.add("lb_endpoints", group.map(\.encoded))
                        $0.add("priority", group[0].priority, unless: 0)
                    }
                })
            if overprovisioningFactor != 140 {
                message.add(
                    "policy", .message { $0.add("overprovisioning_factor", ConfigValue(overprovisioningFactor)) })
            }
        }
    }
}

extension Locality {
    fileprivate var encoded: ConfigValue? {
        guard self != Locality() else { return nil }
        return .message {
            $0.add("region", region)
            $0.add("zone", zone)
            $0.add("sub_zone", subZone)
        }
    }
}

extension Endpoint {
    fileprivate var encoded: ConfigValue {
        .message { message in
            message.add(
                "endpoint",
                .message {
                    $0.add("address", address.encoded)
                    $0.add("hostname", hostname)
                })
            message.add("health_status", healthStatus.rawValue, unless: HealthStatus.unknown.rawValue)
            message.add("metadata", metadata)
            message.add("load_balancing_weight", loadBalancingWeight, unless: 1)
        }
    }
}

extension CommonLbConfig {
    fileprivate var encoded: ConfigValue? {
        var message = MessageWriter()
        if healthyPanicThreshold != 50 {
            message.add(
                "healthy_panic_threshold", .message { $0.add("value", .number(healthyPanicThreshold)) })
        }
        message.add("update_merge_window", updateMergeWindow, unless: .seconds(1))
        message.add("ignore_new_hosts_until_first_hc", ignoreNewHostsUntilFirstHc)
        message.add("close_connections_on_host_set_change", closeConnectionsOnHostSetChange)
        if useHostnameForHashing || hashBalanceFactor != nil {
            message.add(
                "consistent_hashing_lb_config",
                .message {
                    $0.add("use_hostname_for_hashing", useHostnameForHashing)
                    $0.add("hash_balance_factor", hashBalanceFactor.map(ConfigValue.init))
                })
        }
        return message.isEmpty ? nil : message.value
    }
}

extension CircuitBreakers {
    fileprivate var encoded: ConfigValue? {
        guard !thresholds.isEmpty else { return nil }
        return .message { $0.add("thresholds", thresholds.map(\.encoded)) }
    }
}

extension BreakerThresholds {
    fileprivate var encoded: ConfigValue {
        .message { message in
            message.add("priority", priority.rawValue, unless: RoutingPriority.default.rawValue)
            message.add("max_connections", maxConnections, unless: 1024)
            message.add("max_pending_requests", maxPendingRequests, unless: 1024)
            message.add("max_requests", maxRequests, unless: 1024)
            message.add("max_retries", maxRetries, unless: 3)
            message.add(
                "retry_budget",
                retryBudget.map { budget in
                    .message {
                        $0.add("budget_percent", .message { $0.add("value", .number(budget.budgetPercent)) })
                        $0.add("min_retry_concurrency", budget.minRetryConcurrency, unless: 3)
                    }
                })
            message.add("track_remaining", trackRemaining)
        }
    }
}

extension OutlierDetection {
    fileprivate var encoded: ConfigValue {
        .message { message in
            message.add("consecutive_5xx", consecutive5xx, unless: 5)
            message.add("interval", interval, unless: .seconds(10))
            message.add("base_ejection_time", baseEjectionTime, unless: .seconds(30))
            message.add("max_ejection_percent", maxEjectionPercent, unless: 10)
            message.add("enforcing_consecutive_5xx", enforcing.consecutive5xx, unless: 100)
            message.add("enforcing_success_rate", enforcing.successRate, unless: 100)
            message.add("success_rate_minimum_hosts", successRate.minimumHosts, unless: 5)
            message.add("success_rate_request_volume", successRate.requestVolume, unless: 100)
            message.add("success_rate_stdev_factor", successRate.stdevFactor, unless: 1900)
            message.add("consecutive_gateway_failure", consecutiveGatewayFailure, unless: 5)
            message.add("enforcing_consecutive_gateway_failure", enforcing.consecutiveGatewayFailure, unless: 0)
            message.add("split_external_local_origin_errors", splitExternalLocalOriginErrors)
            message.add("consecutive_local_origin_failure", consecutiveLocalOriginFailure, unless: 5)
            message.add(
                "enforcing_consecutive_local_origin_failure", enforcing.consecutiveLocalOriginFailure, unless: 100)
            message.add("enforcing_local_origin_success_rate", enforcing.localOriginSuccessRate, unless: 100)
            message.add("failure_percentage_threshold", failurePercentage.threshold, unless: 85)
            message.add("enforcing_failure_percentage", enforcing.failurePercentage, unless: 0)
            message.add(
                "enforcing_failure_percentage_local_origin", enforcing.failurePercentageLocalOrigin, unless: 0)
            message.add("failure_percentage_minimum_hosts", failurePercentage.minimumHosts, unless: 5)
            message.add("failure_percentage_request_volume", failurePercentage.requestVolume, unless: 50)
            message.add("max_ejection_time", maxEjectionTime, unless: .seconds(300))
            message.add("max_ejection_time_jitter", maxEjectionTimeJitter, unless: .zero)
            message.add("always_eject_one_host", alwaysEjectOneHost)
            message.add(
                "successful_active_health_check_uneject_host", successfulActiveHealthCheckUnejectHost, unless: true)
        }
    }
}

extension UpstreamHTTPProtocolOptions {
    fileprivate var encoded: ConfigValue {
        .typed(Self.type) { message in
            message.add("common_http_protocol_options", commonHttpProtocolOptions.encoded)
            message.add(
                "explicit_http_config",
                .message { $0.add("http_protocol_options", http1.encoded ?? .object([])) })
        }
    }
}

extension UpstreamConnectionOptions {
    fileprivate var encoded: ConfigValue? {
        guard self != UpstreamConnectionOptions() else { return nil }
        return .message { message in
            message.add(
                "tcp_keepalive",
                tcpKeepalive.map { keepalive in
                    .message {
                        $0.add("keepalive_probes", keepalive.keepaliveProbes.map(ConfigValue.init))
                        $0.add("keepalive_time", keepalive.keepaliveTime.map(Self.seconds))
                        $0.add("keepalive_interval", keepalive.keepaliveInterval.map(Self.seconds))
                    }
                })
            message.add(
                "set_local_interface_name_on_upstream_connections", setLocalInterfaceNameOnUpstreamConnections)
        }
    }

    private static func seconds(_ duration: Duration) -> ConfigValue {
        .number(Double(duration.components.seconds))
    }
}
