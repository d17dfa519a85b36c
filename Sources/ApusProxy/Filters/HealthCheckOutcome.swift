/// Why a health check is answered as it is.
enum HealthCheckOutcome: Equatable {
    case healthy
    case clustersHealthy
    /// The operator has said so at the admin port.
    case failed
    case cached(HealthCheckCache.Answer)
    case clusterNotFound
    case clusterEmpty
    case clusterUnhealthy

    var reply: LocalReply {
        var reply = LocalReply(status: status, details: details)
        if !(200..<300).contains(status) { reply.flags = .failedLocalHealthCheck }
        return reply
    }

    var counter: HealthCheckCounter? {
        switch self {
        case .healthy, .clustersHealthy, .failed: nil
        case .cached: .cachedResponse
        case .clusterNotFound: .failedClusterNotFound
        case .clusterEmpty: .failedClusterEmpty
        case .clusterUnhealthy: .failedClusterUnhealthy
        }
    }

    private var status: Int {
        switch self {
        case .healthy, .clustersHealthy: 200
        case .cached(let answer): answer.status
        case .failed, .clusterNotFound, .clusterEmpty, .clusterUnhealthy: 503
        }
    }

    private var details: String {
        switch self {
        case .healthy: "health_check_ok"
        case .clustersHealthy: "health_check_ok_cluster_healthy"
        case .failed: "health_check_failed"
        case .cached: "health_check_cached"
        case .clusterNotFound: "health_check_failed_no_cluster_found"
        case .clusterEmpty: "health_check_failed_cluster_empty"
        case .clusterUnhealthy: "health_check_failed_cluster_unhealthy"
        }
    }
}

/// The share of a cluster's endpoints that must be available for the server to count as healthy.
struct ClusterMinimum: Sendable {
    /// nil: no such cluster.
    let cluster: Int?
    let percent: Double

    /// nil when the cluster is well enough.
    func failure(_ membership: ClusterMembership?) -> HealthCheckOutcome? {
        guard let membership else { return .clusterNotFound }
        if membership.total == 0 { return percent == 0 ? nil : .clusterEmpty }
        return 100 * Double(membership.available) < Double(membership.total) * percent ? .clusterUnhealthy : nil
    }
}
