extension RuleEffects {
    /// The hosts whose services a rule is about, in full and in lower case; empty: it may be about any.
    public static func hosts(of rule: Rule) -> [String] {
        let namespace = rule.name.namespace
        switch rule.spec {
        case .virtualService(let service):
            return service.http.flatMap(\.route).map { IstioName.full($0.destination.host, in: namespace).lowercased() }
        case .destinationRule(let destination):
            return [IstioName.full(destination.host, in: namespace).lowercased()]
        case .serviceEntry(let entry): return entry.hosts.map { $0.lowercased() }
        case .service: return [IstioName.full(rule.name.name, in: namespace).lowercased()]
        case .workloadEntry, .gateway, .sidecar, .envoyFilter, .secret: return []
        }
    }
}
