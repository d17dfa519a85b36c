/// `LocalityLoadBalancerSetting`: checked as Istio checks it, and refused where it would act.
enum LocalitySettings {
    /// Whether localities count at all.
    static func check(_ field: Field, ejects: Bool) -> Bool? {
        field.message("networking.istio.io.LocalityLoadBalancerSetting") { message in
            let isEnabled = message.bool("enabled", default: true)
            let distribute = list(message, "distribute")
            let failover = list(message, "failover")
            let priority = list(message, "failover_priority")
            distribute.map(checkDistribution)
            failover?.elements.forEach(checkFailover)
            let labels = priority?.elements.compactMap { label in label.string().map { (label, $0) } } ?? []
            if distribute != nil { failover?.report(.distributeAndFailover) }
            if failover != nil {
                for (field, label) in labels where topology.contains(label) {
                    field.report(.failoverAndTopology(label))
                }
            }
            if isEnabled { refuse(distribute: distribute, failover: failover ?? priority, ejects: ejects) }
            return isEnabled
        }
    }

    /// `ZoneAwareLoadBalancerSetting`: has no effect.
    static func checkZoneAware(_ field: Field, ejects: Bool) {
        field.read("networking.istio.io.ZoneAwareLoadBalancerSetting") { message in
            let isEnabled = message.bool("enabled", default: true)
            let failover = list(message, "failover")
            let priority = list(message, "failover_priority")
            _ = message.uint64("min_cluster_size")
            failover?.elements.forEach(checkFailover)
            for field in priority?.elements ?? [] {
                if let label = field.string(), topology.contains(label) { field.report(.topologyLabel(label)) }
            }
            if failover != nil || priority != nil, !ejects { field.warn(.failoverWithoutOutlierDetection) }
            if isEnabled { field.warn(.noEffect("zoneAwareLbSetting")) }
        }
    }

    /// Labels of Kubernetes for the three parts of a locality.
    private static let topology = [
        "topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone",
    ]

    /// A list with something in it.
    private static func list(_ message: Message, _ name: String) -> Field? {
        guard let field = message[name] else { return nil }
        if case .sequence(let nodes) = field.node.content, nodes.isEmpty { return nil }
        return field
    }

    private static func refuse(distribute: Field?, failover: Field?, ejects: Bool) {
        distribute?.reportNotYet("localityLbSetting.distribute")
        guard let failover else { return }
        if ejects {
            failover.reportNotYet("localityLbSetting with failover or failoverPriority")
        } else {
            failover.warn(.failoverWithoutOutlierDetection)
        }
    }

    private static func checkDistribution(_ list: Field) {
        var sources: [(name: String, field: Field)] = []
        for field in list.elements {
            field.read("networking.istio.io.Distribute") { message in
                if let from = message["from"], let name = from.string() { sources.append((name, from)) }
                if let targets = message["to"] { checkTargets(targets) } else { field.report(.localityWeights(0)) }
            }
        }
        checkLocalities(sources)
    }

    private static func checkTargets(_ field: Field) {
        guard case .mapping = field.node.content else { return field.wrongType("a mapping") }
        let weights = field.members.map { ($0.key, $0.value, $0.value.integer(UInt32.self, in: 1...100)) }
        if weights.allSatisfy({ $0.2 != nil }) {
            let sum = weights.reduce(UInt64(0)) { $0 + UInt64($1.2 ?? 0) }
            if sum != 100 { field.report(.localityWeights(sum)) }
        }
        checkLocalities(weights.map { (name: $0.0, field: $0.1) })
    }

    /// `region/zone/subzone`, `region/zone`, `region`, each perhaps with an asterisk at its end; none within another.
    private static func checkLocalities(_ localities: [(name: String, field: Field)]) {
        var seen: [[Substring]] = []
        for (name, field) in localities {
            let parts = name.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
            let stars = name.utf8.count { $0 == UInt8(ascii: "*") }
            guard parts.allSatisfy({ !$0.isEmpty }), stars == 0 || (stars == 1 && name.hasSuffix("*")) else {
                field.report(.badLocality(name))
                continue
            }
            let whole = parts.last == "*" ? Array(parts.dropLast()) : parts
            // An asterisk alone, behind others, stands for the rest.
            if !whole.isEmpty, seen.contains(where: { overlap($0, whole) }) { field.report(.localityOverlap(name)) }
            seen.append(whole)
        }
    }

    private static func overlap(_ first: [Substring], _ second: [Substring]) -> Bool {
        zip(first, second).allSatisfy { $0 == $1 }
    }

    private static func checkFailover(_ field: Field) {
        field.read("networking.istio.io.Failover") { message in
            let from = message["from"]
            let to = message["to"]
            for region in [from, to] {
                guard let region, let name = region.string() else { continue }
                if name.contains("/") || name.contains("*") { region.report(.failoverNoRegion(name)) }
            }
            let names = (from?.text ?? "", to?.text ?? "")
            if names.0 == names.1 { (to ?? field).report(.failoverToItself(names.0)) }
        }
    }
}
