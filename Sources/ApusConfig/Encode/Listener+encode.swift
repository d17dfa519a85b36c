extension Listener {
    public var encoded: ConfigValue {
        .message { message in
            message.add("name", name)
            message.add("address", address.encoded)
            message.add("filter_chains", filterChains.map(\.encoded))
            message.add("stat_prefix", statPrefix)
            message.add("per_connection_buffer_limit_bytes", perConnectionBufferLimitBytes, unless: 1_048_576)
            message.add(
                "traffic_direction", trafficDirection.rawValue, unless: TrafficDirection.unspecified.rawValue)
            message.add("metadata", metadata)
        }
    }
}

extension FilterChain {
    fileprivate var encoded: ConfigValue {
        .message { message in
            message.add("name", name)
            message.add("filters", filters.compactMap(\.encoded))
        }
    }
}

extension NetworkFilter {
    fileprivate var encoded: ConfigValue? {
        switch self {
        case .httpConnectionManager(let manager):
            .message {
                $0.add("name", "envoy.filters.network.http_connection_manager")
                $0.add("typed_config", manager.encoded)
            }
        // What rules never make; Envoy's own text is shown as it was read.
        case .tcpProxy: nil
        }
    }
}

extension HTTPConnectionManager {
    fileprivate var encoded: ConfigValue {
        .typed("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager") { message in
            message.add("codec_type", codecType.rawValue, unless: CodecType.auto.rawValue)
            message.add("stat_prefix", statPrefix)
            message.add("route_config", routeConfig.encoded)
            message.add("http_filters", httpFilters.map(\.encoded))
            message.add("use_remote_address", useRemoteAddress)
            message.add("xff_num_trusted_hops", xffNumTrustedHops, unless: 0)
            message.add("skip_xff_append", skipXffAppend)
            message.add("via", via)
            message.add("server_name", serverName, unless: "envoy")
            message.add(
                "server_header_transformation", serverHeaderTransformation.rawValue,
                unless: ServerHeaderTransformation.overwrite.rawValue)
            message.add("generate_request_id", generateRequestId, unless: true)
            message.add("preserve_external_request_id", preserveExternalRequestId)
            message.add("always_set_request_id_in_response", alwaysSetRequestIdInResponse)
            message.add("normalize_path", normalizePath)
            message.add("merge_slashes", mergeSlashes)
            message.add(
                "path_with_escaped_slashes_action", pathWithEscapedSlashesAction.rawValue,
                unless: EscapedSlashesAction.keepUnchanged.rawValue)
            message.add("strip_matching_host_port", stripMatchingHostPort)
            message.add("strip_any_host_port", stripAnyHostPort)
            message.add("strip_trailing_host_dot", stripTrailingHostDot)
            message.add("max_request_headers_kb", maxRequestHeadersKb, unless: 60)
            if let http1 = httpProtocolOptions.encoded { message.add("http_protocol_options", http1) }
            if let common = commonHttpProtocolOptions.encoded { message.add("common_http_protocol_options", common) }
            message.add("stream_idle_timeout", streamIdleTimeout ?? .zero, unless: .seconds(300))
            message.add("request_timeout", requestTimeout.map(ConfigValue.init))
            message.add("request_headers_timeout", requestHeadersTimeout.map(ConfigValue.init))
            message.add("drain_timeout", drainTimeout, unless: .seconds(5))
            message.add("delayed_close_timeout", delayedCloseTimeout ?? .zero, unless: .seconds(1))
            message.add("upgrade_configs", upgradeConfigs.map(\.encoded))
            message.add("access_log", accessLog.map(\.encoded))
            message.add("append_x_forwarded_port", appendXForwardedPort)
        }
    }
}

extension HTTP1ProtocolOptions {
    var encoded: ConfigValue? {
        var message = MessageWriter()
        message.add("allow_absolute_url", allowAbsoluteUrl, unless: true)
        message.add("accept_http_10", acceptHttp10)
        message.add("default_host_for_http_10", defaultHostForHttp10)
        message.add("enable_trailers", enableTrailers)
        message.add("allow_chunked_length", allowChunkedLength)
        message.add("allow_custom_methods", allowCustomMethods)
        return message.isEmpty ? nil : message.value
    }
}

extension CommonHTTPProtocolOptions {
    var encoded: ConfigValue? {
        var message = MessageWriter()
        message.add("idle_timeout", idleTimeout ?? .zero, unless: .seconds(3600))
        message.add("max_connection_duration", maxConnectionDuration.map(ConfigValue.init))
        message.add("max_headers_count", maxHeadersCount, unless: 100)
        message.add("max_response_headers_kb", maxResponseHeadersKb.map(ConfigValue.init))
        message.add("max_stream_duration", maxStreamDuration.map(ConfigValue.init))
        message.add("max_requests_per_connection", maxRequestsPerConnection, unless: 0)
        message.add(
            "headers_with_underscores_action", headersWithUnderscoresAction.rawValue,
            unless: HeadersWithUnderscoresAction.allow.rawValue)
        return message.isEmpty ? nil : message.value
    }
}

extension AccessLog {
    fileprivate var encoded: ConfigValue {
        .message { message in
            message.add("name", name)
            let type: String
            switch sink {
            case .file: type = "file.v3.FileAccessLog"
            case .stdout: type = "stream.v3.StdoutAccessLog"
            case .stderr: type = "stream.v3.StderrAccessLog"
            }
            message.add(
                "typed_config",
                .typed("envoy.extensions.access_loggers.\(type)") {
                    if case .file(let path) = sink { $0.add("path", path) }
                    if case .custom(let format) = self.format { $0.add("log_format", format.encoded) }
                })
        }
    }
}

extension SubstitutionFormat {
    var encoded: ConfigValue {
        .message { message in
            switch layout {
            case .text(let format):
                message.add("text_format_source", .message { $0.add("inline_string", .string(format.text)) })
            case .json(let tree): message.add("json_format", tree.encoded)
            }
            message.add("omit_empty_values", omitEmptyValues)
            message.add("content_type", contentType.map(ConfigValue.string))
        }
    }
}

extension FormatTree {
    fileprivate var encoded: ConfigValue {
        switch self {
        case .format(let format): .string(format.text)
        case .constant(let value): value
        case .array(let elements): .array(elements.map(\.encoded))
        case .object(let members):
            .object(members.map { ConfigMember(name: $0.name, value: $0.value.encoded) })
        }
    }
}
