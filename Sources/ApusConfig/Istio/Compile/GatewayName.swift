/// Names of Gateways as VirtualServices write them.
enum GatewayName {
    /// Stands for all sidecars; no Gateway can be called so.
    static let mesh = "mesh"

    /// `namespace/name`: for `name`, `./name`, `namespace/name`, and the old `name.namespace.svc.cluster.local`.
    static func full(_ name: String, in namespace: String) -> String {
        if name == mesh { return name }
        if let slash = name.firstIndex(of: "/") {
            return name[..<slash] == "." ? namespace + name[slash...] : name
        }
        let labels = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        return labels.count > 1 ? "\(labels[1])/\(labels[0])" : "\(namespace)/\(name)"
    }
}

extension VirtualService {
    /// `mesh` and Gateways as `namespace/name`.
    func gateways(in namespace: String) -> [String] {
        gateways.map { $0.map { GatewayName.full($0, in: namespace) } } ?? [GatewayName.mesh]
    }
}

extension RuleName {
    /// `namespace/name`
    var qualified: String { "\(namespace)/\(name)" }
}
