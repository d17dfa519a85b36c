extension DestinationRule {
    static func decode(_ field: Field) -> DestinationRule? {
        field.message("networking.istio.io.DestinationRule") { message in
            let ejects = hasOutlierDetection(field)
            var rule = DestinationRule()
            rule.source = message.source
            rule.host = message.required("host")?.host(wildcard: true) ?? ""
            rule.trafficPolicy = message["traffic_policy"].flatMap { TrafficPolicy.decode($0, ejects: ejects) }
            rule.subsets = message["subsets"].map { subsets($0, ejects: ejects) } ?? []
            rule.exportTo = message.exportTo()
            rule.workloadSelector = message["workload_selector"]?.workloadSelector("match_labels")
            if rule.workloadSelector != nil, rule.exportTo.count > 1 || rule.exportTo == ["*"] {
                field.report(.selectorExportsBeyond)
            }
            return rule
        }
    }

    private static func subsets(_ list: Field, ejects: Bool) -> [Subset] {
        var names: Set<String> = []
        return list.elements.compactMap { field in
            guard let subset = Subset.decode(field, ejects: ejects) else { return nil }
            if !subset.name.isEmpty, !names.insert(subset.name).inserted {
                (field.member("name") ?? field).report(.duplicateSubset(subset.name))
            }
            return subset
        }
    }

    /// Whether endpoints are ejected anywhere in a rule: only then does traffic move on to other localities.
    private static func hasOutlierDetection(_ rule: Field) -> Bool {
        let policies = ([rule] + (rule.member("subsets")?.quietElements ?? [])).compactMap {
            $0.member("traffic_policy")
        }
        let ports = policies.flatMap { $0.member("port_level_settings")?.quietElements ?? [] }
        return (policies + ports).contains { $0.member("outlier_detection") != nil }
    }
}

extension Subset {
    static func decode(_ field: Field, ejects: Bool) -> Subset? {
        field.message("networking.istio.io.Subset") { message in
            let name = message.required("name")
            var subset = Subset(name: name?.string() ?? "")
            if let name, let text = name.text, !NameText.isLabel(text) {
                name.report(text.isEmpty ? PolicyError.emptySubsetName : .badSubsetName(text))
            }
            subset.labels = message["labels"]?.labels() ?? [:]
            subset.trafficPolicy = message["traffic_policy"].flatMap { TrafficPolicy.decode($0, ejects: ejects) }
            subset.source = message.source
            return subset
        }
    }
}
