extension OutlierSettings {
    static func decode(_ field: Field) -> OutlierSettings? {
        field.message("networking.istio.io.OutlierDetection") { message in
            var settings = OutlierSettings()
            settings.source = message.source
            settings.splitExternalLocalOriginErrors = message.bool("split_external_local_origin_errors")
            let local = message["consecutive_local_origin_failures"]
            settings.consecutiveLocalOriginFailures = local?.integer(UInt32.self)
            if !settings.splitExternalLocalOriginErrors, let count = settings.consecutiveLocalOriginFailures, count > 0
            {
                local?.report(.localOriginWithoutSplit(count))
            }
            settings.consecutive5xxErrors = message.uint32("consecutive_5xx_errors")
            settings.consecutiveGatewayErrors = message.uint32("consecutive_gateway_errors")
            if let old = message["consecutive_errors"] {
                settings.consecutiveErrors = old.integer(Int32.self, in: 0...Int32.max).map(UInt32.init)
                old.warn(.consecutiveErrors)
            }
            settings.interval = message["interval"]?.ruleDuration()
            settings.baseEjectionTime = message["base_ejection_time"]?.ruleDuration()
            settings.maxEjectionPercent = message.count("max_ejection_percent", most: 100)
            settings.minHealthPercent = message.count("min_health_percent", most: 100)
            settings.httpErrorCodes = message.each("outlier_detection_http_error_codes", statusCode)
            return settings
        }
    }

    private static func statusCode(_ field: Field) -> UInt32? {
        guard let code = field.integer(UInt32.self) else { return nil }
        if !(100...599).contains(code) { field.report(.badStatusCode(code)) }
        return code
    }
}
