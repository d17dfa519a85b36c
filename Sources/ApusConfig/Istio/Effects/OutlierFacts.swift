/// `outlierDetection`
enum OutlierFacts {
    static func of(_ outliers: OutlierSettings) -> [Fact] {
        var facts: [Fact] = []
        facts += errors("consecutive 5xx", outliers.consecutive5xxErrors)
        facts += errors("consecutive gateway errors", outliers.consecutiveGatewayErrors)
        facts += errors("consecutive errors", outliers.consecutiveErrors)
        facts += errors("consecutive local failures", outliers.consecutiveLocalOriginFailures)
        if outliers.splitExternalLocalOriginErrors { facts.append(.setting("local failures", "counted apart")) }
        facts += Fact.list("statuses counted as errors", unlessEmpty: outliers.httpErrorCodes.map(String.init))
        facts += Fact.setting("interval", outliers.interval.map(EffectText.time))
        facts += Fact.setting("ejection time", outliers.baseEjectionTime.map(EffectText.time))
        facts += Fact.setting("ejected at most", outliers.maxEjectionPercent.map { "\($0) %" })
        facts += Fact.setting("healthy endpoints needed", outliers.minHealthPercent.map { "\($0) %" })
        // Written empty it takes the place of another one.
        return facts.isEmpty
            ? [.setting("outlier detection", "usual limits")] : facts.map { $0.placed("outlier detection, ") }
    }

    private static func errors(_ name: String, _ count: UInt32?) -> [Fact] {
        Fact.setting(name, count.map { $0 == 0 ? "not counted" : "\($0)" })
    }
}
