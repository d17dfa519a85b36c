extension RouteCompilation {
    /// What becomes of requests to hosts that nobody knows, as the Sidecar or the mesh has it.
    func unknownHosts() -> VirtualHost {
        switch registry.sidecar?.outboundTrafficPolicy ?? identity.outboundPolicy {
        case .registryOnly: .refusing(name: "block_all", domains: ["*"])
        case .allowAny:
            VirtualHost(
                name: "allow_any", domains: ["*"],
                routes: [
                    Route(
                        name: "allow_any", match: RouteMatch(path: .prefix("/")),
                        action: .route(
                            RouteAction(cluster: .cluster(IstioName.passthrough), timeout: nil, maxGrpcTimeout: .zero)))
                ], includeRequestAttemptCount: true)
        }
    }

    /// The listener's own address: what is sent there would come back for ever. nil without a listener.
    func ownAddress() -> VirtualHost? {
        guard case .socket(let address, let port)? = identity.outbound else { return nil }
        let host = address.contains(":") ? "[\(address)]" : address
        var domains = ["\(host):\(port)", "localhost:\(port)"]
        if port == 80 { domains += [host, "localhost"] }
        return .refusing(name: "own_address", domains: domains)
    }
}

extension VirtualHost {
    fileprivate static func refusing(name: String, domains: [String]) -> VirtualHost {
        VirtualHost(
            name: name, domains: domains,
            routes: [
                Route(
                    name: name, match: RouteMatch(path: .prefix("/")),
                    action: .directResponse(DirectResponse(status: 502)))
            ], includeRequestAttemptCount: true)
    }
}
