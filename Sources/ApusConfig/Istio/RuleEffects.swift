/// What a change of a rule means for requests, in words.
public enum RuleEffects {
    /// From one state of a rule to the next; nil: there is none.
    public static func of(_ before: Rule?, _ after: Rule?) -> [String] {
        guard case .virtualService(let new)? = (after ?? before)?.spec else { return [] }
        var old: VirtualService?
        if case .virtualService(let spec)? = before?.spec { old = spec }
        let service = new.hosts.joined(separator: ", ")
        guard after != nil else { return ["\(service): its rules are gone"] }
        guard let old else {
            return new.http.enumerated().compactMap { index, rule in
                rule.route.isEmpty ? nil : "\(service)\(label(rule, index)): \(shares(rule))"
            }
        }
        var effects: [String] = []
        if old.hosts != new.hosts { effects.append("hosts: \(old.hosts.joined(separator: ", ")) become \(service)") }
        for (index, rule) in new.http.enumerated() {
            let name = "\(service)\(label(rule, index))"
            if index < old.http.count {
                effects += changes(old.http[index], rule).map { "\(name): \($0)" }
            } else {
                effects.append("\(name): a new rule\(rule.route.isEmpty ? "" : ", \(shares(rule))")")
            }
        }
        if old.http.count > new.http.count {
            effects.append("\(service): \(old.http.count - new.http.count) of \(old.http.count) rules are gone")
        }
        return effects
    }

    /// ` (jason)`, or ` rule 2` where a rule has no name and is not the first.
    private static func label(_ rule: HTTPRule, _ index: Int) -> String {
        rule.name.isEmpty ? (index == 0 ? "" : " rule \(index + 1)") : " (\(rule.name))"
    }

    // MARK: One rule

    private static func changes(_ old: HTTPRule, _ new: HTTPRule) -> [String] {
        var changes: [String] = []
        if old.match != new.match { changes.append("other requests match") }
        changes += moves(percentages(old), percentages(new))
        for mirror in new.mirrors where !old.mirrors.contains(where: { $0.destination == mirror.destination }) {
            changes.append("new mirror to \(name(mirror.destination)), \(percent(mirror.percentage))")
        }
        for mirror in old.mirrors {
            guard let now = new.mirrors.first(where: { $0.destination == mirror.destination }) else {
                changes.append("no mirror to \(name(mirror.destination)) any more")
                continue
            }
            if now.percentage != mirror.percentage {
                changes.append(
                    "mirror to \(name(mirror.destination)): \(percent(mirror.percentage)) becomes \(percent(now.percentage))"
                )
            }
        }
        if old.timeout != new.timeout { changes.append("timeout \(time(old.timeout)) becomes \(time(new.timeout))") }
        if old.fault != new.fault { changes.append(new.fault == nil ? "no fault any more" : "another fault") }
        if old.retries != new.retries { changes.append("other retries") }
        if old.redirect != new.redirect || old.directResponse != new.directResponse || old.delegate != new.delegate {
            changes.append("another answer")
        }
        if old.headers != new.headers || old.rewrite != new.rewrite { changes.append("other headers or another path") }
        return changes
    }

    /// Of each destination, in their order, what it gets in per cent.
    private static func percentages(_ rule: HTTPRule) -> [(name: String, share: Double)] {
        // A single destination gets everything, whatever its weight.
        if rule.route.count == 1 { return [(name(rule.route[0].destination), 100)] }
        let total = rule.route.reduce(0) { $0 + Double($1.weight) }
        var shares: [(name: String, share: Double)] = []
        for share in rule.route {
            let name = name(share.destination)
            let part = total > 0 ? Double(share.weight) * 100 / total : 0
            if let index = shares.firstIndex(where: { $0.name == name }) {
                shares[index].share += part
            } else {
                shares.append((name, part))
            }
        }
        return shares
    }

    /// Who loses gives to who gains, in their order.
    private static func moves(_ old: [(name: String, share: Double)], _ new: [(name: String, share: Double)])
        -> [String]
    {
        guard !old.isEmpty, !new.isEmpty else { return old.isEmpty == new.isEmpty ? [] : ["forwarding begins or ends"] }
        var gains: [(name: String, share: Double)] = []
        for (name, share) in new {
            let more = share - (old.first { $0.name == name }?.share ?? 0)
            if more > 0.001 { gains.append((name, more)) }
        }
        var moves: [String] = []
        for (from, share) in old {
            var less = share - (new.first { $0.name == from }?.share ?? 0)
            while less > 0.001, let gain = gains.first {
                let part = min(less, gain.share)
                moves.append("\(number(part)) % of requests moves from \(from) to \(gain.name)")
                less -= part
                gains[0].share -= part
                if gains[0].share <= 0.001 { gains.removeFirst() }
            }
        }
        return moves
    }

    // MARK: Words

    private static func shares(_ rule: HTTPRule) -> String {
        percentages(rule).map { "\(number($0.share)) % to \($0.name)" }.joined(separator: ", ")
    }

    private static func name(_ destination: Destination) -> String {
        destination.host + (destination.subset.isEmpty ? "" : " \(destination.subset)")
    }

    private static func percent(_ share: Percentage) -> String { "\(number(Double(share.millionths) / 10_000)) %" }

    private static func number(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
    }

    private static func time(_ duration: Duration?) -> String { duration.map(DurationText.print) ?? "none" }

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
