/// What listens at one address and port: the servers of all Gateways there that this proxy serves. The first one says
/// what is spoken; servers of another kind are left out.
struct GatewayPort {
    /// Empty: every address of the machine.
    let bind: String
    /// As the Gateways say it.
    let port: UInt32
    let kind: Kind
    private(set) var servers: [BoundServer]

    enum Kind: Equatable {
        case http
        /// HTTPS and TLS: they wait for TLS.
        case tls
        case tcp

        init(_ protocol: GatewayProtocol) {
            switch `protocol` {
            case .http, .http2, .grpc, .grpcWeb: self = .http
            case .https, .tls: self = .tls
            case .tcp, .mongo, .unknown: self = .tcp
            }
        }
    }

    /// `gateways`: the oldest first.
    static func all(of gateways: [Rule], identity: ProxyIdentity) -> [GatewayPort] {
        var ports: [GatewayPort] = []
        for rule in gateways {
            guard case .gateway(let gateway) = rule.spec, gateway.isServed(by: identity) else { continue }
            for server in gateway.servers {
                let kind = Kind(server.protocol)
                let bound = BoundServer(gateway: rule.name, server: server)
                if let index = ports.firstIndex(where: { $0.port == server.port && $0.address == server.address }) {
                    if ports[index].kind == kind { ports[index].servers.append(bound) }
                } else {
                    ports.append(GatewayPort(bind: server.bind, port: server.port, kind: kind, servers: [bound]))
                }
            }
        }
        return ports
    }

    var address: String { bind.isEmpty ? "0.0.0.0" : bind }
    var name: String { "gateway_\(address)_\(port)" }
    /// As Istio calls the table of a port.
    var routeName: String { bind.isEmpty ? "http.\(port)" : "http.\(port).\(bind)" }
}

extension GatewayServer {
    /// Where it listens.
    var address: String { bind.isEmpty ? "0.0.0.0" : bind }
}

extension Gateway {
    /// A proxy without labels serves every Gateway.
    func isServed(by identity: ProxyIdentity) -> Bool {
        identity.labels.isEmpty || selector.allSatisfy { identity.labels[$0.key] == $0.value }
    }
}

/// A server and the Gateway that it belongs to.
struct BoundServer {
    let gateway: RuleName
    let server: GatewayServer

    /// The hosts that VirtualServices of a namespace may have here.
    func hosts(for namespace: String) -> [HostPattern] {
        server.hosts.compactMap { text in
            guard let slash = text.firstIndex(of: "/") else { return HostPattern(text) }
            let wanted = text[..<slash] == "." ? gateway.namespace[...] : text[..<slash]
            return wanted == "*" || wanted == namespace ? HostPattern(String(text[text.index(after: slash)...])) : nil
        }
    }

    /// The hosts of a VirtualService that are served here: what both have in common. Copies that a mirror sends may come
    /// for each host, too, under its name with `-shadow`.
    func hosts(of virtualService: VirtualService, in namespace: String) -> [HostPattern] {
        let admitted = hosts(for: namespace)
        var found: [HostPattern] = []
        for host in virtualService.hosts {
            let host = HostPattern(IstioName.full(host, in: namespace))
            for server in admitted {
                var common = server.intersection(host)
                if common == nil, let original = host.withoutShadow, server.covers(original) { common = host }
                if let common, !found.contains(common) { found.append(common) }
            }
        }
        return found
    }

    var redirectsToHTTPS: Bool { server.protocol.isHTTP && server.tls?.httpsRedirect == true }
}
