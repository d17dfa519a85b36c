/// What part of a rule's requests each destination gets.
struct Shares {
    /// In the order of writing; per cent.
    private var parts: [(name: String, share: Double)] = []
    private var byName: [String: Double] = [:]

    /// Below this, in per cent, nothing moves.
    private static let least = 0.000_05

    init(_ rule: HTTPRule) {
        // A single destination gets everything, whatever its weight.
        let isOnly = rule.route.count == 1
        let total = rule.route.reduce(0) { $0 + Double($1.weight) }
        for share in rule.route {
            let name = Self.name(share.destination)
            let part = isOnly ? 100 : total > 0 ? Double(share.weight) * 100 / total : 0
            if byName[name] == nil { parts.append((name, 0)) }
            byName[name, default: 0] += part
        }
        for index in parts.indices { parts[index].share = byName[parts[index].name] ?? 0 }
    }

    var isEmpty: Bool { parts.isEmpty }

    /// `90 % to reviews v1, 10 % to reviews v3`
    var said: String {
        EffectText.list(parts.map { "\(EffectText.share($0.share)) % to \(EffectText.short($0.name))" })
    }

    /// `reviews v1`, `reviews:9080 v1`
    static func name(_ destination: Destination) -> String {
        destination.host + (destination.port.map { ":\($0)" } ?? "")
            + (destination.subset.isEmpty ? "" : " \(destination.subset)")
    }

    /// Who loses gives to who gains, in their order.
    static func changes(_ old: Shares, _ new: Shares) -> [String] {
        if old.isEmpty || new.isEmpty {
            if old.isEmpty && new.isEmpty { return [] }
            return old.isEmpty ? ["now forwards, \(new.said)"] : ["no longer forwards"]
        }
        return moves(old, new) + idle(old, new)
    }

    private static func moves(_ old: Shares, _ new: Shares) -> [String] {
        var gains = new.parts.map { (name: $0.name, share: $0.share - (old.byName[$0.name] ?? 0)) }[...]
        var moves: [String] = []
        for (from, share) in old.parts {
            var less = share - (new.byName[from] ?? 0)
            while less > least, let gain = gains.first {
                let part = min(less, gain.share)
                guard part > least else {
                    gains.removeFirst()
                    continue
                }
                moves.append(
                    "\(EffectText.share(part)) % of requests moves from \(EffectText.short(from)) to \(EffectText.short(gain.name))"
                )
                less -= part
                gains[gains.startIndex].share -= part
            }
        }
        return moves
    }

    /// Destinations without requests, which moves do not tell.
    private static func idle(_ old: Shares, _ new: Shares) -> [String] {
        let begins = new.parts.filter { $0.share <= least && old.byName[$0.name] == nil }
        let ends = old.parts.filter { $0.share <= least && new.byName[$0.name] == nil }
        return begins.map { "new destination \(EffectText.short($0.name)), 0 %" }
            + ends.map { "no destination \(EffectText.short($0.name)) any more, which had 0 %" }
    }
}
