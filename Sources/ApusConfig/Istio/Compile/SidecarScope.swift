/// The Sidecar that applies to a proxy, and the hosts that it lets the proxy know.
struct SidecarScope {
    let sidecar: Sidecar?
    /// By namespace, `*` for all; nil: every host is known.
    private var admitted: [String: HostTable<Void>]?
    private var excluded: [String: HostTable<Void>] = [:]

    init(_ rules: RuleSet, identity: ProxyIdentity) {
        sidecar = Self.choose(rules.oldestFirst(.sidecar), identity: identity)
        guard let hosts = sidecar?.egressHosts else { return }
        var admitted: [String: HostTable<Void>] = [:]
        for host in hosts {
            let parts = host.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let isExclusion = parts[0].hasPrefix("~")
            let name = isExclusion ? parts[0].dropFirst() : parts[0]
            // `~` alone is no namespace at all.
            if name.isEmpty { continue }
            // In a Sidecar of the root namespace, too, `.` is where the proxy is.
            let namespace = name == "." ? identity.namespace : String(name)
            if isExclusion {
                excluded[namespace, default: HostTable()][String(parts[1])] = ()
            } else {
                admitted[namespace, default: HostTable()][String(parts[1])] = ()
            }
        }
        self.admitted = admitted
    }

    /// One that selects the proxy's labels, else that of its namespace, else that of the root namespace.
    private static func choose(_ rules: [Rule], identity: ProxyIdentity) -> Sidecar? {
        var ofNamespace: Sidecar?
        var ofRoot: Sidecar?
        for rule in rules {
            guard case .sidecar(let sidecar) = rule.spec else { continue }
            let labels = sidecar.workloadSelector ?? [:]
            if rule.name.namespace == identity.namespace {
                if labels.isEmpty {
                    ofNamespace = ofNamespace ?? sidecar
                } else if labels.areWithin(identity.labels) {
                    return sidecar
                }
            } else if rule.name.namespace == identity.rootNamespace, labels.isEmpty {
                ofRoot = ofRoot ?? sidecar
            }
        }
        return ofNamespace ?? ofRoot
    }

    var isRestricted: Bool { admitted != nil }

    /// A service, with all that its host may mean, is within the hosts.
    func admits(service host: String, namespace: String) -> Bool {
        guard let admitted else { return true }
        return Self.covers(host, namespace: namespace, in: admitted)
            && !Self.covers(host, namespace: namespace, in: excluded)
    }

    /// A rule's host is within the hosts, or a wildcard that some of them are within.
    func admits(rule host: String, namespace: String) -> Bool {
        guard let admitted else { return true }
        if Self.covers(host, namespace: namespace, in: excluded) { return false }
        return Self.covers(host, namespace: namespace, in: admitted)
            || [namespace, "*"].contains { admitted[$0]?.hasAny(within: host) == true }
    }

    private static func covers(_ host: String, namespace: String, in tables: [String: HostTable<Void>]) -> Bool {
        tables[namespace]?.mostSpecific(host) != nil || tables["*"]?.mostSpecific(host) != nil
    }
}

extension [String: String] {
    /// Whether each of these labels is there with the same value; true of none.
    func areWithin(_ labels: [String: String]) -> Bool { allSatisfy { labels[$0.key] == $0.value } }
}
