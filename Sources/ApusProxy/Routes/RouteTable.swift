import ApusConfig

/// A route configuration as requests use it: from a head to a route without a string, an allocation or a scan.
final class RouteTable: Sendable {
    /// The routes of one virtual host, in their order.
    struct Host: Sendable {
        let host: CompiledVirtualHost
        let paths: PathIndex
        let routes: [CompiledRoute]
        /// nil where the path alone decides.
        let conditions: [RouteConditions?]
        /// Where requests without TLS are sent when `require_tls` says so.
        let secure: CompiledRoute?
        let origin: Origin

        /// Some route looks at more than host and path.
        var readsFields: Bool { secure != nil || conditions.contains { $0 != nil } }
    }

    /// What a virtual host was compiled from, as far as it decides whether the next table may take it over.
    final class Origin: Sendable {
        static let none = Origin(identity: nil, domains: [])

        let identity: VirtualHostIdentity?
        let domains: [String]
        /// Names of clusters that there were none of.
        let unknownClusters: [String]
        let scripts: [LuaScripts.Request]
        let statPrefixes: Set<String>

        init(
            identity: VirtualHostIdentity?, domains: [String], unknownClusters: [String] = [],
            scripts: [LuaScripts.Request] = [], statPrefixes: Set<String> = []
        ) {
            self.identity = identity
            self.domains = domains
            self.unknownClusters = unknownClusters
            self.scripts = scripts
            self.statPrefixes = statPrefixes
        }
    }

    let domains: HostIndex
    /// nil: the domains are as the index has them.
    let changes: HostChanges?
    let hosts: [Host]
    /// nil: no other table may take anything over.
    let base: RouteTableBase?
    /// How many hosts read fields.
    let readers: Int
    private let ignoresPort: Bool
    let ignoresPathParameters: Bool
    /// Some route looks at more than host and path, so that a change of another field may lead elsewhere.
    let readsFields: Bool

    init(
        domains: HostIndex, changes: HostChanges? = nil, hosts: [Host], ignoresPort: Bool, ignoresPathParameters: Bool,
        base: RouteTableBase? = nil, readers: Int? = nil
    ) {
        self.domains = domains
        self.changes = changes
        self.hosts = hosts
        self.base = base
        self.readers = readers ?? hosts.count { $0.readsFields }
        readsFields = self.readers > 0
        self.ignoresPort = ignoresPort
        self.ignoresPathParameters = ignoresPathParameters
    }

    /// The beginnings of statistics that filters of its virtual hosts have named.
    var filterStatPrefixes: Set<String> { hosts.reduce(into: []) { $0.formUnion($1.origin.statPrefixes) } }

    /// A table in which nothing is found.
    static let empty = RouteTable(domains: HostIndex([]), hosts: [], ignoresPort: false, ignoresPathParameters: false)

    /// The first route, in the order of the configuration, that matches. `random` decides shares (`runtime_fraction`);
    /// the same number gives the same route. `port`: if it is not 0, it counts in the place of the one in the host.
    func find(_ head: Head, random: UInt64, isInternal: Bool = false, port: Int = 0) -> CompiledRoute? {
        guard let number = port == 0 ? hostNumber(head) : hostNumber(head, at: port) else { return nil }
        return hosts.withUnsafeBufferPointer { hosts in
            find(head, in: hosts.baseAddress.unsafelyUnwrapped + number, random: random, isInternal: isInternal)
        }
    }

    @inline(__always)
    private func find(_ head: Head, in host: UnsafePointer<Host>, random: UInt64, isInternal: Bool) -> CompiledRoute? {
        if let secure = host.pointee.secure, !head.isSecure,
            host.pointee.host.requireTLS == .all || !isInternal
        {
            return secure
        }
        let path = head.path.barePath
        guard ignoresPathParameters, path.position(of: 0x3b) != nil else {
            return find(path, head, in: host, random: random)
        }
        return path.withoutParameters.withUnsafeBufferPointer { find($0, head, in: host, random: random) }
    }

    @inline(__always)
    private func find(_ path: Bytes, _ head: Head, in host: UnsafePointer<Host>, random: UInt64) -> CompiledRoute? {
        let found = host.pointee.paths.first(path) { position in
            host.pointee.conditions[position]?.hold(head, random: random) ?? true
        }
        return found.map { host.pointee.routes[$0] }
    }

    /// What `find` finds, as positions in the configuration.
    enum Position { case none, secured, at(Int) }

    /// The virtual host and the route that `find` leads to.
    func positions(_ head: Head, random: UInt64, isInternal: Bool) -> (host: Int?, route: Position) {
        guard let number = hostNumber(head) else { return (nil, .none) }
        guard let route = find(head, random: random, isInternal: isInternal) else { return (number, .none) }
        if route === hosts[number].secure { return (number, .secured) }
        return (number, hosts[number].routes.firstIndex { $0 === route }.map(Position.at) ?? .none)
    }

    /// The one of a virtual host's domains by which a request's host is found there.
    func domain(_ head: Head, among domains: [String]) -> String? {
        HostIndex(domains.map { [$0] }).find(compared(head.authority)).map { domains[$0] }
    }

    /// The virtual host that a request belongs to, whether or not one of its routes matches; nil when none has its domain.
    func virtualHost(_ head: Head) -> CompiledVirtualHost? { hostNumber(head).map { hosts[$0].host } }

    /// With another port than the one in the host, or with one where there is none.
    private func hostNumber(_ head: Head, at port: Int) -> Int? {
        var name = head.authority
        if let start = name.portStart { name = Bytes(rebasing: name[0..<start]) }
        return withUnsafeDecimal(port) { digits in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: name.count + 1 + digits.count) { joined in
                _ = joined.initialize(from: name)
                joined[name.count] = 0x3a
                for i in 0..<digits.count { joined[name.count + 1 + i] = digits[i] }
                return hostNumber(Bytes(rebasing: joined[...]))
            }
        }
    }

    @inline(__always)
    private func hostNumber(_ head: Head) -> Int? { hostNumber(head.authority) }

    /// What domains are compared with.
    @inline(__always)
    private func compared(_ authority: Bytes) -> Bytes {
        guard ignoresPort, let port = authority.portStart else { return authority }
        return Bytes(rebasing: authority[0..<port])
    }

    @inline(__always)
    private func hostNumber(_ authority: Bytes) -> Int? {
        let name = compared(authority)
        guard let changes else { return domains.find(name) }
        return changes.find(name, in: domains)
    }
}

extension Head {
    /// Whether the client is believed to have come by https.
    var isSecure: Bool { (value(.xForwardedProto) ?? scheme).equals("https") }
}
