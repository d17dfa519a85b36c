extension RouteAction {
    static func decode(_ field: Field, route: String) -> RouteAction? {
        field.message("envoy.config.route.v3.RouteAction") { message in
            let cluster = ClusterSpecifier.decode(message, route: route)
            let notFound: UInt32? = message["cluster_not_found_response_code"]?.choice([
                "SERVICE_UNAVAILABLE": 503, "NOT_FOUND": 404, "INTERNAL_SERVER_ERROR": 500,
            ])
            let rewrites = message.oneOf("prefix_rewrite", "regex_rewrite")
            let pathRewrite = rewrites.flatMap { PathRewrite.decode($0.name, $0.value) }
            let hosts = message.oneOf(
                "host_rewrite_literal", "auto_host_rewrite", "host_rewrite_header", "host_rewrite_path_regex")
            let hostRewrite = hosts.flatMap { HostRewrite.decode($0.name, $0.value) }
            let appendHost = message["append_x_forwarded_host"]?.bool() ?? false
            let timeout = message.limit("timeout", default: .seconds(15))
            let idle = message.duration("idle_timeout")
            let longest = message["max_stream_duration"].flatMap(RouteMaxStreamDuration.decode)
            let maxGrpc = message.duration("max_grpc_timeout")
            let grpcOffset = message.duration("grpc_timeout_offset")
            let retry = message["retry_policy"].flatMap(RetryPolicy.decode)
            let mirrors = message.each("request_mirror_policies", RequestMirrorPolicy.decode)
            let priority = message["priority"].flatMap(RoutingPriority.decode) ?? .default
            let hashes = message.each("hash_policy", HashPolicy.decode)
            let upgrades = UpgradeConfig.unique(
                message.each("upgrade_configs", UpgradeConfig.decodeOnRoute), in: message)
            let cors = message["cors"].flatMap(CorsPolicy.decodeLegacy)
            guard let cluster else { return nil }
            return RouteAction(
                cluster: cluster, clusterNotFoundResponseCode: notFound ?? 503, pathRewrite: pathRewrite,
                hostRewrite: hostRewrite, appendXForwardedHost: appendHost, timeout: timeout,
                idleTimeout: idle.map { $0 == .zero ? .disabled : .after($0) } ?? .inherited,
                maxStreamDuration: longest, maxGrpcTimeout: maxGrpc, grpcTimeoutOffset: grpcOffset,
                retryPolicy: retry, requestMirrorPolicies: mirrors, priority: priority, hashPolicy: hashes,
                upgradeConfigs: upgrades, cors: cors, source: message.source)
        }
    }
}

extension ClusterSpecifier {
    static func decode(_ message: Message, route: String) -> ClusterSpecifier? {
        let choice = message.oneOf("cluster", "weighted_clusters", "cluster_header")
        guard let (name, value) = choice else {
            if !message.has("cluster_specifier_plugin"), !message.has("inline_cluster_specifier_plugin") {
                message.field.report(.missingOneOf(["cluster", "weighted_clusters", "cluster_header"]))
            }
            return nil
        }
        switch name {
        case "cluster":
            guard let cluster = value.nonEmptyString() else { return nil }
            message.field.reading.clusters.refer(to: cluster, from: "\(owner(route)) forwards", at: value)
            return .cluster(cluster)
        case "weighted_clusters":
            return WeightedClusters.decode(value, route: route).map(ClusterSpecifier.weightedClusters)
        default:
            guard let header = value.nonEmptyString(), HeaderText.checkName(header, at: value) else { return nil }
            return .clusterHeader(header.lowercased())
        }
    }

    static func owner(_ route: String) -> String { route.isEmpty ? "this route" : "route '\(route)'" }
}

extension WeightedClusters {
    static func decode(_ field: Field, route: String) -> WeightedClusters? {
        field.message("envoy.config.route.v3.WeightedCluster") { message in
            let list = message.required("clusters")
            let clusters = list?.elements.compactMap { WeightedCluster.decode($0, route: route) } ?? []
            message.ignore("total_weight")
            let random = message.oneOf("header_name", "use_hash_policy")
            let header = random?.name == "header_name" ? random?.value.string() : nil
            let useHash = random?.name == "use_hash_policy" ? random?.value.bool() : nil
            if useHash == true { random?.value.report(.unsupportedField("use_hash_policy")) }
            let prefix = message.string("runtime_key_prefix")
            guard let list else { return nil }
            Weights.check(clusters, at: list)
            return WeightedClusters(
                clusters: clusters, headerName: header?.lowercased() ?? "", useHashPolicy: useHash ?? false,
                runtimeKeyPrefix: prefix, source: message.source)
        }
    }
}

extension WeightedCluster {
    static func decode(_ field: Field, route: String) -> WeightedCluster? {
        field.message("envoy.config.route.v3.WeightedCluster.ClusterWeight") { message in
            let choice = message.oneOf("name", "cluster_header", required: true)
            let weight = message.uint32("weight") ?? 0
            let requests = HeaderMutation.decode(message, "request")
            let responses = HeaderMutation.decode(message, "response")
            let overrides = FilterOverride.decodeMap(message)
            let host = message["host_rewrite_literal"]?.headerValue()
            guard let choice, let text = choice.value.nonEmptyString() else { return nil }
            if choice.name == "name" {
                let owner = "\(ClusterSpecifier.owner(route)) splits"
                field.reading.clusters.refer(to: text, from: owner, at: choice.value)
            }
            return WeightedCluster(
                cluster: choice.name == "name" ? .name(text) : .header(text.lowercased()),
                weight: weight, requestHeaders: requests, responseHeaders: responses,
                typedPerFilterConfig: overrides, hostRewriteLiteral: host, source: message.source)
        }
    }
}

extension PathRewrite {
    static func decode(_ name: String, _ field: Field) -> PathRewrite? {
        guard name == "prefix_rewrite" else { return RegexRewrite.decode(field).map(PathRewrite.regex) }
        return field.headerValue().flatMap { $0.isEmpty ? nil : .prefix($0) }
    }

    var isPrefix: Bool {
        if case .prefix = self { true } else { false }
    }
}

extension HostRewrite {
    static func decode(_ name: String, _ field: Field) -> HostRewrite? {
        switch name {
        case "host_rewrite_literal":
            return field.headerValue().flatMap { $0.isEmpty ? nil : .literal($0) }
        case "auto_host_rewrite": return field.bool() == true ? .auto : nil
        case "host_rewrite_header":
            guard let text = field.nonEmptyString(), HeaderText.checkName(text, at: field) else { return nil }
            return .header(text.lowercased())
        default: return RegexRewrite.decode(field).map(HostRewrite.pathRegex)
        }
    }
}

extension RoutingPriority {
    static func decode(_ field: Field) -> RoutingPriority? {
        field.choice(["DEFAULT": RoutingPriority.default, "HIGH": .high])
    }
}

extension RouteMaxStreamDuration {
    static func decode(_ field: Field) -> RouteMaxStreamDuration? {
        field.message("envoy.config.route.v3.RouteAction.MaxStreamDuration") { message in
            RouteMaxStreamDuration(
                maxStreamDuration: message.duration("max_stream_duration"),
                grpcTimeoutHeaderMax: message.duration("grpc_timeout_header_max"),
                grpcTimeoutHeaderOffset: message.duration("grpc_timeout_header_offset"))
        }
    }
}

extension RequestMirrorPolicy {
    static func decode(_ field: Field) -> RequestMirrorPolicy? {
        field.message("envoy.config.route.v3.RouteAction.RequestMirrorPolicy") { message in
            let choice = message.oneOf("cluster", "cluster_header", required: true)
            let fraction = message["runtime_fraction"].flatMap(RuntimeFraction.decode)
            let noSuffix = message.bool("disable_shadow_host_suffix_append")
            let sampled = message.flag("trace_sampled")
            let mutations = message.each("request_headers_mutations", MirrorHeaderMutation.decode)
            let host = message["host_rewrite_literal"]
            let literal = host?.headerValue() ?? ""
            guard let choice, let text = choice.value.nonEmptyString() else { return nil }
            if choice.name == "cluster" {
                field.reading.clusters.refer(to: text, from: "this policy mirrors", at: choice.value)
            }
            return RequestMirrorPolicy(
                target: choice.name == "cluster" ? .cluster(text) : .clusterHeader(text.lowercased()),
                runtimeFraction: fraction, disableShadowHostSuffixAppend: noSuffix, traceSampled: sampled,
                requestHeadersMutations: mutations, hostRewriteLiteral: literal, source: message.source)
        }
    }
}

extension MirrorHeaderMutation {
    static func decode(_ field: Field) -> MirrorHeaderMutation? {
        field.message("envoy.config.common.mutation_rules.v3.HeaderMutation") { message in
            let choice = message.oneOf("remove", "append")
            guard let (name, value) = choice else {
                if !message.has("remove_on_match") { field.report(.missingOneOf(["remove", "append"])) }
                return nil
            }
            guard name == "remove" else { return HeaderValueOption.decode(value).map(MirrorHeaderMutation.append) }
            guard let header = value.nonEmptyString(), HeaderText.checkMutable(header, at: value) else { return nil }
            return .remove(header.lowercased())
        }
    }
}
