extension WorkloadLabels {
    /// The workload beside the proxy, as far as its labels tell.
    init(_ identity: ProxyIdentity) {
        self.init()
        let labels = identity.labels
        namespace = identity.namespace
        app = labels["app"] ?? ""
        version = labels["version"] ?? ""
        canonicalService = labels.canonicalService ?? ""
        canonicalRevision = labels.canonicalRevision ?? (canonicalService.isEmpty ? "" : Self.latest)
    }

    /// The revision of a service that has no other.
    static let latest = "latest"
}

/// What Istio makes of a workload's labels.
extension [String: String] {
    var canonicalService: String? {
        self["service.istio.io/canonical-name"] ?? self["app.kubernetes.io/name"] ?? self["app"]
    }

    var canonicalRevision: String? {
        self["service.istio.io/canonical-revision"] ?? self["app.kubernetes.io/version"] ?? self["version"]
    }
}
