extension HTTPFault {
    static func decode(_ config: TypedConfig) -> HTTPFault? {
        config.message { message in
            message.ignore("delay_percent_runtime", "abort_percent_runtime", "delay_duration_runtime")
            message.ignore("abort_http_status_runtime", "max_active_faults_runtime", "abort_grpc_status_runtime")
            message.ignore("response_rate_limit_percent_runtime")
            return HTTPFault(
                delay: message["delay"].flatMap(FaultDelay.decode),
                abort: message["abort"].flatMap(FaultAbort.decode),
                responseRateLimit: message["response_rate_limit"].flatMap(FaultRateLimit.decode),
                upstreamCluster: message.string("upstream_cluster"),
                headers: message.each("headers", HeaderMatcher.decode),
                downstreamNodes: message.strings("downstream_nodes"),
                maxActiveFaults: message.uint32("max_active_faults"),
                disableDownstreamClusterStats: message.bool("disable_downstream_cluster_stats"),
                source: message.source)
        }
    }
}

extension FaultDelay {
    static func decode(_ field: Field) -> FaultDelay? {
        field.message("envoy.extensions.filters.common.fault.v3.FaultDelay") { message in
            let choice = message.oneOf("fixed_delay", "header_delay", required: true)
            let percentage = message["percentage"].flatMap(Fraction.decode) ?? .never
            let duration = choice.flatMap { name, value in
                name == "fixed_delay"
                    ? value.duration(atLeast: .nanoseconds(1)).map(FaultDuration.fixed)
                    : value.message("envoy.extensions.filters.common.fault.v3.FaultDelay.HeaderDelay") { _ in .header }
            }
            guard let duration else { return nil }
            return FaultDelay(duration: duration, percentage: percentage)
        }
    }
}

extension FaultAbort {
    static func decode(_ field: Field) -> FaultAbort? {
        field.message("envoy.extensions.filters.http.fault.v3.FaultAbort") { message in
            let choice = message.oneOf("http_status", "grpc_status", "header_abort", required: true)
            let percentage = message["percentage"].flatMap(Fraction.decode) ?? .never
            let status = choice.flatMap { name, value -> FaultStatus? in
                switch name {
                case "http_status": value.integer(UInt32.self, in: 200...599).map(FaultStatus.http)
                case "grpc_status": value.integer(UInt32.self).map(FaultStatus.grpc)
                default:
                    value.message("envoy.extensions.filters.http.fault.v3.FaultAbort.HeaderAbort") { _ in .header }
                }
            }
            guard let status else { return nil }
            return FaultAbort(status: status, percentage: percentage)
        }
    }
}

extension FaultRateLimit {
    static func decode(_ field: Field) -> FaultRateLimit? {
        let type = "envoy.extensions.filters.common.fault.v3.FaultRateLimit"
        return field.message(type) { message in
            let choice = message.oneOf("fixed_limit", "header_limit", required: true)
            let percentage = message["percentage"].flatMap(Fraction.decode) ?? .never
            let limit = choice.flatMap { name, value -> FaultRate? in
                guard name == "fixed_limit" else {
                    return value.message("\(type).HeaderLimit") { _ in .header }
                }
                return value.message("\(type).FixedLimit") { message in
                    message.required("limit_kbps")?.integer(UInt64.self, in: 1...UInt64.max)
                        .map { .fixed(limitKbps: $0) }
                }
            }
            guard let limit else { return nil }
            return FaultRateLimit(limit: limit, percentage: percentage)
        }
    }
}
