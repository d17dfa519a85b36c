extension LocalRateLimit {
    static func decode(_ config: TypedConfig) -> LocalRateLimit? {
        config.message { message in
            let prefix = message.name("stat_prefix")
            let status = message["status"].flatMap(status)
            message.ignore("stage", "vh_rate_limits", "always_consume_default_token_bucket", "max_dynamic_descriptors")
            return LocalRateLimit(
                statPrefix: prefix ?? "",
                status: status.flatMap { $0 < 400 ? nil : $0 } ?? 429,
                tokenBucket: message["token_bucket"].flatMap(TokenBucket.decode),
                filterEnabled: message["filter_enabled"].flatMap(RuntimeFraction.decode)
                    ?? RuntimeFraction(defaultValue: .never),
                filterEnforced: message["filter_enforced"].flatMap(RuntimeFraction.decode)
                    ?? RuntimeFraction(defaultValue: .never),
                requestHeadersToAddWhenNotEnforced: message.each("request_headers_to_add_when_not_enforced") {
                    HeaderValueOption.decode($0)
                },
                responseHeadersToAdd: message.each("response_headers_to_add") { HeaderValueOption.decode($0) },
                localRateLimitPerDownstreamConnection: message.bool("local_rate_limit_per_downstream_connection"),
                enableXRatelimitHeaders: message["enable_x_ratelimit_headers"]?.choice([
                    "OFF": .off, "DRAFT_VERSION_03": .draftVersion03,
                ]) ?? .off,
                rateLimitedAsResourceExhausted: message.bool("rate_limited_as_resource_exhausted"),
                source: message.source)
        }
    }

    private static func status(_ field: Field) -> UInt32? {
        field.message("envoy.type.v3.HttpStatus") { message in
            message.required("code").flatMap(StatusCode.decode)
        }
    }
}

extension TokenBucket {
    static func decode(_ field: Field) -> TokenBucket? {
        field.message("envoy.type.v3.TokenBucket") { message in
            let most = message.required("max_tokens")?.integer(UInt32.self, in: 0...UInt32.max)
            let perFill = message.uint32("tokens_per_fill", in: 1...UInt32.max) ?? 1
            let interval = message.required("fill_interval")?.duration(atLeast: .milliseconds(50))
            guard let most, let interval else { return nil }
            return TokenBucket(maxTokens: most, tokensPerFill: perFill, fillInterval: interval)
        }
    }
}
