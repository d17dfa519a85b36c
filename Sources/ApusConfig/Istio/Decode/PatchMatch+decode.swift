/// `EnvoyConfigObjectMatch`, as far as it finds a place in the chain of HTTP filters.
struct PatchMatch {
    var context = LuaPatch.Context.any
    var port: UInt32?
    /// In its new name.
    var subFilter = ""
    var subFilterField: Field?

    static func decode(_ field: Field) -> PatchMatch? {
        field.message("networking.istio.io.EnvoyConfigObjectMatch") { message in
            var match = PatchMatch()
            if let context = message["context"] {
                match.context =
                    context.enumeration([
                        "ANY": .any, "SIDECAR_INBOUND": .sidecarInbound, "SIDECAR_OUTBOUND": .sidecarOutbound,
                        "GATEWAY": .gateway, "WAYPOINT": .waypoint,
                    ]) ?? .any
                if match.context == .sidecarInbound || match.context == .waypoint {
                    context.warn(.noEffectIn(context: match.context.rawValue))
                }
            }
            refuse(message, "proxy", "route_configuration", "cluster", "waypoint", in: "match")
            message["listener"].map { match.readListener($0) }
            return match
        }
    }

    private mutating func readListener(_ field: Field) {
        field.read("networking.istio.io.ListenerMatch") { message in
            let number = message["port_number"]
            // 0 is any port.
            if let number, let value = number.integer(UInt32.self), value != 0 { port = number.portNumber() }
            Self.refuse(message, "port_name", "listener_filter", "name", in: "match.listener")
            message["filter_chain"].map { readChain($0) }
        }
    }

    private mutating func readChain(_ field: Field) {
        field.read("networking.istio.io.FilterChainMatch") { message in
            Self.refuse(
                message, "name", "sni", "transport_protocol", "application_protocols", "destination_port",
                in: "match.listener.filterChain")
            message["filter"].map { readFilter($0) }
        }
    }

    private mutating func readFilter(_ field: Field) {
        field.read("networking.istio.io.FilterMatch") { message in
            let name = message["name"]
            let inner = message["sub_filter"]
            switch name?.string() {
            case EnvoyFilter.managerName?: break
            case EnvoyFilter.oldManagerName?:
                name?.warn(.oldName(EnvoyFilter.oldManagerName, new: EnvoyFilter.managerName))
            case ""?, nil:
                if name == nil || name?.text == "" { (name ?? field).report(.emptyMatchName("filter")) }
            case let other?: name?.report(EnvoyFilterError.unsupportedNetworkFilter(other))
            }
            inner.map { readSubFilter($0) }
        }
    }

    private mutating func readSubFilter(_ field: Field) {
        field.read("networking.istio.io.SubFilterMatch") { message in
            let name = message["name"]
            guard let text = name?.string(), !text.isEmpty else {
                if name == nil || name?.text == "" { (name ?? field).report(.emptyMatchName("subFilter")) }
                return
            }
            subFilterField = name
            subFilter = text
            if let (new, old) = EnvoyFilter.builtInFilters.first(where: { $0.value == text }) {
                name?.warn(.oldName(old, new: new))
                subFilter = new
            }
        }
    }

    private static func refuse(_ message: Message, _ names: String..., in place: String) {
        for name in names {
            message[name]?.report(EnvoyFilterError.unsupported("\(place).\(FieldName.lowerCamelCase(name))"))
        }
    }
}
