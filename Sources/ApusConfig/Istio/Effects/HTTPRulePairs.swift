/// Which rule of a VirtualService was which: an index of the old rules with an index of the new ones.
struct HTTPRulePairs {
    /// By new rule: its old one.
    private(set) var old: [Int?]
    /// Old rules that are no more, in their order.
    private(set) var gone: [Int] = []

    /// By name where it is not empty and unique, then by equal match, then in order.
    init(_ before: [HTTPRule], _ after: [HTTPRule]) {
        old = [Int?](repeating: nil, count: after.count)
        var isPaired = [Bool](repeating: false, count: before.count)

        let (oldNames, newNames) = (Self.unique(before), Self.unique(after))
        for (index, rule) in after.enumerated() where newNames[rule.name] == .some(index) {
            guard case .some(.some(let match)) = oldNames[rule.name] else { continue }
            old[index] = match
            isPaired[match] = true
        }

        var waiting: [String: [Int]] = [:]
        for index in before.indices.reversed() where !isPaired[index] {
            waiting[Self.key(before[index]), default: []].append(index)
        }
        for index in after.indices where old[index] == nil {
            guard let match = waiting[Self.key(after[index])]?.popLast() else { continue }
            old[index] = match
            isPaired[match] = true
        }

        var rest = before.indices.filter { !isPaired[$0] }[...]
        for index in after.indices where old[index] == nil {
            guard let match = rest.popFirst() else { break }
            // Two names, and other requests: nothing says that they are one rule.
            if Self.areStrangers(before[match], after[index]) {
                gone.append(match)
            } else {
                old[index] = match
            }
        }
        gone += rest
    }

    /// By name: the only rule with it; nil: there are several.
    private static func unique(_ rules: [HTTPRule]) -> [String: Int?] {
        var unique: [String: Int?] = [:]
        for (index, rule) in rules.enumerated() where !rule.name.isEmpty {
            if unique[rule.name] == nil {
                unique[rule.name] = .some(index)
            } else {
                unique[rule.name] = .some(nil)
            }
        }
        return unique
    }

    private static func key(_ rule: HTTPRule) -> String {
        rule.match.map(MatchWords.of).joined(separator: "\n")
    }

    private static func areStrangers(_ old: HTTPRule, _ new: HTTPRule) -> Bool {
        !old.name.isEmpty && !new.name.isEmpty && old.name != new.name
    }

    /// Of the rules that stay, those that are no longer in their order: all but a longest row that still is.
    var moved: [Int] {
        let staying = old.indices.filter { old[$0] != nil }
        // The last element of the best row of each length, and before each element the one it follows.
        var tails: [Int] = []
        var previous = [Int: Int]()
        for index in staying {
            var (low, high) = (0, tails.count)
            while low < high {
                let middle = (low + high) / 2
                if (old[tails[middle]] ?? 0) < (old[index] ?? 0) { low = middle + 1 } else { high = middle }
            }
            if low > 0 { previous[index] = tails[low - 1] }
            if low == tails.count { tails.append(index) } else { tails[low] = index }
        }
        var inOrder = Set<Int>()
        var next = tails.last
        while let index = next {
            inOrder.insert(index)
            next = previous[index]
        }
        return staying.filter { !inOrder.contains($0) }
    }
}
