extension VirtualService {
    /// Rules and matches that no request ever comes to, because those before them take it.
    func idleRules() -> [RouteWarning] {
        var found: [RouteWarning] = []
        var earlier: [(match: HTTPMatch, rule: Int)] = []
        var catchAll: Int?
        for (number, rule) in http.enumerated() {
            let name = label(number)
            if catchAll != nil {
                found.append(.idleRule(name, rule.match.isEmpty ? .notTheLast : .behindAll))
                continue
            }
            if rule.match.isEmpty {
                catchAll = number
                continue
            }
            var idle = 0
            for (position, match) in rule.match.enumerated() {
                if let first = earlier.first(where: { $0.match.takes(match) }) {
                    let label = match.name.isEmpty ? "#\(position)" : match.name
                    found.append(.idleMatch(rule: name, match: label, earlier: self.label(first.rule)))
                    idle += 1
                } else {
                    earlier.append((match, number))
                }
            }
            if idle == rule.match.count { found.append(.idleRule(name, .repeated)) }
        }
        return found
    }

    private func label(_ number: Int) -> String { http[number].name.isEmpty ? "#\(number)" : http[number].name }
}

extension HTTPMatch {
    /// Whether all requests that `other` means are meant here: the same conditions, or nothing but a prefix of its path.
    fileprivate func takes(_ other: HTTPMatch) -> Bool {
        var alike = other
        alike.name = name
        if self == alike { return true }
        guard case .prefix(let prefix)? = uri, !ignoreUriCase, !other.ignoreUriCase else { return false }
        var plain = HTTPMatch()
        plain.name = name
        plain.uri = uri
        guard self == plain else { return false }
        switch other.uri {
        case .prefix(let text), .exact(let text): return text.hasPrefix(prefix)
        case .regex, .present, nil: return prefix.isEmpty || prefix == "/"
        }
    }
}
