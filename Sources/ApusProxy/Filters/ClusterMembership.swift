import ApusConfig

/// How many endpoints a cluster has, and how many of them take requests.
struct ClusterMembership: Equatable {
    var total: Int
    /// Healthy or degraded.
    var available: Int
}

extension UpstreamCluster {
    var membership: ClusterMembership {
        ClusterMembership(total: hosts.count, available: hosts.count { $0.endpoint.health.takesRequests })
    }
}

extension HealthStatus {
    fileprivate var takesRequests: Bool {
        switch self {
        case .unknown, .healthy, .degraded: true
        case .unhealthy, .draining, .timeout: false
        }
    }
}
