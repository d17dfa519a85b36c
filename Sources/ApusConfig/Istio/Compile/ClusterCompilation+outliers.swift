extension Cluster {
    /// Which failures take an endpoint out. Only those of one endpoint in a row do, never a comparison with others.
    mutating func applyOutliers(_ settings: OutlierSettings) {
        var detection = OutlierDetection()
        detection.source = settings.source
        detection.enforcing.successRate = 0
        detection.enforcing.localOriginSuccessRate = 0
        let counts = settings.countsInARow
        if let count = counts.all {
            detection.consecutive5xx = count
            detection.enforcing.consecutive5xx = count > 0 ? 100 : 0
        }
        if let count = counts.gateway {
            detection.consecutiveGatewayFailure = count
            detection.enforcing.consecutiveGatewayFailure = count > 0 ? 100 : 0
        }
        if settings.splitExternalLocalOriginErrors {
            detection.splitExternalLocalOriginErrors = true
            if let count = settings.consecutiveLocalOriginFailures, count > 0 {
                detection.consecutiveLocalOriginFailure = count
            }
        }
        detection.errorStatuses = settings.httpErrorCodes
        detection.interval = settings.interval ?? detection.interval
        detection.baseEjectionTime = settings.baseEjectionTime ?? detection.baseEjectionTime
        detection.maxEjectionTime = max(detection.maxEjectionTime, detection.baseEjectionTime)
        if let percent = settings.maxEjectionPercent, percent > 0 { detection.maxEjectionPercent = percent }
        outlierDetection = detection
        // Where endpoints may be taken out, the rest serves alone unless the rule wants otherwise.
        commonLbConfig.healthyPanicThreshold = Double(settings.minHealthPercent ?? 0)
    }
}

extension OutlierSettings {
    /// The old `consecutiveErrors` counts gateway errors alone, as it did while it had a meaning, unless one of the
    /// newer fields says what to count; nil: Envoy's own.
    fileprivate var countsInARow: (all: UInt32?, gateway: UInt32?) {
        guard let old = consecutiveErrors, old > 0 else { return (consecutive5xxErrors, consecutiveGatewayErrors) }
        return (consecutive5xxErrors ?? 0, consecutiveGatewayErrors ?? old)
    }
}
