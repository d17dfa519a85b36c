import Atomics
import NIOConcurrencyHelpers

/// A group of statistics with one prefix, named when a configuration is compiled; each worker keeps its own numbers
/// for it (`Worker.counters`). The same prefix and fields give the same group, so that numbers survive a reload.
public struct StatGroup<Field: StatField>: Sendable, Hashable {
    let id: Int
    /// With the final dot: `cluster.v1.`
    public let prefix: String
}

/// Answers by status code below one prefix: `cluster.v1.upstream_rq_503`, and the same under `internal.`/`external.`.
struct CodeGroup: Sendable, Hashable {
    let id: Int
    let prefix: String
}

/// One histogram of milliseconds: `cluster.v1.upstream_rq_time`.
struct HistogramGroup: Sendable, Hashable {
    let id: Int
}

/// All groups of the process. Touched when a configuration is compiled or statistics are read, never by a request.
final class StatGroups: Sendable {
    static let shared = StatGroups()

    /// What a worker has to create when it first counts in a group, and what a reader must name.
    enum Shape: Sendable {
        case counters(prefix: String, fields: [StatFieldName])
        case codes(prefix: String)
        case histogram(prefix: String, name: String)

        static func histogram(name: String) -> Shape { .histogram(prefix: "", name: name) }
    }

    private struct State {
        var ids: [String: Int] = [:]
        var shapes: [Shape] = []
        /// Names are made by reflection, so once for each kind of field.
        var fields: [ObjectIdentifier: [StatFieldName]] = [:]
    }
    private let state = NIOLockedValueBox(State())

    private func id(_ key: String, _ shape: Shape) -> Int {
        state.withLockedValue { state in
            if let id = state.ids[key] { return id }
            state.shapes.append(shape)
            state.ids[key] = state.shapes.count - 1
            return state.shapes.count - 1
        }
    }

    func counters<Field: StatField>(_ prefix: String, of field: Field.Type) -> StatGroup<Field> {
        let fields = state.withLockedValue { state in
            if let known = state.fields[ObjectIdentifier(field)] { return known }
            let named = Field.allCases.map { StatFieldName(name: $0.name, kind: $0.kind) }
            state.fields[ObjectIdentifier(field)] = named
            return named
        }
        let id = id("\(prefix)\(Field.self)", .counters(prefix: prefix, fields: fields))
        return StatGroup(id: id, prefix: prefix)
    }

    /// One number whose name is not known before it is made.
    func own<Field: StatField>(_ prefix: String, name: String, kind: StatKind) -> StatGroup<Field> {
        let fields = [StatFieldName(name: name, kind: kind)]
        let id = id("\(prefix)\(name)(\(kind))", .counters(prefix: prefix, fields: fields))
        return StatGroup(id: id, prefix: prefix)
    }

    func codes(_ prefix: String) -> CodeGroup {
        CodeGroup(id: id("\(prefix)(codes)", .codes(prefix: prefix)), prefix: prefix)
    }

    func histogram(_ name: String) -> HistogramGroup {
        HistogramGroup(id: id("\(name)(histogram)", .histogram(name: name)))
    }

    /// Histograms of one prefix, one after the other: where there are tens of thousands of clusters, a name for each number
    /// of each of them would be most of what is kept.
    func histograms(_ prefix: String, _ names: [String]) -> [HistogramGroup] {
        let first = state.withLockedValue { state in
            if let id = state.ids[prefix] { return id }
            let first = state.shapes.count
            state.shapes += names.map { .histogram(prefix: prefix, name: $0) }
            state.ids[prefix] = first
            return first
        }
        return names.indices.map { HistogramGroup(id: first + $0) }
    }

    var shapes: [Shape] { state.withLockedValue { $0.shapes } }
}

/// A field of a group as readers print it.
struct StatFieldName: Sendable, Equatable {
    let name: String
    let kind: StatKind
}

/// Counters of whatever fields: what a reader of statistics sees.
protocol AnyCounters: AnyObject {
    /// Every field's value in order, and whether it was ever written.
    func copy() -> (values: [Int], used: [Bool])
    func resetCounters()
}

extension Counters: AnyCounters {
    func copy() -> (values: [Int], used: [Bool]) {
        (Field.allCases.map { self[$0] }, Field.allCases.map(isUsed))
    }
    func resetCounters() { reset() }
}
