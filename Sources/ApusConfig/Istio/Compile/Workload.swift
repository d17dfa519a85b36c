/// What can be an endpoint: a WorkloadEntry, or an endpoint that a ServiceEntry lists.
struct Workload {
    let address: String
    let ports: [String: UInt32]
    let labels: [String: String]
    let weight: UInt32
    let locality: Locality
    let metadata: Metadata

    /// `name`: of the WorkloadEntry; empty for one that is only listed.
    init(_ entry: WorkloadEntry, name: String = "", namespace: String, labels further: [String: String] = [:]) {
        address = entry.address
        ports = entry.ports
        labels = entry.labels.merging(further) { _, ofMetadata in ofMetadata }
        weight = max(entry.weight, 1)
        let place = entry.locality.isEmpty ? labels["istio-locality"]?.split(separator: ".") : nil
        locality = Locality(parts: place ?? entry.locality.split(separator: "/", omittingEmptySubsequences: false))
        metadata = Self.metadata(name: name, namespace: namespace, labels: labels)
    }

    /// `workload: "NAME;NAMESPACE;CANONICAL NAME;REVISION;CLUSTER"` with `app` and `version`, as Istio gives them to
    /// statistics. Without Kubernetes there is no name of a cluster.
    private static func metadata(name: String, namespace: String, labels: [String: String]) -> Metadata {
        let canonical = labels.canonicalService ?? name
        let revision = labels.canonicalRevision ?? WorkloadLabels.latest
        var members = [
            ConfigMember(name: "workload", value: .string("\(name);\(namespace);\(canonical);\(revision);"))
        ]
        for label in ["app", "version"] {
            if let value = labels[label] { members.append(ConfigMember(name: label, value: .string(value))) }
        }
        return Metadata(filterMetadata: ["istio": .object(members)])
    }

    /// With the address as a host and port, or as a socket's path; nil: it has no address, or no such port.
    func endpoint(port: UInt32) -> Endpoint? {
        let place: Address
        if address.hasPrefix(Self.unixPrefix) {
            place = .pipe(path: String(address.dropFirst(Self.unixPrefix.count)), mode: 0)
        } else {
            guard !address.isEmpty, let port = UInt16(exactly: port) else { return nil }
            place = .socket(host: address, port: port)
        }
        return Endpoint(address: place, loadBalancingWeight: weight, locality: locality, metadata: metadata)
    }

    private static let unixPrefix = "unix://"
}

extension Locality {
    /// Region, zone and sub-zone, as far as they are there.
    fileprivate init(parts: [Substring]) {
        self.init(
            region: parts.isEmpty ? "" : String(parts[0]), zone: parts.count > 1 ? String(parts[1]) : "",
            subZone: parts.count > 2 ? String(parts[2]) : "")
    }
}
