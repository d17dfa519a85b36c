import NIOConcurrencyHelpers

/// All groups of the process that live. Touched when a configuration is compiled or let go, or when statistics are read;
/// never by a request that finds what it counts in.
final class StatGroups: Sendable {
    static let shared = StatGroups()

    /// What a worker has to create when it first counts in a group, and what a reader must name.
    enum Shape: Sendable, Equatable {
        /// `of`: the type of the fields.
        case counters(prefix: String, fields: [StatFieldName], of: ObjectIdentifier? = nil)
        case codes(prefix: String)
        case histogram(prefix: String, name: String)

        static func histogram(name: String) -> Shape { .histogram(prefix: "", name: name) }
    }

    /// A group that lives, at its id's place.
    struct Group: Sendable {
        let shape: Shape
        /// Counts up with every group that is made, which ids do not.
        let number: Int
    }

    /// Groups by id, at one moment; nil where there is none.
    struct Table: Sendable {
        fileprivate(set) var groups: [Group?] = []
        /// The number of the group that was made last.
        fileprivate(set) var lastNumber = 0
    }

    private struct Scope {
        var holders = 0
        var ids: [Int] = []
    }

    private struct State {
        var table = Table()
        var scopes: [String: Scope] = [:]
        var freed = FreedIDs()
        /// How a reader is told that ids were freed.
        var bells: [Int: @Sendable () -> Void] = [:]
        /// Names are made by reflection, so once for each kind of field.
        var fields: [ObjectIdentifier: [StatFieldName]] = [:]

        /// Within the lock, so that whoever has left is not told any more.
        mutating func ring() { for reader in freed.untold(of: bells.keys) { bells[reader]?() } }
    }
    private let state = NIOLockedValueBox(State())

    var table: Table { state.withLockedValue { $0.table } }

    /// How many groups live.
    var count: Int { state.withLockedValue { $0.scopes.values.reduce(0) { $0 + $1.ids.count } } }

    // MARK: Scopes

    func hold(_ prefix: String) { state.withLockedValue { $0.scopes[prefix, default: Scope()].holders += 1 } }

    func letGo(_ prefix: String) {
        state.withLockedValue { state in
            guard var scope = state.scopes[prefix] else { return }
            scope.holders -= 1
            guard scope.holders == 0 else {
                state.scopes[prefix] = scope
                return
            }
            state.scopes[prefix] = nil
            for id in scope.ids { state.table.groups[id] = nil }
            state.freed.add(scope.ids)
            state.ring()
        }
    }

    /// The id of a group below a prefix that is held.
    func id(of shape: Shape, in prefix: String) -> Int {
        state.withLockedValue { state in
            let known = state.scopes[prefix]?.ids.first { state.table.groups[$0]?.shape == shape }
            if let known { return known }
            state.table.lastNumber += 1
            let group = Group(shape: shape, number: state.table.lastNumber)
            let id = state.freed.reuse() ?? state.table.groups.count
            if id == state.table.groups.count {
                state.table.groups.append(group)
            } else {
                state.table.groups[id] = group
            }
            state.scopes[prefix]?.ids.append(id)
            return id
        }
    }

    /// What stands before the names of a group; nil when it is gone.
    func prefix(of id: Int) -> String? {
        state.withLockedValue { state in
            guard state.table.groups.indices.contains(id), let shape = state.table.groups[id]?.shape else { return nil }
            switch shape {
            case .counters(let prefix, _, _), .codes(let prefix), .histogram(let prefix, _): return prefix
            }
        }
    }

    func names<Field: StatField>(of field: Field.Type) -> [StatFieldName] {
        state.withLockedValue { state in
            if let known = state.fields[ObjectIdentifier(field)] { return known }
            let named = Field.allCases.map { StatFieldName(name: $0.name, kind: $0.kind) }
            state.fields[ObjectIdentifier(field)] = named
            return named
        }
    }

    // MARK: Readers

    fileprivate func join() -> Int { state.withLockedValue { $0.freed.join() } }

    fileprivate func leave(_ reader: Int) {
        // What the bell holds is let go outside of the lock.
        let bell = state.withLockedValue { state in
            state.freed.leave(reader)
            return state.bells.removeValue(forKey: reader)
        }
        withExtendedLifetime(bell) {}
    }

    fileprivate func hang(_ bell: @escaping @Sendable () -> Void, for reader: Int) {
        state.withLockedValue { state in
            state.bells[reader] = bell
            state.ring()
        }
    }

    fileprivate func take(_ reader: Int) -> [Int] { state.withLockedValue { $0.freed.take(reader) } }
}

/// Somebody who keeps numbers by the ids of groups. As long as it lives, no id goes to another group that it has not
/// taken as freed.
final class StatReader: Sendable {
    private let groups: StatGroups
    private let number: Int

    init(_ groups: StatGroups = .shared) {
        self.groups = groups
        number = groups.join()
    }

    deinit { groups.leave(number) }

    /// Has itself told of freed ids, from any thread, until it leaves. The bell must not let go of anything.
    func whenFreed(_ bell: @escaping @Sendable () -> Void) { groups.hang(bell, for: number) }

    /// No numbers may be kept any more for these.
    func takeFreed() -> [Int] { groups.take(number) }

    /// Leaves while others may still hold it.
    func leave() { groups.leave(number) }
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
