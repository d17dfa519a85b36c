extension RouteConfiguration {
    public var encoded: ConfigValue {
        .message { message in
            message.add("name", name)
            message.add("virtual_hosts", virtualHosts.filter { !$0.domains.isEmpty }.map(\.encoded))
            message.add("internal_only_headers", internalOnlyHeaders.map(ConfigValue.string))
            message.add("request", requestHeaders)
            message.add("response", responseHeaders)
            message.add("most_specific_header_mutations_wins", mostSpecificHeaderMutationsWins)
            message.add("validate_clusters", validateClusters, unless: true)
            message.add("max_direct_response_body_size_bytes", maxDirectResponseBodySizeBytes, unless: 4096)
            message.add("request_mirror_policies", requestMirrorPolicies.map(\.encoded))
            message.add("ignore_port_in_host_matching", ignorePortInHostMatching)
            message.add("ignore_path_parameters_in_path_matching", ignorePathParametersInPathMatching)
            message.add("typed_per_filter_config", FilterOverride.encoded(typedPerFilterConfig))
            message.add("metadata", metadata)
        }
    }
}

extension VirtualHost {
    var encoded: ConfigValue {
        .message { message in
            message.add("name", name)
            message.add("domains", domains.map(ConfigValue.string))
            message.add("routes", routes.map(\.encoded))
            message.add("require_tls", requireTls.rawValue, unless: TLSRequirement.none.rawValue)
            message.add("request", requestHeaders)
            message.add("response", responseHeaders)
            message.add("typed_per_filter_config", FilterOverride.encoded(typedPerFilterConfig))
            message.add("include_request_attempt_count", includeRequestAttemptCount)
            message.add("include_attempt_count_in_response", includeAttemptCountInResponse)
            message.add("include_is_timeout_retry_header", includeIsTimeoutRetryHeader)
            message.add("retry_policy", retryPolicy?.encoded)
            message.add("request_mirror_policies", requestMirrorPolicies.map(\.encoded))
            message.add("per_request_buffer_limit_bytes", perRequestBufferLimitBytes.map(ConfigValue.init))
            message.add("request_body_buffer_limit", requestBodyBufferLimit.map { .number(Double($0)) })
            message.add("metadata", metadata)
        }
    }
}

extension Route {
    public var encoded: ConfigValue {
        .message { message in
            message.add("name", name)
            message.add("match", match.encoded)
            switch action {
            case .route(let action): message.add("route", action.encoded)
            case .redirect(let redirect): message.add("redirect", redirect.encoded)
            case .directResponse(let response): message.add("direct_response", response.encoded)
            case .nonForwarding: message.add("non_forwarding_action", .object([]))
            }
            message.add("metadata", metadata)
            message.add(
                "decorator",
                decorator.map { decorator in
                    .message {
                        $0.add("operation", decorator.operation)
                        $0.add("propagate", decorator.propagate, unless: true)
                    }
                })
            message.add("typed_per_filter_config", FilterOverride.encoded(typedPerFilterConfig))
            message.add("request", requestHeaders)
            message.add("response", responseHeaders)
            message.add("per_request_buffer_limit_bytes", perRequestBufferLimitBytes.map(ConfigValue.init))
            message.add("request_body_buffer_limit", requestBodyBufferLimit.map { .number(Double($0)) })
            message.add("stat_prefix", statPrefix)
        }
    }
}

extension RouteMatch {
    public var encoded: ConfigValue {
        .message { message in
            switch path {
            case .prefix(let text): message.add("prefix", .string(text))
            case .path(let text): message.add("path", .string(text))
            case .safeRegex(let regex): message.add("safe_regex", regex.encoded)
            case .pathSeparatedPrefix(let text): message.add("path_separated_prefix", .string(text))
            case .connect: message.add("connect_matcher", .object([]))
            }
            message.add("case_sensitive", caseSensitive, unless: true)
            message.add("runtime_fraction", runtimeFraction?.encoded)
            message.add("headers", headers.map(\.encoded))
            message.add("query_parameters", queryParameters.map(\.encoded))
            if grpc { message.add("grpc", .object([])) }
        }
    }
}

extension Redirect {
    var encoded: ConfigValue {
        .message { message in
            switch scheme {
            case .same: break
            case .https: message.add("https_redirect", true)
            case .named(let scheme): message.add("scheme_redirect", scheme)
            }
            message.add("host_redirect", hostRedirect)
            message.add("port_redirect", portRedirect, unless: 0)
            switch path {
            case .same: break
            case .replaced(let text): message.add("path_redirect", .string(text))
            case .prefixRewrite(let text): message.add("prefix_rewrite", .string(text))
            case .regexRewrite(let rewrite): message.add("regex_rewrite", rewrite.encoded)
            }
            message.add("response_code", Self.name(of: responseCode), unless: "MOVED_PERMANENTLY")
            message.add("strip_query", stripQuery)
        }
    }

    private static func name(of code: UInt32) -> String {
        switch code {
        case 302: "FOUND"
        case 303: "SEE_OTHER"
        case 307: "TEMPORARY_REDIRECT"
        case 308: "PERMANENT_REDIRECT"
        default: "MOVED_PERMANENTLY"
        }
    }
}

extension DirectResponse {
    var encoded: ConfigValue {
        .message { message in
            message.add("status", ConfigValue(status))
            if !body.isEmpty {
                // Text where it is text; else base64, as protobuf's JSON has bytes.
                message.add(
                    "body",
                    .message {
                        if let text = String(validating: body, as: UTF8.self) {
                            $0.add("inline_string", text)
                        } else {
                            $0.add("inline_bytes", Base64.encode(body))
                        }
                    })
            }
            message.add("body_format", bodyFormat?.encoded)
        }
    }
}
