/// The virtual hosts of the sidecar's listener, host by host, so that a changed host is compiled and nothing else.
struct OutboundTable {
    /// By host in lower case: one virtual host for each port.
    private var hosts: [String: [VirtualHost]] = [:]
    /// Hosts of services in the registry's order, in lower case.
    private var services: [String] = []
    /// The other hosts, sorted.
    private var others: [String] = []

    /// The registry is another than before. The hosts that are not as they were still have to be compiled.
    mutating func setServices(_ registry: any ServiceDirectory) {
        var seen: Set<String> = []
        services = registry.services.map { $0.host.lowercased() }.filter { seen.insert($0).inserted }
        others = others.filter { !seen.contains($0) }
    }

    /// Compiles everything anew.
    mutating func compileAll(_ compilation: RouteCompilation, _ index: VirtualServiceIndex) {
        hosts = [:]
        others = []
        setServices(compilation.registry)
        for host in Set(services).union(index.meshHosts) { compile(host, compilation, index) }
    }

    /// Compiles one host (in lower case) as it is now: a service, a host that a VirtualService brings, or neither.
    mutating func compile(_ host: String, _ compilation: RouteCompilation, _ index: VirtualServiceIndex) {
        let registry = compilation.registry
        if let service = registry.service(host) {
            hosts[host] = compilation.virtualHosts(of: service, ledBy: index.winner(of: service, registry: registry))
            return
        }
        let position = others.firstPosition(notBelow: host)
        let isListed = position < others.count && others[position] == host
        if let made = Self.outside(host, compilation, index) {
            hosts[host] = [made]
            if !isListed { others.insert(host, at: position) }
        } else {
            hosts[host] = nil
            if isListed { others.remove(at: position) }
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

    /// Services first: of two virtual hosts with the same domain the first counts.
    var virtualHosts: [VirtualHost] {
        var all: [VirtualHost] = []
        all.reserveCapacity(hosts.count + 2)
        for host in services { all += hosts[host] ?? [] }
        for host in others { all += hosts[host] ?? [] }
        return all
    }
}

extension [String] {
    /// The place of a text in a sorted list.
    func firstPosition(notBelow text: String) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < text { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
