/// An endpoint; its address comes first.
enum WorkloadFacts {
    static func of(_ entry: WorkloadEntry, labels: [String: String]) -> [Fact] {
        var facts = [Fact.setting("address", entry.address)]
        if !labels.isEmpty { facts.append(.setting("labels", EffectText.labels(labels))) }
        if entry.weight != 0 { facts.append(.setting("weight", "\(entry.weight)")) }
        if !entry.ports.isEmpty {
            let ports = entry.ports.sorted { $0.key < $1.key }.map { "\($0.key) at \($0.value)" }
            facts.append(.list("ports", ports))
        }
        if !entry.locality.isEmpty { facts.append(.setting("locality", entry.locality)) }
        if !entry.network.isEmpty { facts.append(.setting("network", entry.network)) }
        if !entry.serviceAccount.isEmpty { facts.append(.setting("service account", entry.serviceAccount)) }
        return facts
    }
}
