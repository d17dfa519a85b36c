import HashTreeCollections

/// The rules in force, by name. A value: changing a copy of ten thousand costs no more than changing one of ten.
public struct RuleSet: Sendable {
    private var entries: TreeDictionary<RuleName, Entry> = [:]
    private var nextOrder = 0

    private struct Entry: Sendable {
        var rule: Rule
        /// Counts up with every name that is new.
        var order: Int
    }

    public init() {}

    public var count: Int { entries.count }
    public subscript(name: RuleName) -> Rule? { entries[name]?.rule }

    /// Puts a rule in its place and says whether it is new there, another than before, or the same.
    @discardableResult
    public mutating func apply(_ rule: Rule) -> RuleChange {
        guard let old = entries[rule.name] else {
            entries[rule.name] = Entry(rule: rule, order: nextOrder)
            nextOrder += 1
            return .created
        }
        entries[rule.name] = Entry(rule: rule, order: old.order)
        return old.rule.written == rule.written ? .unchanged : .configured
    }

    /// The rule that was there.
    @discardableResult
    public mutating func remove(_ name: RuleName) -> Rule? { entries.removeValue(forKey: name)?.rule }

    /// In the order in which their names were first applied.
    public var all: [Rule] { entries.values.sorted { $0.order < $1.order }.map(\.rule) }

    /// Those of one kind, the oldest first: by `creationTimestamp`, then by first apply, then by name and namespace.
    public func oldestFirst(_ kind: RuleKind) -> [Rule] {
        entries.values.filter { $0.rule.name.kind == kind }.sorted(by: Self.isOlder).map(\.rule)
    }

    /// Whether the first rule is older than the second: it wins where only one can.
    public func isOlder(_ first: RuleName, than second: RuleName) -> Bool {
        guard let first = entries[first], let second = entries[second] else { return false }
        return Self.isOlder(first, second)
    }

    private static func isOlder(_ a: Entry, _ b: Entry) -> Bool {
        // Those with a time are ordered by it; those without came with their first apply, after those.
        switch (a.rule.created, b.rule.created) {
        case (let first?, let second?) where first != second: return first < second
        case (_?, nil): return true
        case (nil, _?): return false
        case (nil, nil) where a.order != b.order: return a.order < b.order
        default: return (a.rule.name.name, a.rule.name.namespace) < (b.rule.name.name, b.rule.name.namespace)
        }
    }
}

/// What applying a document did.
public enum RuleChange: String, Sendable {
    case created
    case configured
    case unchanged
    case deleted
}
