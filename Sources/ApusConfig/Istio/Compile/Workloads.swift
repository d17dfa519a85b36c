/// All WorkloadEntries, found by their labels: a selector looks only at those that share one label with it.
struct Workloads {
    private var all: [Workload] = []
    private var byLabel: [Label: [Int]] = [:]

    private struct Label: Hashable {
        let namespace: String
        let name: String
        let value: String
    }

    init(_ rules: RuleSet) {
        for rule in rules.oldestFirst(.workloadEntry) {
            guard case .workloadEntry(let entry) = rule.spec else { continue }
            let namespace = rule.name.namespace
            let workload = Workload(entry, name: rule.name.name, namespace: namespace, labels: rule.labels)
            for (name, value) in workload.labels {
                byLabel[Label(namespace: namespace, name: name, value: value), default: []].append(all.count)
            }
            all.append(workload)
        }
    }

    /// Those of a namespace that have all of these labels, the oldest first; none without a label.
    func matching(_ selector: [String: String], in namespace: String) -> [Workload] {
        var fewest: [Int]?
        for (name, value) in selector {
            let found = byLabel[Label(namespace: namespace, name: name, value: value)] ?? []
            if found.count < fewest?.count ?? .max { fewest = found }
        }
        return (fewest ?? []).map { all[$0] }.filter { selector.areWithin($0.labels) }
    }
}
