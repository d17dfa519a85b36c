/// What a proxy knows and what becomes of the rest.
enum SidecarFacts {
    static func of(_ sidecar: Sidecar) -> [Fact] {
        var facts: [Fact] = []
        if let labels = sidecar.workloadSelector {
            facts.append(.setting("for workloads with", EffectText.labels(labels)))
        }
        facts.append(.list("can reach", sidecar.egressHosts ?? ["everything"]))
        facts.append(
            .setting("hosts that nobody knows", sidecar.outboundTrafficPolicy?.rawValue ?? "the mesh's policy"))
        return facts
    }
}
