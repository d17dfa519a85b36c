extension Portrait {
    mutating func draw(_ filter: EnvoyFilter) {
        if let labels = filter.workloadSelector {
            facts.append(.setting("for workloads with", EffectText.labels(labels)))
        }
        if filter.priority != 0 { facts.append(.setting("priority", "\(filter.priority)")) }
        let scripts = filter.patches.count { $0.operation != .remove }
        facts.append(.setting("scripts", "\(scripts)"))
        groups = filter.patches.map(Self.patch)
    }

    private static func patch(_ patch: LuaPatch) -> FactGroup {
        var facts = [Fact.setting("where", place(patch))]
        facts.append(.setting("operation", patch.operation.rawValue))
        if !patch.subFilter.isEmpty { facts.append(.setting("at filter", patch.subFilter)) }
        if patch.operation == .remove { return FactGroup(name: "removal of \(patch.subFilter)", facts: facts) }
        let lines = patch.code.split(separator: "\n").count
        facts.append(.setting("code", patch.code, shownAs: EffectText.count(lines, "line")))
        return FactGroup(name: "script \(patch.name)", facts: facts)
    }

    private static func place(_ patch: LuaPatch) -> String {
        let place =
            switch patch.context {
            case .any: "everywhere"
            case .sidecarInbound: "inbound"
            case .sidecarOutbound: "outbound"
            case .gateway: "gateways"
            case .waypoint: "waypoints"
            }
        return patch.port.map { "\(place), port \($0)" } ?? place
    }
}
