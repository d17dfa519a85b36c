/// Values as Istio's documents write them.
extension Field {
    /// As Go writes it: `1h30m`, `0.5s`; at least a millisecond, in whole milliseconds.
    func ruleDuration() -> Duration? {
        guard let (text, value) = anyDuration() else { return nil }
        guard value >= .milliseconds(1) else {
            report(.durationBelowMillisecond(text))
            return nil
        }
        guard value.components.attoseconds % 1_000_000_000_000_000 == 0 else {
            report(.noWholeMilliseconds(text))
            return nil
        }
        return value
    }

    /// As Go writes it; zero will do.
    func looseDuration() -> Duration? {
        guard let (text, value) = anyDuration() else { return nil }
        guard value >= .zero else {
            report(.negativeDuration(text))
            return nil
        }
        return value
    }

    private func anyDuration() -> (text: String, value: Duration)? {
        guard !node.isNull, let text else {
            wrongType("a duration such as 1.5s")
            return nil
        }
        guard let value = RuleDuration.parse(text) else {
            report(.noDuration(text))
            return nil
        }
        return (text, value)
    }

    /// A value of an enumeration: its name in its own letters, or its number. The options stand in the order of their
    /// numbers.
    func enumeration<Value>(_ options: KeyValuePairs<String, Value>) -> Value? {
        guard case .scalar(let text, let quoted) = node.content, !node.isNull else {
            wrongType("one of \(options.map(\.key).joined(separator: ", "))")
            return nil
        }
        let names = options.map(\.key)
        let number = quoted ? nil : Int(text).flatMap { names.indices.contains($0) ? $0 : nil }
        guard let index = number ?? names.firstIndex(of: text) else {
            report(.unknownChoice(text, options: names, nearest: nearestName(to: text, among: names)))
            return nil
        }
        return options[index].value
    }

    /// Reads a message for what it says, and makes nothing of it.
    func read(_ type: String, _ body: (Message) -> Void) {
        guard let message = Message(self, type: type) else { return }
        body(message)
        message.reportUnread(gaveUp: false)
    }

    func portNumber() -> UInt32? { integer(UInt32.self, in: 1...65535) }

    /// Of the members of a mapping, those with a text.
    var texts: [(key: String, value: String, field: Field)] {
        members.compactMap { key, field in field.string().map { (key, $0, field) } }
    }

    /// Labels of workloads, as Kubernetes takes them.
    func labels() -> [String: String] {
        var labels: [String: String] = [:]
        for (key, value, field) in texts {
            if !NameText.isLabelKey(key) { field.report(.badLabelKey(key)) }
            if !NameText.isLabelValue(value) { field.report(.badLabelValue(value, key: key)) }
            labels[key] = value
        }
        return labels
    }

    /// Labels that a workload must have. Istio takes any but empty names and wildcards.
    func selectorLabels() -> [String: String] {
        var labels: [String: String] = [:]
        for (key, value, field) in texts {
            if key.isEmpty { field.report(.emptySelectorKey(value: value)) }
            if key.contains("*") || value.contains("*") { field.report(.wildcardInSelector(key, value)) }
            labels[key] = value
        }
        return labels
    }

    /// `WorkloadSelector`: `labels` of networking, `match_labels` of the newer type.
    func workloadSelector(_ name: String) -> [String: String]? {
        message("networking.istio.io.WorkloadSelector") { message in
            let labels = message[name]?.selectorLabels() ?? [:]
            if labels.isEmpty { warn(.selectorWithoutLabels) }
            return labels
        }
    }

    /// A name that a host may have; nil when it cannot be read.
    func host(wildcard: Bool) -> String? {
        guard let name = string() else { return nil }
        if let problem = NameText.problem(ofHost: name, wildcard: wildcard) { report(problem) }
        return name
    }
}

extension Message {
    /// `export_to`: `*` for everywhere, `.` for the own namespace, `~` for nobody, or names of namespaces.
    func exportTo(nobody: Bool = false) -> [String] {
        guard let field = self["export_to"] else { return [] }
        let entries = field.elements.compactMap { element in element.string().map { (name: $0, field: element) } }
        var seen: Set<String> = []
        for (name, field) in entries {
            if !seen.insert(name).inserted {
                field.report(.exportedTwice(name))
            } else if name != "*", name != ".", !(nobody && name == "~"), !NameText.isLabel(name) {
                field.report(.badExport(name))
            }
        }
        if entries.count > 1, seen.contains("*") { field.report(.exportedToAllAndSome) }
        if nobody, entries.count > 1, seen.contains("~") { field.report(.exportedToNobodyAndSome) }
        return entries.map(\.name)
    }
}
