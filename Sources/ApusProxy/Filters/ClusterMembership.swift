/// How many endpoints a cluster has, and how many of them take requests.
struct ClusterMembership: Equatable {
    var total: Int
    /// Healthy or degraded.
    var available: Int
}

extension UpstreamCluster {
    var membership: ClusterMembership { ClusterMembership(total: 0, available: 0) }
}
