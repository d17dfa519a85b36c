extension RouteConfiguration {
    static func decode(_ field: Field) -> RouteConfiguration? {
        field.message("envoy.config.route.v3.RouteConfiguration") { message in
            let limit = message.uint32("max_direct_response_body_size_bytes") ?? 4096
            let validate = message.bool("validate_clusters", default: true)
            let references = field.reading.clusters.count
            let hosts = message["virtual_hosts"]
            let virtualHosts = hosts?.elements.compactMap { VirtualHost.decode($0, bodyLimit: Int(limit)) } ?? []
            if let hosts { VirtualHostNames.check(hosts) }
            let mirrors = message.each("request_mirror_policies", RequestMirrorPolicy.decode)
            // `validate_clusters: false` leaves unknown clusters to the requests that meet them.
            if !validate { field.reading.clusters.forget(after: references) }
            return RouteConfiguration(
                name: message.string("name"),
                virtualHosts: virtualHosts,
                internalOnlyHeaders: HeaderText.names(message["internal_only_headers"]),
                requestHeaders: HeaderMutation.decode(message, "request"),
                responseHeaders: HeaderMutation.decode(message, "response"),
                mostSpecificHeaderMutationsWins: message.bool("most_specific_header_mutations_wins"),
                validateClusters: validate,
                maxDirectResponseBodySizeBytes: limit,
                requestMirrorPolicies: mirrors,
                ignorePortInHostMatching: message.bool("ignore_port_in_host_matching"),
                ignorePathParametersInPathMatching: message.bool("ignore_path_parameters_in_path_matching"),
                typedPerFilterConfig: FilterOverride.decodeMap(message),
                metadata: message["metadata"].flatMap(Metadata.decode) ?? Metadata(),
                source: message.source)
        }
    }
}

extension VirtualHost {
    static func decode(_ field: Field, bodyLimit: Int) -> VirtualHost? {
        field.message("envoy.config.route.v3.VirtualHost") { message in
            let name = message.name("name")
            let domains = message["domains"]
            if domains == nil || domains?.elements.isEmpty == true { (domains ?? field).report(.noDomains(name ?? "")) }
            if message.has("cors") { message["cors"]?.report(.moved("cors", to: "typed_per_filter_config")) }
            let routes = message.each("routes") { Route.decode($0, bodyLimit: bodyLimit) }
            return VirtualHost(
                name: name ?? "",
                domains: domains?.elements.compactMap { $0.string() } ?? [],
                routes: routes,
                requireTls: message["require_tls"]?.choice([
                    "NONE": TLSRequirement.none, "EXTERNAL_ONLY": .externalOnly, "ALL": .all,
                ]) ?? .none,
                requestHeaders: HeaderMutation.decode(message, "request"),
                responseHeaders: HeaderMutation.decode(message, "response"),
                typedPerFilterConfig: FilterOverride.decodeMap(message),
                includeRequestAttemptCount: message.bool("include_request_attempt_count"),
                includeAttemptCountInResponse: message.bool("include_attempt_count_in_response"),
                includeIsTimeoutRetryHeader: message.bool("include_is_timeout_retry_header"),
                retryPolicy: message["retry_policy"].flatMap(RetryPolicy.decode),
                requestMirrorPolicies: message.each("request_mirror_policies", RequestMirrorPolicy.decode),
                perRequestBufferLimitBytes: message.uint32("per_request_buffer_limit_bytes"),
                requestBodyBufferLimit: message.uint64("request_body_buffer_limit"),
                metadata: message["metadata"].flatMap(Metadata.decode) ?? Metadata(),
                source: message.source)
        }
    }
}
