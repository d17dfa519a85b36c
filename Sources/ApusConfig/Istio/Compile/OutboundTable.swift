/// The virtual hosts of the sidecar's listener, host by host, so that a changed host is compiled and nothing else.
struct OutboundTable {
    /// By host in lower case: one virtual host for each port.
    private var slots = HostSlots()
    /// Hosts of services in the registry's order, in lower case.
    private var services: [String] = []
    /// The same; what the registry knows beyond them, as targets of routes, is no host here.
    private var isService: Set<String> = []

    /// The registry is another than before. The hosts that are not as they were still have to be compiled.
    mutating func setServices(_ registry: any ServiceDirectory) {
        let before = services
        isService = []
        services = registry.services.map { $0.host.lowercased() }.filter { isService.insert($0).inserted }
        if before != services { arrange() }
    }

    /// Services first: of two virtual hosts with the same domain the first counts.
    private mutating func arrange() {
        slots.arrange(services + slots.hosts.filter { !isService.contains($0) }.sorted())
    }

    /// Compiles everything anew.
    mutating func compileAll(_ compilation: RouteCompilation, _ index: VirtualServiceIndex) {
        slots.removeAll()
        setServices(compilation.registry)
        for host in isService.union(index.meshHosts) { compile(host, compilation, index) }
        arrange()
    }

    /// Compiles one host (in lower case) as it is now: a service, a host that a VirtualService brings, or neither.
    mutating func compile(_ host: String, _ compilation: RouteCompilation, _ index: VirtualServiceIndex) {
        let registry = compilation.registry
        if isService.contains(host), let service = registry.service(host) {
            slots[host] = compilation.virtualHosts(of: service, ledBy: index.winner(of: service, registry: registry))
        } else {
            slots[host] = Self.outside(host, compilation, index).map { [$0] } ?? []
        }
    }

    /// A wildcard that services are found under speaks for them and has no virtual host of its own.
    private static func outside(
        _ host: String, _ compilation: RouteCompilation, _ index: VirtualServiceIndex
    ) -> VirtualHost? {
        guard let rule = index.winner(of: host, registry: compilation.registry) else { return nil }
        let pattern = HostPattern(host)
        if pattern.isWildcard, compilation.registry.services.contains(where: { pattern.covers(HostPattern($0.host)) }) {
            return nil
        }
        return compilation.virtualHost(outside: host, ledBy: rule)
    }

    /// Those that do not change keep their places.
    var virtualHosts: [VirtualHost] { slots.list }
}
