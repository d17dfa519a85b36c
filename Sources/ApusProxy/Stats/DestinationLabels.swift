import ApusConfig

/// Who answers a request, or was to answer it, in Istio's words. Empty: not known.
struct DestinationLabels {
    var workload = WorkloadLabels()
    /// Fully qualified.
    var service = ""
    var serviceName = ""
    var serviceNamespace = ""

    var text: String {
        LabelSets.write([
            ("destination_workload", workload.name), ("destination_workload_namespace", workload.namespace),
            // Nobody's identity is proved without certificates of a mesh.
            ("destination_principal", ""), ("destination_app", workload.app),
            ("destination_version", workload.version), ("destination_service", service),
            ("destination_service_name", serviceName), ("destination_service_namespace", serviceNamespace),
            ("destination_cluster", workload.cluster), ("destination_canonical_service", workload.canonicalService),
            ("destination_canonical_revision", workload.canonicalRevision),
        ])
    }

    /// The number of these labels.
    var number: UInt16 { LabelSets.destinations.number(of: text) }
}

extension DestinationLabels {
    /// The service that a cluster stands for: `filter_metadata.istio.services`. Those for hosts that nobody knows go by
    /// their own name.
    init(_ cluster: Cluster) {
        switch cluster.metadata.filterMetadata["istio"]?["services"] {
        case .array(let services)?:
            service = services.first?["host"]?.text ?? ""
            serviceName = services.first?["name"]?.text ?? ""
            serviceNamespace = services.first?["namespace"]?.text ?? ""
        default:
            if Self.namesOfTheirOwn.contains(cluster.name) { serviceName = cluster.name }
        }
    }

    private static let namesOfTheirOwn = ["PassthroughCluster", "BlackHoleCluster"]

    /// The service of a cluster that is not there, by its name: `outbound|9080|v9|reviews.default.svc.cluster.local`.
    init(missingCluster name: String) {
        let parts = name.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return }
        service = String(parts[3])
        let words = service.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        if words.count == 3, words[2] == "svc.cluster.local" {
            serviceName = String(words[0])
            serviceNamespace = String(words[1])
        } else {
            serviceName = service
        }
    }

    /// The endpoint that a request was sent to: `filter_metadata.istio` with
    /// `workload: "NAME;NAMESPACE;CANONICAL NAME;REVISION;CLUSTER"`, `app` and `version`.
    func at(_ endpoint: Metadata) -> DestinationLabels {
        var labels = self
        guard let istio = endpoint.filterMetadata["istio"] else { return labels }
        let parts = (istio["workload"]?.text ?? "").split(separator: ";", omittingEmptySubsequences: false)
        func part(_ position: Int) -> String { position < parts.count ? String(parts[position]) : "" }
        labels.workload.name = part(0)
        labels.workload.namespace = part(1)
        labels.workload.canonicalService = part(2)
        labels.workload.canonicalRevision = part(3)
        labels.workload.cluster = part(4)
        labels.workload.app = istio["app"]?.text ?? ""
        labels.workload.version = istio["version"]?.text ?? ""
        return labels
    }
}

extension WorkloadLabels {
    /// As the sender of requests.
    func sourceText(reporter: String) -> String {
        LabelSets.write([
            ("reporter", reporter), ("source_workload", name), ("source_workload_namespace", namespace),
            ("source_principal", ""), ("source_app", app), ("source_version", version), ("source_cluster", cluster),
            ("source_canonical_service", canonicalService), ("source_canonical_revision", canonicalRevision),
        ])
    }
}

extension ConfigValue {
    fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
}
