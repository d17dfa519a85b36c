/// The table that routes are made for: that of a port in the mesh, or of a Gateway's server.
struct RouteScope {
    /// The service's, or the server's as its Gateway says it.
    let port: UInt32
    /// `mesh`, or the Gateway as `namespace/name`.
    let gateway: String
    var isTLS = false

    static func mesh(port: UInt32) -> RouteScope { RouteScope(port: port, gateway: GatewayName.mesh) }
}
