/// Names as Istio writes them.
enum IstioName {
    /// A host without a dot belongs to the rule's namespace: `reviews` → `reviews.default.svc.cluster.local`.
    static func full(_ host: String, in namespace: String) -> String {
        host.contains(".") || host == "*" ? host : "\(host).\(namespace).svc.cluster.local"
    }

    /// `outbound|9080|v1|reviews.default.svc.cluster.local`
    static func cluster(host: String, subset: String = "", port: UInt32) -> String {
        "outbound|\(port)|\(subset)|\(host)"
    }

    /// To the place that a request names.
    static let passthrough = "PassthroughCluster"
    /// To nowhere.
    static let blackHole = "BlackHoleCluster"
}
