import ApusConfig

/// Kinds as people write them: `virtualservice`, `VirtualServices`, `vs`, `virtualservices.networking.istio.io`.
enum KindName {
    private static let short = [
        "vs": RuleKind.virtualService, "dr": .destinationRule, "se": .serviceEntry, "we": .workloadEntry,
        "gw": .gateway, "sidecar": .sidecar, "ef": .envoyFilter, "svc": .service,
    ]

    /// nil for no kind.
    static func kind(_ text: String) -> RuleKind? {
        let name = text.prefix { $0 != "." }.lowercased()
        if let kind = short[name] { return kind }
        return RuleKind.allCases.first { kind in
            let full = kind.rawValue.lowercased()
            let plural = full.hasSuffix("y") ? full.dropLast() + "ies" : full[...] + "s"
            return name == full || name == plural
        }
    }

    /// `virtualservice (vs), destinationrule (dr), ...`
    static var list: String {
        RuleKind.allCases.map { kind in
            let full = kind.rawValue.lowercased()
            let short = short.first { $0.value == kind && $0.key != full }?.key
            return full + (short.map { " (\($0))" } ?? "")
        }.joined(separator: ", ")
    }

    /// What a shell may complete.
    static var completions: [String] {
        ["all"] + short.keys.sorted() + RuleKind.allCases.map { $0.rawValue.lowercased() }
    }
}

/// Rules that somebody names, in kubectl's ways: `vs`, `vs,dr`, `all`, `vs/reviews`, `vs reviews ratings`.
struct NamedRules: Equatable {
    /// nil: of any kind.
    var kind: RuleKind?
    /// nil: of any namespace that is asked for.
    var namespace: String?
    /// nil: all of them.
    var name: String?

    struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    static func parse(_ words: [String]) throws(Wrong) -> [NamedRules] {
        guard let first = words.first else { return [NamedRules()] }
        if words.contains(where: { $0.contains("/") }) {
            return try words.map { word throws(Wrong) in try single(word) }
        }
        var found: [NamedRules] = []
        for word in first.split(separator: ",", omittingEmptySubsequences: false) {
            let kind: RuleKind? = word.lowercased() == "all" ? nil : try Self.kind(word)
            let names: [String?] = words.count > 1 ? Array(words.dropFirst()) : [nil]
            if kind == nil, words.count > 1 { throw Wrong(description: "write 'all' alone, or a kind and names") }
            found += names.map { NamedRules(kind: kind, name: $0) }
        }
        return found
    }

    /// `vs/reviews`, and `VirtualService/default/reviews` as other commands print it.
    private static func single(_ word: String) throws(Wrong) -> NamedRules {
        let parts = word.split(separator: "/", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), !parts.contains("") else {
            throw Wrong(description: "'\(word)' is not kind/name; write kind/name for each, or one kind and then names")
        }
        return NamedRules(
            kind: try kind(parts[0]), namespace: parts.count == 3 ? String(parts[1]) : nil,
            name: parts.last.map { String($0) })
    }

    private static func kind(_ word: Substring) throws(Wrong) -> RuleKind {
        guard let kind = KindName.kind(String(word)) else {
            throw Wrong(description: "there is no kind '\(word)'; kinds are \(KindName.list)")
        }
        return kind
    }

    func fits(_ item: ConfigValue, in namespace: String?) -> Bool {
        let own = item["metadata"]?["namespace"]?.text
        let wanted = self.namespace ?? namespace
        return (kind == nil || item["kind"]?.text == kind?.rawValue)
            && (name == nil || item["metadata"]?["name"]?.text == name) && (wanted == nil || own == wanted)
    }
}
