/// How Istio has listeners speak HTTP: no limits of time but those that a rule sets, paths normalised without merging
/// slashes, websockets allowed.
extension HTTPConnectionManager {
    /// The sidecar's own side: clients are the service beside it. They are trusted unless they pass on a request of
    /// somebody else, whose address then stands in x-forwarded-for; what they say about its way stays as it is.
    static func sidecar(routes: RouteConfiguration, filters: [HTTPFilter], identity: ProxyIdentity) -> Self {
        var manager = forRules(statPrefix: "outbound", routes: routes, filters: filters, identity: identity)
        // With one trusted hop, x-forwarded-proto and -for of the service are believed and not added to.
        manager.xffNumTrustedHops = 1
        manager.skipXffAppend = true
        manager.preserveExternalRequestId = true
        // Marks of the edge, which this is not.
        manager.routeConfig.requestHeaders.remove += ["x-envoy-internal", "x-envoy-external-address"]
        return manager
    }

    /// The edge of the mesh.
    static func gateway(
        statPrefix: String, routes: RouteConfiguration, filters: [HTTPFilter], identity: ProxyIdentity
    ) -> Self {
        var manager = forRules(statPrefix: statPrefix, routes: routes, filters: filters, identity: identity)
        manager.serverName = "istio-envoy"
        return manager
    }

    private static func forRules(
        statPrefix: String, routes: RouteConfiguration, filters: [HTTPFilter], identity: ProxyIdentity
    ) -> Self {
        HTTPConnectionManager(
            statPrefix: statPrefix, routeConfig: routes, httpFilters: filters, useRemoteAddress: true,
            normalizePath: true, streamIdleTimeout: nil, upgradeConfigs: [UpgradeConfig(upgradeType: "websocket")],
            accessLog: AccessLog.ofRules(to: identity.accessLog), internalAddressConfig: .privateAndLoopback)
    }
}

extension InternalAddressConfig {
    /// RFC 1918, RFC 4193 and the machine itself.
    fileprivate static let privateAndLoopback = InternalAddressConfig(cidrRanges: [
        CIDRRange(addressPrefix: "10.0.0.0", prefixLength: 8),
        CIDRRange(addressPrefix: "172.16.0.0", prefixLength: 12),
        CIDRRange(addressPrefix: "192.168.0.0", prefixLength: 16),
        CIDRRange(addressPrefix: "127.0.0.0", prefixLength: 8),
        CIDRRange(addressPrefix: "::1", prefixLength: 128),
        CIDRRange(addressPrefix: "fc00::", prefixLength: 7),
    ])
}

extension RouteConfiguration {
    /// Clusters need not be there (503 then), and answers of the proxy itself may be as large as Istio allows, 1 MiB.
    static func forRules(name: String, virtualHosts: [VirtualHost], ignorePort: Bool = false) -> RouteConfiguration {
        RouteConfiguration(
            name: name, virtualHosts: virtualHosts, validateClusters: false,
            maxDirectResponseBodySizeBytes: 1 << 20, ignorePortInHostMatching: ignorePort)
    }
}
