extension RouteAction {
    var encoded: ConfigValue {
        .message { message in
            switch cluster {
            case .cluster(let name): message.add("cluster", name)
            case .weightedClusters(let split): message.add("weighted_clusters", split.encoded)
            case .clusterHeader(let name): message.add("cluster_header", name)
            }
            switch clusterNotFoundResponseCode {
            case 404: message.add("cluster_not_found_response_code", "NOT_FOUND")
            case 500: message.add("cluster_not_found_response_code", "INTERNAL_SERVER_ERROR")
            default: break
            }
            switch pathRewrite {
            case .prefix(let text): message.add("prefix_rewrite", .string(text))
            case .regex(let rewrite): message.add("regex_rewrite", rewrite.encoded)
            case nil: break
            }
            switch hostRewrite {
            case .literal(let text): message.add("host_rewrite_literal", .string(text))
            case .auto: message.add("auto_host_rewrite", true)
            case .header(let name): message.add("host_rewrite_header", name)
            case .pathRegex(let rewrite): message.add("host_rewrite_path_regex", rewrite.encoded)
            case nil: break
            }
            message.add("append_x_forwarded_host", appendXForwardedHost)
            message.add("timeout", timeout ?? .zero, unless: .seconds(15))
            switch idleTimeout {
            case .inherited: break
            case .disabled: message.add("idle_timeout", .init(.zero))
            case .after(let length): message.add("idle_timeout", .init(length))
            }
            message.add("max_stream_duration", maxStreamDuration?.encoded)
            message.add("max_grpc_timeout", maxGrpcTimeout.map(ConfigValue.init))
            message.add("grpc_timeout_offset", grpcTimeoutOffset.map(ConfigValue.init))
            message.add("retry_policy", retryPolicy?.encoded)
            message.add("request_mirror_policies", requestMirrorPolicies.map(\.encoded))
            message.add("priority", priority.rawValue, unless: RoutingPriority.default.rawValue)
            message.add("hash_policy", hashPolicy.map(\.encoded))
            message.add("upgrade_configs", upgradeConfigs.map(\.encoded))
            message.add("cors", cors.map { $0.encoded(type: nil) })
        }
    }
}

extension WeightedClusters {
    var encoded: ConfigValue {
        .message { message in
            message.add("clusters", clusters.map(\.encoded))
            message.add("header_name", headerName)
            message.add("use_hash_policy", useHashPolicy)
            message.add("runtime_key_prefix", runtimeKeyPrefix)
        }
    }
}

extension WeightedCluster {
    var encoded: ConfigValue {
        .message { message in
            switch cluster {
            case .name(let name): message.add("name", name)
            case .header(let name): message.add("cluster_header", name)
            }
            message.add("weight", ConfigValue(weight))
            message.add("request", requestHeaders)
            message.add("response", responseHeaders)
            message.add("typed_per_filter_config", FilterOverride.encoded(typedPerFilterConfig))
            message.add("host_rewrite_literal", hostRewriteLiteral.map(ConfigValue.string))
            message.add("metadata", metadata)
        }
    }
}

extension RouteMaxStreamDuration {
    var encoded: ConfigValue {
        .message { message in
            message.add("max_stream_duration", maxStreamDuration.map(ConfigValue.init))
            message.add("grpc_timeout_header_max", grpcTimeoutHeaderMax.map(ConfigValue.init))
            message.add("grpc_timeout_header_offset", grpcTimeoutHeaderOffset.map(ConfigValue.init))
        }
    }
}

extension RequestMirrorPolicy {
    var encoded: ConfigValue {
        .message { message in
            switch target {
            case .cluster(let name): message.add("cluster", name)
            case .clusterHeader(let name): message.add("cluster_header", name)
            }
            message.add("runtime_fraction", runtimeFraction?.encoded)
            message.add("trace_sampled", traceSampled.map(ConfigValue.bool))
            message.add("disable_shadow_host_suffix_append", disableShadowHostSuffixAppend)
            message.add(
                "request_headers_mutations",
                requestHeadersMutations.map { mutation in
                    .message {
                        switch mutation {
                        case .remove(let name): $0.add("remove", name)
                        case .append(let option): $0.add("append", option.encoded)
                        }
                    }
                })
            message.add("host_rewrite_literal", hostRewriteLiteral)
        }
    }
}

extension RetryPolicy {
    var encoded: ConfigValue {
        .message { message in
            let names = RetryOn.names.filter { retryOn.contains($0.1) }.map(\.0)
            message.add("retry_on", names.joined(separator: ","))
            message.add("num_retries", numRetries, unless: 1)
            message.add("per_try_timeout", perTryTimeout.map(ConfigValue.init))
            message.add("per_try_idle_timeout", perTryIdleTimeout.map(ConfigValue.init))
            var predicates: [ConfigValue] = []
            if previousHosts { predicates.append(Self.predicate("previous_hosts", "PreviousHostsPredicate")) }
            if omitCanaryHosts { predicates.append(Self.predicate("omit_canary_hosts", "OmitCanaryHostsPredicate")) }
            message.add("retry_host_predicate", predicates)
            if hostSelectionRetryMaxAttempts != 1 {
                message.add("host_selection_retry_max_attempts", .string("\(hostSelectionRetryMaxAttempts)"))
            }
            message.add("retriable_status_codes", retriableStatusCodes.map(ConfigValue.init))
            if retryBackOff != RetryBackOff() {
                message.add(
                    "retry_back_off",
                    .message {
                        $0.add("base_interval", .init(retryBackOff.baseInterval))
                        $0.add("max_interval", retryBackOff.maxInterval.map(ConfigValue.init))
                    })
            }
            message.add("rate_limited_retry_back_off", rateLimitedRetryBackOff?.encoded)
            message.add("retriable_headers", retriableHeaders.map(\.encoded))
            message.add("retriable_request_headers", retriableRequestHeaders.map(\.encoded))
        }
    }

    private static func predicate(_ name: String, _ type: String) -> ConfigValue {
        .message {
            $0.add("name", "envoy.retry_host_predicates.\(name)")
            $0.add("typed_config", .typed("envoy.extensions.retry.host.\(name).v3.\(type)") { _ in })
        }
    }
}

extension RateLimitedRetryBackOff {
    var encoded: ConfigValue {
        .message { message in
            message.add(
                "reset_headers",
                resetHeaders.map { header in
                    .message {
                        $0.add("name", header.name)
                        $0.add("format", header.format.rawValue, unless: ResetHeaderFormat.seconds.rawValue)
                    }
                })
            message.add("max_interval", maxInterval, unless: .seconds(300))
        }
    }
}

extension HashPolicy {
    var encoded: ConfigValue {
        .message { message in
            switch key {
            case .header(let name, let rewrite):
                message.add(
                    "header",
                    .message {
                        $0.add("header_name", name)
                        $0.add("regex_rewrite", rewrite?.encoded)
                    })
            case .cookie(let cookie): message.add("cookie", cookie.encoded)
            case .sourceIP: message.add("connection_properties", .message { $0.add("source_ip", true) })
            case .queryParameter(let name): message.add("query_parameter", .message { $0.add("name", name) })
            }
            message.add("terminal", terminal)
        }
    }
}

extension HashCookie {
    var encoded: ConfigValue {
        .message { message in
            message.add("name", name)
            message.add("ttl", ttl.map(ConfigValue.init))
            message.add("path", path)
            message.add(
                "attributes",
                attributes.map { attribute in
                    .message {
                        $0.add("name", attribute.name)
                        $0.add("value", attribute.value)
                    }
                })
        }
    }
}

extension UpgradeConfig {
    var encoded: ConfigValue {
        .message {
            $0.add("upgrade_type", upgradeType)
            $0.add("enabled", enabled, unless: true)
        }
    }
}
