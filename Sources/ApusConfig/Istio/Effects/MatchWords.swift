/// Which requests a rule is for, in words.
enum MatchWords {
    /// `end-user is jason and the path begins with /login`, whole.
    static func of(_ match: HTTPMatch) -> String {
        let conditions = headers(match) + request(match) + proxy(match)
        return conditions.isEmpty ? "anything comes" : conditions.joined(separator: " and ")
    }

    /// `when A or B`; empty: every request.
    static func of(_ matches: [HTTPMatch]) -> String {
        matches.isEmpty ? "" : "when \(alternatives(matches.prefix(4).map(of), of: matches.count))"
    }

    /// How another list of alternatives reads.
    static func changes(_ old: [HTTPMatch], _ new: [HTTPMatch]) -> [String] {
        guard old != new else { return [] }
        if old.isEmpty { return ["now only \(of(new))"] }
        if new.isEmpty { return ["now for every request, not only \(of(old))"] }
        let (before, after) = (old.map(of), new.map(of))
        let (known, kept) = (Set(before), Set(after))
        let added = after.filter { !known.contains($0) }
        let gone = before.filter { !kept.contains($0) }
        if added.isEmpty && gone.isEmpty { return ["its matches are called or listed otherwise"] }
        if old.count == 1 && new.count == 1 {
            return [
                "when \(EffectText.short(before[0], most: 200)) becomes when \(EffectText.short(after[0], most: 200))"
            ]
        }
        return (added.isEmpty ? [] : ["now also when \(alternatives(added, of: added.count))"])
            + (gone.isEmpty ? [] : ["no longer when \(alternatives(gone, of: gone.count))"])
    }

    private static func alternatives(_ words: [String], of count: Int) -> String {
        let shown = words.prefix(3).map { EffectText.short($0, most: 200) }.joined(separator: " or ")
        return count > 3 ? "\(shown) or in \(count - 3) other \(count == 4 ? "case" : "cases")" : shown
    }

    // MARK: Conditions

    private static func headers(_ match: HTTPMatch) -> [String] {
        match.headers.map { named($0.name, $0.match) }
            + match.withoutHeaders.map { header in
                switch header.match {
                case .exact(let value): "\(header.name) is not \(value)"
                case .prefix(let value): "\(header.name) does not begin with \(value)"
                case .regex(let value): "\(header.name) does not match \(value)"
                case .present: "\(header.name) is absent"
                }
            }
    }

    private static func request(_ match: HTTPMatch) -> [String] {
        var words: [String] = []
        if let method = match.method { words.append(named("the method", method)) }
        if let uri = match.uri {
            words.append(named("the path", uri) + (match.ignoreUriCase ? " in any case" : ""))
        }
        words += match.queryParams.map { named("the query's \($0.name)", $0.match) }
        if let authority = match.authority { words.append(named("the authority", authority)) }
        if let scheme = match.scheme { words.append(named("the scheme", scheme)) }
        return words
    }

    private static func proxy(_ match: HTTPMatch) -> [String] {
        var words: [String] = []
        if let port = match.port { words.append("it comes to port \(port)") }
        if !match.gateways.isEmpty { words.append("it comes through \(match.gateways.joined(separator: " or "))") }
        if !match.sourceLabels.isEmpty {
            words.append("it comes from workloads with \(EffectText.labels(match.sourceLabels))")
        }
        if !match.sourceNamespace.isEmpty { words.append("it comes from namespace \(match.sourceNamespace)") }
        return words
    }

    private static func named(_ name: String, _ match: StringMatch) -> String {
        switch match {
        case .exact(let value): "\(name) is \(value.isEmpty ? "empty" : value)"
        case .prefix(let value): "\(name) begins with \(value)"
        case .regex(let value): "\(name) matches \(value)"
        case .present: "\(name) is there"
        }
    }
}
