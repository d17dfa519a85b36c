/// The services that this proxy knows: Kubernetes Services with their WorkloadEntries and ServiceEntries, as far as they
/// are exported to its namespace and within its Sidecar's egress hosts.
final class ServiceRegistry {
    /// Those that are visible, the oldest first; a host that is there twice belongs to the first.
    let services: [RegisteredService]

    init(_ rules: RuleSet, identity: ProxyIdentity) {
        services = []
    }

    /// By host, whatever its case; wildcard hosts of ServiceEntries are found by exactly their own spelling.
    func service(_ host: String) -> RegisteredService? { nil }

    /// The Sidecar that applies to this proxy, if any.
    var sidecar: Sidecar? { nil }
    /// Whether a host in a namespace is within the Sidecar's egress hosts; true without a Sidecar.
    func isReachable(host: String, namespace: String) -> Bool { true }

    /// One cluster for each port and subset of each service, and those for unknown hosts.
    func clusters() -> [Cluster] { [] }

    /// The hash policies that the DestinationRule of a destination asks for; empty without consistent hashing.
    func hashPolicies(host: String, subset: String, port: UInt32) -> [HashPolicy] { [] }

    /// Whether the DestinationRule in force for a host defines a subset (for the warning IST0101).
    func hasSubset(_ subset: String, of host: String) -> Bool { false }
}

/// A service as routes see it.
final class RegisteredService {
    /// `reviews.default.svc.cluster.local`, or a ServiceEntry's host, as written.
    let host: String
    let name: String
    let namespace: String
    let ports: [ServicePort]
    /// Cluster IPs of a Service, addresses of a ServiceEntry.
    let addresses: [String]
    let isHeadless: Bool
    /// A ServiceEntry of location MESH_EXTERNAL.
    let isExternal: Bool
    /// Not empty: an ExternalName service; its cluster is that of this host.
    let externalName: String
    /// nil for a Kubernetes Service.
    let resolution: ServiceEntry.Resolution?
    /// The document it comes from.
    let rule: Rule

    init(
        host: String, name: String, namespace: String, ports: [ServicePort], addresses: [String], isHeadless: Bool,
        isExternal: Bool, externalName: String, resolution: ServiceEntry.Resolution?, rule: Rule
    ) {
        self.host = host
        self.name = name
        self.namespace = namespace
        self.ports = ports
        self.addresses = addresses
        self.isHeadless = isHeadless
        self.isExternal = isExternal
        self.externalName = externalName
        self.resolution = resolution
        self.rule = rule
    }
}

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
