extension FilterOverride {
    static func encoded(_ overrides: [String: FilterOverride]) -> ConfigValue? {
        guard !overrides.isEmpty else { return nil }
        let members = overrides.sorted { $0.key < $1.key }
        return .object(members.map { ConfigMember(name: $0.key, value: $0.value.encoded) })
    }

    private var encoded: ConfigValue {
        guard disabled != nil || isOptional || setting == nil else { return setting?.encoded ?? .object([]) }
        return .typed("envoy.config.route.v3.FilterConfig") {
            $0.add("config", setting?.encoded)
            $0.add("is_optional", isOptional)
            $0.add("disabled", disabled ?? false)
        }
    }
}

extension FilterSetting {
    fileprivate var encoded: ConfigValue? {
        switch self {
        case .fault(let fault): fault.encoded
        case .cors(let policy): policy.encoded(type: "envoy.extensions.filters.http.cors.v3.CorsPolicy")
        case .lua(let override): override.encoded
        case .custom(let type, let value):
            .typed(type) { message in
                if case .object(let members) = value {
                    for member in members where member.name != "@type" { message.add(member.name, member.value) }
                }
            }
        // What rules never make; Envoy's own text is shown as it was read.
        case .localRateLimit, .buffer, .headerToMetadata: nil
        }
    }
}

extension HTTPFilter {
    var encoded: ConfigValue {
        .message { message in
            message.add("name", name)
            message.add("typed_config", settings.encoded)
            message.add("disabled", disabled)
            message.add("is_optional", isOptional)
        }
    }
}

extension FilterSettings {
    fileprivate var encoded: ConfigValue? {
        let package = "envoy.extensions.filters.http"
        return switch self {
        case .router(let settings): settings.encoded
        case .fault(let fault): fault.encoded
        case .cors: .typed("\(package).cors.v3.Cors") { _ in }
        case .lua(let settings): settings.encoded
        case .istioStats: .typed("stats.PluginConfig") { _ in }
        case .custom(_, let type, let value):
            .typed(type) { message in
                if case .object(let members) = value {
                    for member in members where member.name != "@type" { message.add(member.name, member.value) }
                }
            }
        // What rules never make; Envoy's own text is shown as it was read.
        case .localRateLimit, .buffer, .headerToMetadata, .healthCheck, .mirror, .timeout, .retry: nil
        }
    }
}

extension RouterSettings {
    fileprivate var encoded: ConfigValue {
        .typed("envoy.extensions.filters.http.router.v3.Router") {
            $0.add("suppress_envoy_headers", suppressEnvoyHeaders)
        }
    }
}

extension HTTPFault {
    fileprivate var encoded: ConfigValue {
        .typed("envoy.extensions.filters.http.fault.v3.HTTPFault") { message in
            message.add(
                "delay",
                delay.map { delay in
                    .message {
                        switch delay.duration {
                        case .fixed(let length): $0.add("fixed_delay", .init(length))
                        case .header: $0.add("header_delay", .object([]))
                        }
                        $0.add("percentage", delay.percentage.encoded)
                    }
                })
            message.add(
                "abort",
                abort.map { abort in
                    .message {
                        switch abort.status {
                        case .http(let status): $0.add("http_status", ConfigValue(status))
                        case .grpc(let status): $0.add("grpc_status", ConfigValue(status))
                        case .header: $0.add("header_abort", .object([]))
                        }
                        $0.add("percentage", abort.percentage.encoded)
                    }
                })
            message.add("upstream_cluster", upstreamCluster)
            message.add("headers", headers.map(\.encoded))
            message.add("downstream_nodes", downstreamNodes.map(ConfigValue.string))
            message.add("max_active_faults", maxActiveFaults.map(ConfigValue.init))
            message.add("disable_downstream_cluster_stats", disableDownstreamClusterStats)
        }
    }
}

extension CorsPolicy {
    func encoded(type: String?) -> ConfigValue {
        var message = MessageWriter(type: type)
        message.add("allow_origin_string_match", allowOriginStringMatch.map(\.encoded))
        message.add("allow_methods", allowMethods)
        message.add("allow_headers", allowHeaders)
        message.add("expose_headers", exposeHeaders)
        message.add("max_age", maxAge)
        message.add("allow_credentials", allowCredentials.map(ConfigValue.bool))
        message.add("filter_enabled", filterEnabled?.encoded)
        message.add("shadow_enabled", shadowEnabled?.encoded)
        message.add("allow_private_network_access", allowPrivateNetworkAccess.map(ConfigValue.bool))
        message.add("forward_not_matching_preflights", forwardNotMatchingPreflights, unless: true)
        return message.value
    }
}

extension LuaSettings {
    fileprivate var encoded: ConfigValue {
        .typed("envoy.extensions.filters.http.lua.v3.Lua") { message in
            message.add("default_source_code", defaultSource?.encoded)
            let named = sources.sorted { $0.key < $1.key }
            if !named.isEmpty {
                message.add(
                    "source_codes", .object(named.map { ConfigMember(name: $0.key, value: $0.value.encoded) }))
            }
            message.add("stat_prefix", statPrefix)
            message.add("clear_route_cache", clearRouteCache.map(ConfigValue.bool))
        }
    }
}

extension LuaSource {
    fileprivate var encoded: ConfigValue {
        .message {
            if let filename { $0.add("filename", filename) } else { $0.add("inline_string", .string(text)) }
        }
    }
}

extension LuaOverride {
    fileprivate var encoded: ConfigValue {
        .typed("envoy.extensions.filters.http.lua.v3.LuaPerRoute") { message in
            let context: ConfigValue?
            switch self {
            case .disabled(let own):
                message.add("disabled", true)
                context = own
            case .named(let name, let own):
                message.add("name", name)
                context = own
            case .source(let source, let own):
                message.add("source_code", source.encoded)
                context = own
            case .none(let own): context = own
            }
            message.add("filter_context", context)
        }
    }
}
