extension CommonHTTPProtocolOptions {
    static func decode(_ field: Field) -> CommonHTTPProtocolOptions? {
        field.message("envoy.config.core.v3.HttpProtocolOptions") { message in
            CommonHTTPProtocolOptions(
                idleTimeout: message.limit("idle_timeout", default: .seconds(3600)),
                maxConnectionDuration: message.limit("max_connection_duration", default: nil),
                maxHeadersCount: message.uint32("max_headers_count", in: 1...UInt32.max) ?? 100,
                maxResponseHeadersKb: message.uint32("max_response_headers_kb", in: 1...8192),
                maxStreamDuration: message.limit("max_stream_duration", default: nil),
                maxRequestsPerConnection: message.uint32("max_requests_per_connection") ?? 0,
                headersWithUnderscoresAction: message["headers_with_underscores_action"]?.choice([
                    "ALLOW": .allow, "REJECT_REQUEST": .rejectRequest, "DROP_HEADER": .dropHeader,
                ]) ?? .allow)
        }
    }
}

extension HTTP1ProtocolOptions {
    static func decode(_ field: Field) -> HTTP1ProtocolOptions? {
        field.message("envoy.config.core.v3.Http1ProtocolOptions") { message in
            message.ignore("use_balsa_parser")
            return HTTP1ProtocolOptions(
                allowAbsoluteUrl: message.bool("allow_absolute_url", default: true),
                acceptHttp10: message.bool("accept_http_10"),
                defaultHostForHttp10: message.string("default_host_for_http_10"),
                headerKeyFormat: message["header_key_format"].flatMap(HeaderKeyFormat.decode) ?? .lowercase,
                enableTrailers: message.bool("enable_trailers"),
                allowChunkedLength: message.bool("allow_chunked_length"),
                overrideStreamErrorOnInvalidHttpMessage: message.refusedSwitch(
                    "override_stream_error_on_invalid_http_message"),
                sendFullyQualifiedUrl: message.refusedSwitch("send_fully_qualified_url"),
                allowCustomMethods: message.bool("allow_custom_methods"))
        }
    }
}

extension HeaderKeyFormat {
    static func decode(_ field: Field) -> HeaderKeyFormat? {
        field.message("envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat") { message in
            let choice = message.oneOf("proper_case_words", "stateful_formatter", required: true)
            guard let (name, value) = choice else { return nil }
            return name == "proper_case_words" ? properCaseWords(value) : stateful(value)
        }
    }

    private static func properCaseWords(_ field: Field) -> HeaderKeyFormat? {
        field.message("envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat.ProperCaseWords") { _ in
            .properCaseWords
        }
    }

    private static func stateful(_ field: Field) -> HeaderKeyFormat? {
        field.message("envoy.config.core.v3.TypedExtensionConfig") { message in
            _ = message.name("name")
            let known = "envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig"
            guard let config = message.required("typed_config").flatMap(TypedConfig.init) else { return nil }
            guard config.type == known else {
                config.reportUnknown("header formatter", known: [known])
                return nil
            }
            return config.message { message in
                .preserveCase(
                    forwardReasonPhrase: message.bool("forward_reason_phrase"),
                    others: message["formatter_type_on_envoy_headers"]?.choice([
                        "DEFAULT": .lowercase, "PROPER_CASE": .properCase,
                    ]) ?? .lowercase)
            }
        }
    }
}

extension UpstreamHTTPProtocolOptions {
    static let type = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"

    static func decode(_ config: TypedConfig) -> UpstreamHTTPProtocolOptions? {
        config.message { message in
            let common = message["common_http_protocol_options"].flatMap(CommonHTTPProtocolOptions.decode)
            let http1 = message["explicit_http_config"].flatMap(explicit)
            if !message.has("explicit_http_config"), !message.has("auto_config"),
                !message.has("use_downstream_protocol_config")
            {
                message.field.report(
                    .missingOneOf(["explicit_http_config", "use_downstream_protocol_config", "auto_config"]))
            }
            return UpstreamHTTPProtocolOptions(
                commonHttpProtocolOptions: common ?? CommonHTTPProtocolOptions(),
                http1: http1 ?? HTTP1ProtocolOptions(),
                source: message.source)
        }
    }

    private static func explicit(_ field: Field) -> HTTP1ProtocolOptions? {
        field.message("\(type).ExplicitHttpConfig") { message in
            guard let options = message["http_protocol_options"] else {
                if !message.has("http2_protocol_options"), !message.has("http3_protocol_options") {
                    message.report(missing: "http_protocol_options")
                }
                return nil
            }
            return HTTP1ProtocolOptions.decode(options)
        }
    }
}
