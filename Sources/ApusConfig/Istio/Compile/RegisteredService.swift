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

    /// The services that a document declares: each host of a ServiceEntry is one of its own.
    static func all(of rule: Rule) -> [RegisteredService] {
        let (name, namespace) = (rule.name.name, rule.name.namespace)
        switch rule.spec {
        case .service(let service):
            return [
                RegisteredService(
                    host: IstioName.full(name, in: namespace), name: name, namespace: namespace, ports: service.ports,
                    addresses: service.clusterIPs, isHeadless: service.isHeadless, isExternal: false,
                    externalName: service.externalName, resolution: nil, rule: rule)
            ]
        case .serviceEntry(let entry):
            return entry.hosts.map { host in
                RegisteredService(
                    host: host, name: host, namespace: namespace, ports: entry.ports, addresses: entry.addresses,
                    isHeadless: false, isExternal: entry.location == .meshExternal, externalName: "",
                    resolution: entry.resolution, rule: rule)
            }
        default: return []
        }
    }

    func isExported(to namespace: String) -> Bool {
        var targets: [String] = []
        switch rule.spec {
        case .serviceEntry(let entry): targets = entry.exportTo
        case .service:
            let text = rule.annotations["networking.istio.io/exportTo"] ?? ""
            targets = text.split(separator: ",").map { String($0.filter { $0 != " " }) }
        default: break
        }
        return Export.reaches(namespace, from: self.namespace, exportTo: targets)
    }
}

/// Names as Istio writes them.
enum IstioName {
    /// A host without a dot belongs to the rule's namespace: `reviews` → `reviews.default.svc.cluster.local`.
    static func full(_ host: String, in namespace: String) -> String {
        host.contains(".") || host.contains(":") || host == "*" ? host : "\(host).\(namespace).svc.cluster.local"
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
