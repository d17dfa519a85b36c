/// What the Sidecar of this proxy lets it know.
struct SidecarScope {
    let sidecar: Sidecar?
    private let wanted: [Pattern]
    private let excluded: [Pattern]

    private struct Pattern {
        /// nil: any.
        var namespace: String?
        /// Lower case.
        var host: String

        func covers(_ name: String, in space: String) -> Bool {
            guard namespace == nil || namespace == space else { return false }
            return host == "*" || host == name || host.hasPrefix("*.") && name.hasSuffix(host.dropFirst())
        }
    }

    /// The first of the proxy's namespace whose selector holds, else the namespace's without one, else the mesh's.
    init(_ rules: [Rule], identity: ProxyIdentity) {
        var selected: Sidecar?
        var ofNamespace: Sidecar?
        var ofMesh: Sidecar?
        for rule in rules {
            guard case .sidecar(let sidecar) = rule.spec else { continue }
            if rule.name.namespace == identity.namespace {
                if let selector = sidecar.workloadSelector, !selector.isEmpty {
                    if selected == nil, identity.labels.hold(selector) { selected = sidecar }
                } else {
                    ofNamespace = ofNamespace ?? sidecar
                }
            } else if rule.name.namespace == identity.rootNamespace, sidecar.workloadSelector?.isEmpty ?? true {
                ofMesh = ofMesh ?? sidecar
            }
        }
        sidecar = selected ?? ofNamespace ?? ofMesh
        var wanted: [Pattern] = []
        var excluded: [Pattern] = []
        for text in sidecar?.egressHosts ?? [] {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { continue }
            var namespace = parts[0]
            let isExcluded = namespace.hasPrefix("~") && namespace != "~"
            if isExcluded { namespace.removeFirst() }
            // `~` alone is no namespace: nothing.
            if namespace == "~" { continue }
            if namespace == "." { namespace = identity.namespace }
            let pattern = Pattern(namespace: namespace == "*" ? nil : namespace, host: parts[1].lowercased())
            if isExcluded { excluded.append(pattern) } else { wanted.append(pattern) }
        }
        self.wanted = wanted
        self.excluded = excluded
    }

    /// `host` in lower case.
    func isReachable(host: String, namespace: String) -> Bool {
        guard sidecar?.egressHosts != nil else { return true }
        return wanted.contains { $0.covers(host, in: namespace) }
            && !excluded.contains { $0.covers(host, in: namespace) }
    }
}

extension [String: String] {
    /// Whether all of these labels are there with these values.
    func hold(_ selector: [String: String]) -> Bool { selector.allSatisfy { self[$0.key] == $0.value } }
}
