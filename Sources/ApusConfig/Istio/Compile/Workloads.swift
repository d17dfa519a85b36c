/// WorkloadEntries by their labels.
final class Workloads {
    struct Workload {
        let rule: Rule
        let entry: WorkloadEntry
        /// Of the spec and of the metadata, which wins.
        let labels: [String: String]
    }

    /// By namespace, then by one label: `app=reviews`.
    private var byLabel: [String: [String: [Workload]]] = [:]

    /// In their order.
    init(_ rules: [Rule]) {
        for rule in rules {
            guard case .workloadEntry(let entry) = rule.spec else { continue }
            let labels = entry.labels.merging(rule.labels) { _, own in own }
            let workload = Workload(rule: rule, entry: entry, labels: labels)
            for (key, value) in labels {
                byLabel[rule.name.namespace, default: [:]]["\(key)=\(value)", default: []].append(workload)
            }
        }
    }

    /// Those of a namespace with all labels of a selector; none for an empty one.
    func selected(by selector: [String: String], in namespace: String) -> [Workload] {
        guard let labels = byLabel[namespace] else { return [] }
        var fewest: [Workload]?
        for (key, value) in selector {
            let found = labels["\(key)=\(value)"] ?? []
            if fewest.map({ found.count < $0.count }) ?? true { fewest = found }
        }
        return (fewest ?? []).filter { $0.labels.hold(selector) }
    }
}
