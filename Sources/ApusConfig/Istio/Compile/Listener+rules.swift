extension Listener {
    /// The sidecar's: what the service beside it sends out, to whatever host and port.
    static func outbound(
        _ hosts: [VirtualHost], at address: Address, scripts: LuaFilters, identity: ProxyIdentity
    ) -> Listener {
        let manager = HTTPConnectionManager.sidecar(
            routes: .forRules(name: "outbound", virtualHosts: hosts), filters: scripts.filters, identity: identity)
        var listener = Listener(
            name: "outbound", address: address,
            filterChains: [FilterChain(filters: [.httpConnectionManager(manager)])], trafficDirection: .outbound)
        listener.readsOriginalDestination = true
        return listener
    }

    /// That of a Gateway's port; nil where nothing can listen.
    static func gateway(_ table: GatewayTable, scripts: LuaFilters, identity: ProxyIdentity) -> Listener? {
        let port = table.port
        guard IPText.family(of: port.address) != nil,
            let number = identity.listeningPort(of: port.port, at: port.address)
        else { return nil }
        let routes = RouteConfiguration.forRules(
            name: port.routeName, virtualHosts: table.virtualHosts, ignorePort: true)
        let manager = HTTPConnectionManager.gateway(
            statPrefix: port.name, routes: routes, filters: scripts.filters, identity: identity)
        return Listener(
            name: port.name, address: .socket(host: port.address, port: number),
            filterChains: [FilterChain(filters: [.httpConnectionManager(manager)])], trafficDirection: .outbound)
    }
}
