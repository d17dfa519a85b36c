extension RouterSettings {
    static func decode(_ config: TypedConfig) -> RouterSettings? {
        config.message { message in
            message.ignore("reject_connect_request_early_data")
            return RouterSettings(
                dynamicStats: message.bool("dynamic_stats", default: true),
                startChildSpan: message.bool("start_child_span"),
                suppressEnvoyHeaders: message.bool("suppress_envoy_headers"),
                respectExpectedRqTimeout: message.bool("respect_expected_rq_timeout"),
                suppressGrpcRequestFailureCodeStats: message.bool("suppress_grpc_request_failure_code_stats"))
        }
    }
}

extension BufferSettings {
    static func decode(_ message: Message) -> BufferSettings? {
        guard let bytes = message.required("max_request_bytes")?.integer(UInt32.self, in: 1...UInt32.max) else {
            return nil
        }
        return BufferSettings(maxRequestBytes: bytes, source: message.source)
    }
}

extension BufferOverride {
    static func decode(_ config: TypedConfig) -> BufferOverride? {
        config.message { message in
            guard let (name, value) = message.oneOf("disabled", "buffer", required: true) else { return nil }
            if name == "buffer" {
                return value.message("envoy.extensions.filters.http.buffer.v3.Buffer", BufferSettings.decode)
                    .map(BufferOverride.buffer)
            }
            return value.onlyTrue() ? .disabled : nil
        }
    }
}

extension HealthCheckFilter {
    static func decode(_ config: TypedConfig) -> HealthCheckFilter? {
        config.message { message in
            let passThrough = message.required("pass_through_mode")?.bool()
            let cacheTime = message["cache_time"]
            let time = cacheTime?.duration()
            if passThrough == false { cacheTime?.report(.onlyWith("pass_through_mode: true")) }
            var percentages: [String: Double] = [:]
            for (name, value) in message["cluster_min_healthy_percentages"]?.members ?? [] {
                percentages[name] = Percent.decode(value)
            }
            let headers = message.each("headers", HeaderMatcher.decode)
            guard let passThrough else { return nil }
            return HealthCheckFilter(
                passThroughMode: passThrough, cacheTime: time, clusterMinHealthyPercentages: percentages,
                headers: headers, source: message.source)
        }
    }
}
