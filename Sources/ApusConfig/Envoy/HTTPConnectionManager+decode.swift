extension HTTPConnectionManager {
    static func decode(_ config: TypedConfig) -> HTTPConnectionManager? {
        config.message { message in
            let reading = message.field.reading
            let filtersField = message["http_filters"]
            let filters = filtersField?.elements.compactMap(HTTPFilter.decode) ?? []
            FilterOrder.check(filters, at: filtersField ?? message.field)
            reading.overrides.removeAll()
            let routes = message.required("route_config").flatMap(RouteConfiguration.decode)
            FilterOverrides.check(reading.overrides, against: filters)
            let stripMatching = message.bool("strip_matching_host_port")
            let stripAny = checkPortStripping(any: message["strip_any_host_port"], matching: stripMatching)
            return HTTPConnectionManager(
                statPrefix: message.name("stat_prefix") ?? "",
                codecType: message["codec_type"]?.choice([
                    "AUTO": .auto, "HTTP1": .http1, "HTTP2": nil, "HTTP3": nil,
                ]) ?? .auto,
                routeConfig: routes ?? RouteConfiguration(),
                httpFilters: filters,
                useRemoteAddress: message.bool("use_remote_address"),
                xffNumTrustedHops: message.uint32("xff_num_trusted_hops") ?? 0,
                skipXffAppend: message.bool("skip_xff_append"),
                via: message["via"]?.headerValue() ?? "",
                serverName: message["server_name"]?.headerValue().flatMap { $0.isEmpty ? nil : $0 } ?? "envoy",
                serverHeaderTransformation: message["server_header_transformation"]?.choice([
                    "OVERWRITE": .overwrite, "APPEND_IF_ABSENT": .appendIfAbsent, "PASS_THROUGH": .passThrough,
                ]) ?? .overwrite,
                schemeHeaderTransformation: message["scheme_header_transformation"]
                    .flatMap(SchemeHeaderTransformation.decode),
                generateRequestId: message.bool("generate_request_id", default: true),
                preserveExternalRequestId: message.bool("preserve_external_request_id"),
                alwaysSetRequestIdInResponse: message.bool("always_set_request_id_in_response"),
                normalizePath: message.bool("normalize_path"),
                mergeSlashes: message.bool("merge_slashes"),
                pathWithEscapedSlashesAction: escapedSlashes(message["path_with_escaped_slashes_action"]),
                stripMatchingHostPort: stripMatching,
                stripAnyHostPort: stripAny,
                stripTrailingHostDot: message.bool("strip_trailing_host_dot"),
                maxRequestHeadersKb: message.uint32("max_request_headers_kb", in: 1...8192) ?? 60,
                commonHttpProtocolOptions: message["common_http_protocol_options"]
                    .flatMap(CommonHTTPProtocolOptions.decode) ?? CommonHTTPProtocolOptions(),
                httpProtocolOptions: message["http_protocol_options"]
                    .flatMap(HTTP1ProtocolOptions.decode) ?? HTTP1ProtocolOptions(),
                streamIdleTimeout: message.limit("stream_idle_timeout", default: .seconds(300)),
                requestTimeout: message.limit("request_timeout", default: nil),
                requestHeadersTimeout: message.limit("request_headers_timeout", default: nil),
                drainTimeout: message.duration("drain_timeout") ?? .seconds(5),
                delayedCloseTimeout: message.limit("delayed_close_timeout", default: .seconds(1)),
                proxy100Continue: message.bool("proxy_100_continue"),
                representIpv4RemoteAddressAsIpv4MappedIpv6: message.refusedSwitch(
                    "represent_ipv4_remote_address_as_ipv4_mapped_ipv6"),
                upgradeConfigs: UpgradeConfig.unique(
                    message.each("upgrade_configs", UpgradeConfig.decodeOnListener), in: message),
                accessLog: message.each("access_log", AccessLog.decode),
                localReplyConfig: message["local_reply_config"].flatMap(LocalReplyConfig.decode)
                    ?? LocalReplyConfig(),
                internalAddressConfig: message["internal_address_config"].flatMap(InternalAddressConfig.decode),
                streamErrorOnInvalidHttpMessage: message.refusedSwitch("stream_error_on_invalid_http_message"),
                addUserAgent: message.bool("add_user_agent"),
                forwardClientCertDetails: forwardClientCertDetails(message),
                appendXForwardedPort: message.bool("append_x_forwarded_port"),
                addProxyProtocolConnectionState: message.bool("add_proxy_protocol_connection_state", default: true),
                source: message.source)
        }
    }

    private static func escapedSlashes(_ field: Field?) -> EscapedSlashesAction {
        field?.choice([
            "IMPLEMENTATION_SPECIFIC_DEFAULT": .keepUnchanged, "KEEP_UNCHANGED": .keepUnchanged,
            "REJECT_REQUEST": .rejectRequest, "UNESCAPE_AND_REDIRECT": .unescapeAndRedirect,
            "UNESCAPE_AND_FORWARD": .unescapeAndForward,
        ]) ?? .keepUnchanged
    }

    /// Two ways to strip a port, of which only one may be chosen.
    private static func checkPortStripping(any: Field?, matching: Bool) -> Bool {
        let any = any.flatMap { field in field.bool() == true ? field : nil }
        if matching { any?.report(.conflicting(["strip_matching_host_port", "strip_any_host_port"])) }
        return any != nil
    }

    private static func forwardClientCertDetails(_ message: Message) -> ForwardClientCertDetails {
        message.ignore("set_current_client_cert_details")
        return message["forward_client_cert_details"]?.choice([
            "SANITIZE": .sanitize, "FORWARD_ONLY": .forwardOnly, "APPEND_FORWARD": .appendForward,
            "SANITIZE_SET": .sanitizeSet, "ALWAYS_FORWARD_ONLY": .alwaysForwardOnly,
        ]) ?? .sanitize
    }
}

extension SchemeHeaderTransformation {
    static func decode(_ field: Field) -> SchemeHeaderTransformation? {
        field.message("envoy.config.core.v3.SchemeHeaderTransformation") { message in
            SchemeHeaderTransformation(
                schemeToOverwrite: message["scheme_to_overwrite"]?.choice(["http": "http", "https": "https"]),
                matchUpstream: message.bool("match_upstream"))
        }
    }
}

extension UpgradeConfig {
    static func decodeOnListener(_ field: Field) -> UpgradeConfig? {
        decode(
            field,
            type: "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig")
    }

    static func decodeOnRoute(_ field: Field) -> UpgradeConfig? {
        decode(field, type: "envoy.config.route.v3.RouteAction.UpgradeConfig")
    }

    /// Names are compared without regard to case.
    static func unique(_ upgrades: [UpgradeConfig], in message: Message) -> [UpgradeConfig] {
        var seen: Set<String> = []
        for upgrade in upgrades where !seen.insert(upgrade.upgradeType.lowercased()).inserted {
            let path = message.field.place.field("upgrade_configs").path
            message.field.reading.report(.duplicateUpgrade(upgrade.upgradeType), at: upgrade.source, path: path)
        }
        return upgrades
    }

    private static func decode(_ field: Field, type: String) -> UpgradeConfig? {
        field.message(type) { message in
            let kind = message.name("upgrade_type")
            let enabled = message.bool("enabled", default: true)
            guard let kind else { return nil }
            if kind.uppercased() == "CONNECT" || kind.lowercased() == "connect-udp" {
                field.report(.unsupportedValue(kind))
            }
            return UpgradeConfig(upgradeType: kind, enabled: enabled, source: message.source)
        }
    }
}

extension InternalAddressConfig {
    static func decode(_ field: Field) -> InternalAddressConfig? {
        let owner = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
        return field.message("\(owner).InternalAddressConfig") { message in
            InternalAddressConfig(
                unixSockets: message.bool("unix_sockets"),
                cidrRanges: message.each("cidr_ranges", CIDRRange.decode))
        }
    }
}
