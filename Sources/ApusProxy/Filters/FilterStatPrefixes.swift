import ApusConfig

extension HTTPConnectionManager {
    /// The beginnings of statistics that filters name themselves, outside of the connection manager's own prefix.
    var filterStatPrefixes: Set<String> {
        var settings = httpFilters.map(\.settings)
        let hosts = routeConfig.virtualHosts
        let routes = hosts.flatMap(\.routes)
        var levels = [routeConfig.typedPerFilterConfig]
        levels += hosts.map(\.typedPerFilterConfig)
        levels += routes.map(\.typedPerFilterConfig)
        levels += routes.flatMap(\.splitLevels)
        for override in levels.flatMap(\.values) {
            switch override.setting {
            case .localRateLimit(let limit): settings.append(.localRateLimit(limit))
            case .headerToMetadata(let rules): settings.append(.headerToMetadata(rules))
            default: break
            }
        }
        return Set(settings.compactMap(\.statPrefix))
    }
}

extension FilterSettings {
    fileprivate var statPrefix: String? {
        switch self {
        case .localRateLimit(let limit): LocalRateLimitFilter.statPrefix(limit)
        case .headerToMetadata(let rules): HeaderToMetadataFilter.statPrefix(rules)
        default: nil
        }
    }
}

extension Route {
    fileprivate var splitLevels: [[String: FilterOverride]] {
        guard case .route(let action) = action, case .weightedClusters(let split) = action.cluster else { return [] }
        return split.clusters.map(\.typedPerFilterConfig)
    }
}
