import ApusConfig

// The beginnings of statistics that filters name themselves, outside of the connection manager's own prefix.

extension HTTPConnectionManager {
    /// Of filters, route configuration and virtual hosts.
    var filterStatPrefixes: Set<String> {
        Set(httpFilters.compactMap(\.settings.statPrefix))
            .union(routeConfig.typedPerFilterConfig.statPrefixes)
            .union(routeConfig.virtualHosts.flatMap(\.filterStatPrefixes))
    }
}

extension VirtualHost {
    var filterStatPrefixes: Set<String> {
        var found = Set(typedPerFilterConfig.statPrefixes)
        for route in routes {
            found.formUnion(route.typedPerFilterConfig.statPrefixes)
            for level in route.splitLevels { found.formUnion(level.statPrefixes) }
        }
        return found
    }
}

extension [String: FilterOverride] {
    fileprivate var statPrefixes: [String] {
        values.compactMap { override in
            switch override.setting {
            case .localRateLimit(let limit): FilterSettings.localRateLimit(limit).statPrefix
            case .headerToMetadata(let rules): FilterSettings.headerToMetadata(rules).statPrefix
            default: nil
            }
        }
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
