/// The virtual hosts of one Gateway port, host by host.
struct GatewayTable {
    let port: GatewayPort
    private var slots = HostSlots()
    /// By host: the VirtualServices that have it here, the oldest first.
    private var rules: [String: [RuleName]] = [:]
    private var hostsOfRule: [RuleName: [HostPattern]] = [:]

    init(_ port: GatewayPort, _ compilation: RouteCompilation, _ index: VirtualServiceIndex) {
        self.port = port
        let gateways = Set(port.servers.map(\.gateway.qualified))
        for name in Set(gateways.flatMap(index.rules(boundTo:))) { enter(name, compilation, index) }
        let redirected = port.servers.filter(\.redirectsToHTTPS).flatMap(\.allHosts)
        for host in Set(hostsOfRule.values.joined()).union(redirected) { compile(host, compilation, index) }
        slots.arrange(slots.hosts.sorted())
    }

    /// A VirtualService, or what it looks at, is not as it was.
    mutating func update(_ name: RuleName, _ compilation: RouteCompilation, _ index: VirtualServiceIndex) {
        let before = hostsOfRule.removeValue(forKey: name) ?? []
        for host in before {
            rules[host.key]?.removeAll { $0 == name }
            if rules[host.key]?.isEmpty == true { rules[host.key] = nil }
        }
        enter(name, compilation, index)
        for host in Set(before + (hostsOfRule[name] ?? [])) { compile(host, compilation, index) }
    }

    private mutating func enter(_ name: RuleName, _ compilation: RouteCompilation, _ index: VirtualServiceIndex) {
        guard case .virtualService(let spec)? = index[name]?.spec else { return }
        var found: [HostPattern] = []
        for bound in port.servers where index.isBound(name, to: bound) {
            for host in bound.hosts(of: spec, in: name.namespace) where !found.contains(host) { found.append(host) }
        }
        guard !found.isEmpty else { return }
        hostsOfRule[name] = found
        for host in found {
            var names = rules[host.key] ?? []
            names.append(name)
            rules[host.key] = names.sorted { compilation.rules.isOlder($0, than: $1) }
        }
    }

    private mutating func compile(_ host: HostPattern, _ compilation: RouteCompilation, _ index: VirtualServiceIndex) {
        let members = (rules[host.key] ?? []).compactMap { index[$0] }
        let made = compilation.virtualHost(host, on: port, of: members)
        slots[host.key] = made.routes.isEmpty && made.requireTls == .none ? [] : [made]
    }

    /// Those that do not change keep their places.
    var virtualHosts: [VirtualHost] { slots.list }
}
