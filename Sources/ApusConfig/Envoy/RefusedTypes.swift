/// Envoy's extensions that are not read: those that come with later work, and all the others.
enum RefusedTypes {
    private static let later = [
        "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
        "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
        "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
    ]

    static func isLater(type: String) -> Bool { later.contains(type) }

    /// Whether a type is in one of Envoy's packages and spelt as Envoy spells types.
    static func isEnvoys(type: String) -> Bool {
        let parts = type.split(separator: ".")
        return type.hasPrefix("envoy.extensions.") && parts.count > 4
            && parts.contains { $0 == "v3" || $0.hasPrefix("v3alpha") }
    }
}
