/// The statistics below one prefix, `cluster.v1.`: they live as long as anybody holds a scope of that prefix. Whatever is
/// compiled holds those that it counts in, and so do requests under way on it.
///
/// Where the next configuration names the same prefix, it takes its scope before the last one is let go, so that numbers
/// survive a reload. A prefix that was gone and comes back begins at zero, as in Envoy.
final class StatScope: Sendable {
    /// With the final dot.
    let prefix: String
    private let groups: StatGroups

    init(_ prefix: String, in groups: StatGroups = .shared) {
        self.prefix = prefix
        self.groups = groups
        groups.hold(prefix)
    }

    deinit { groups.letGo(prefix) }

    /// `below`: what stands between the prefix and the names of the fields, with a final dot.
    func counters<Field: StatField>(_ field: Field.Type = Field.self, below: String = "") -> StatGroup<Field> {
        let shape = StatGroups.Shape.counters(
            prefix: prefix + below, fields: groups.names(of: field), of: ObjectIdentifier(field))
        return StatGroup(id: groups.id(of: shape, in: prefix), scope: self)
    }

    /// One number whose name is not known before it is made.
    func own<Field: StatField>(_ name: String, _ kind: StatKind, of field: Field.Type = Field.self) -> StatGroup<Field>
    {
        let shape = StatGroups.Shape.counters(
            prefix: prefix, fields: [StatFieldName(name: name, kind: kind)], of: ObjectIdentifier(field))
        return StatGroup(id: groups.id(of: shape, in: prefix), scope: self)
    }

    fileprivate func prefix(of id: Int) -> String { groups.prefix(of: id) ?? prefix }

    func codes() -> CodeGroup { CodeGroup(id: groups.id(of: .codes(prefix: prefix), in: prefix), scope: self) }

    func histogram(_ name: String) -> HistogramGroup {
        HistogramGroup(id: groups.id(of: .histogram(prefix: prefix, name: name), in: prefix), scope: self)
    }
}

/// A group of statistics with one prefix, named when a configuration is compiled; each worker keeps its own numbers
/// for it (`Worker.counters`). The same prefix and fields give the same group.
public struct StatGroup<Field: StatField>: Sendable, Hashable {
    let id: Int
    /// Who has the group keeps its id from being given to another.
    let scope: StatScope
    /// Before the names of its fields, with the final dot: `cluster.v1.`
    public var prefix: String { scope.prefix(of: id) }

    public static func == (one: Self, other: Self) -> Bool { one.id == other.id }
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// Answers by status code below one prefix: `cluster.v1.upstream_rq_503`, and the same under `internal.`/`external.`.
struct CodeGroup: Sendable {
    let id: Int
    let scope: StatScope
}

/// One histogram of milliseconds: `cluster.v1.upstream_rq_time`.
struct HistogramGroup: Sendable {
    let id: Int
    let scope: StatScope
}
