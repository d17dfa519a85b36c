extension OutlierDetection {
    static func decode(_ field: Field) -> OutlierDetection? {
        field.message("envoy.config.cluster.v3.OutlierDetection") { message in
            let least = Duration.nanoseconds(1)
            var settings = OutlierDetection()
            settings.consecutive5xx = message.uint32("consecutive_5xx") ?? 5
            settings.consecutiveGatewayFailure = message.uint32("consecutive_gateway_failure") ?? 5
            settings.consecutiveLocalOriginFailure = message.uint32("consecutive_local_origin_failure") ?? 5
            settings.splitExternalLocalOriginErrors = message.bool("split_external_local_origin_errors")
            settings.interval = message.duration("interval", atLeast: least) ?? .seconds(10)
            settings.baseEjectionTime = message.duration("base_ejection_time", atLeast: least) ?? .seconds(30)
            let longest = message["max_ejection_time"]
            settings.maxEjectionTime =
                longest?.duration(atLeast: least) ?? max(.seconds(300), settings.baseEjectionTime)
            if let longest, settings.maxEjectionTime < settings.baseEjectionTime {
                longest.report(.ejectionTimesCrossed)
            }
            settings.maxEjectionTimeJitter = message.duration("max_ejection_time_jitter") ?? .zero
            settings.maxEjectionPercent = message.percent("max_ejection_percent", default: 10)
            settings.alwaysEjectOneHost = message.bool("always_eject_one_host")
            settings.successRate = SuccessRateDetection(message)
            settings.failurePercentage = FailurePercentageDetection(message)
            settings.enforcing = OutlierEnforcement(message)
            settings.successfulActiveHealthCheckUnejectHost = message.bool(
                "successful_active_health_check_uneject_host", default: true)
            _ = message.refusedSwitch("detect_degraded_hosts")
            settings.source = message.source
            return settings
        }
    }
}

extension SuccessRateDetection {
    fileprivate init(_ message: Message) {
        minimumHosts = message.uint32("success_rate_minimum_hosts") ?? 5
        requestVolume = message.uint32("success_rate_request_volume") ?? 100
        stdevFactor = message.uint32("success_rate_stdev_factor") ?? 1900
    }
}

extension FailurePercentageDetection {
    fileprivate init(_ message: Message) {
        threshold = message.percent("failure_percentage_threshold", default: 85)
        minimumHosts = message.uint32("failure_percentage_minimum_hosts") ?? 5
        requestVolume = message.uint32("failure_percentage_request_volume") ?? 50
    }
}

extension OutlierEnforcement {
    fileprivate init(_ message: Message) {
        consecutive5xx = message.percent("enforcing_consecutive_5xx", default: 100)
        consecutiveGatewayFailure = message.percent("enforcing_consecutive_gateway_failure", default: 0)
        consecutiveLocalOriginFailure = message.percent("enforcing_consecutive_local_origin_failure", default: 100)
        successRate = message.percent("enforcing_success_rate", default: 100)
        localOriginSuccessRate = message.percent("enforcing_local_origin_success_rate", default: 100)
        failurePercentage = message.percent("enforcing_failure_percentage", default: 0)
        failurePercentageLocalOrigin = message.percent("enforcing_failure_percentage_local_origin", default: 0)
    }
}

extension Message {
    fileprivate func percent(_ name: String, default value: UInt32) -> UInt32 {
        uint32(name, in: 0...100) ?? value
    }
}
