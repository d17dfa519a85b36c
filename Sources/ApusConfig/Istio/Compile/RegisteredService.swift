/// A service as routes see it.
final class RegisteredService {
    /// `reviews.default.svc.cluster.local`, or a ServiceEntry's host, as written.
    let host: String
    /// Of a ServiceEntry: its host, as Istio has it.
    let name: String
    let namespace: String
    private(set) var ports: [ServicePort]
    /// Cluster IPs of a Service, addresses of a ServiceEntry.
    private(set) var addresses: [String]
    let isHeadless: Bool
    /// A ServiceEntry of location MESH_EXTERNAL.
    let isExternal: Bool
    /// Not empty: an ExternalName service; its cluster is that of this host.
    let externalName: String
    /// nil for a Kubernetes Service.
    let resolution: ServiceEntry.Resolution?
    /// The document it comes from.
    let rule: Rule
    /// Younger documents that say more of it.
    private(set) var furtherRules: [Rule] = []

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

    var isKubernetes: Bool { resolution == nil }

    /// Hosts compare without case.
    var key: String { host.lowercased() }

    /// ServiceEntries of one host and namespace are one service when they find their endpoints the same way.
    func isSame(as younger: RegisteredService) -> Bool {
        resolution != nil && resolution == younger.resolution && namespace == younger.namespace
            && isExternal == younger.isExternal
    }

    /// Adds what a younger document says: its ports, where they are new, and its endpoints.
    func extend(by younger: RegisteredService) {
        let numbers = Set(ports.map(\.number))
        ports += younger.ports.filter { !numbers.contains($0.number) }
        addresses += younger.addresses.filter { !addresses.contains($0) }
        furtherRules.append(younger.rule)
    }
}
