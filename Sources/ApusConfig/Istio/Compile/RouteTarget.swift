/// Where a destination leads in a table.
struct RouteTarget: Equatable {
    /// As its cluster is called.
    let host: String
    let subset: String
    let port: UInt32
    /// Outside the mesh: a ServiceEntry of location MESH_EXTERNAL.
    let isExternal: Bool

    var cluster: String { IstioName.cluster(host: host, subset: subset, port: port) }
}

extension RouteCompilation {
    /// The port is the destination's; else the only one that its service has; else that of the table. The host is full
    /// already; one that nobody knows gives a cluster that is not there.
    func target(of destination: Destination, in scope: RouteScope) -> RouteTarget {
        let service = registry.service(destination.host)
        let port =
            destination.port ?? (service?.ports.count == 1 ? service?.ports.first?.number : nil) ?? scope.port
        var host = service?.host ?? destination.host
        if let alias = service?.externalName, !alias.isEmpty { host = registry.service(alias)?.host ?? alias }
        return RouteTarget(
            host: host, subset: destination.subset, port: port, isExternal: service?.isExternal ?? false)
    }
}
