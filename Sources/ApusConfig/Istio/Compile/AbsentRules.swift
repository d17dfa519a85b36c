/// A rule of a VirtualService that has no route in a table, because something in it says that it is not for this proxy
/// or this table.
public struct AbsentRule: Sendable, Equatable {
    /// The document it stands in; may be a delegate.
    public let document: RuleName
    public let line: Int
    public let name: String
    /// In words.
    public let reason: String
}

extension RouteCompilation {
    /// Those that are in none of some tables.
    func absentRules(of virtualService: Rule, in scopes: [RouteScope]) -> [AbsentRule] {
        guard case .virtualService(let spec) = virtualService.spec else { return [] }
        let known = spec.http.filter {
            $0.delegate.map { self.delegate($0, of: virtualService.name.namespace) == nil } ?? false
        }
        var absent = known.map { rule in
            AbsentRule(
                document: virtualService.name, line: rule.source.line, name: rule.name,
                reason: "the VirtualService that it delegates to is not there, or not for this one")
        }
        for rule in resolvedRules(of: virtualService) where !rule.http.match.isEmpty {
            let reasons = rule.http.match.compactMap { match in
                scopes.contains { applies(match, in: $0) } ? nil : scopes.first.flatMap { reason(match, in: $0) }
            }
            guard reasons.count == rule.http.match.count else { continue }
            var seen: Set<String> = []
            let distinct = reasons.filter { seen.insert($0).inserted }
            absent.append(
                AbsentRule(
                    document: rule.document, line: rule.http.source.line, name: rule.http.name,
                    reason: distinct.joined(separator: "; ")))
        }
        return absent
    }

    /// Why a match leaves a table.
    private func reason(_ match: HTTPMatch, in scope: RouteScope) -> String {
        if let port = match.port, port != scope.port { return "it is for port \(port)" }
        if !match.gateways.isEmpty { return "it is for \(match.gateways.joined(separator: " and "))" }
        let missing = match.sourceLabels.filter { identity.labels[$0.key] != $0.value }
        if !missing.isEmpty {
            let labels = missing.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: ", ")
            return "it is for callers labelled \(labels)"
        }
        return "it is for callers in namespace \(match.sourceNamespace)"
    }
}
