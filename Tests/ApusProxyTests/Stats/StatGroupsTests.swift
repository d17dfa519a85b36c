import NIOConcurrencyHelpers
import Testing

@testable import ApusProxy

@Suite struct StatGroupsTests {
    private enum Sample: Int, StatField, CaseIterable {
        case hits, misses
        var kind: StatKind { .counter }
    }
    private enum Other: Int, StatField, CaseIterable {
        case hits, misses
        var kind: StatKind { .counter }
    }

    @Test("The same prefix and fields are the same group as long as anybody holds a scope of the prefix")
    func sharing() {
        let groups = StatGroups()
        var first: StatScope? = StatScope("cluster.v1.", in: groups)
        let id = first?.counters(Sample.self).id
        let second = StatScope("cluster.v1.", in: groups)
        #expect(second.counters(Sample.self).id == id)
        #expect(second.counters(Other.self).id != id)
        #expect(second.counters(Sample.self, below: "more.").id != id)
        #expect(second.own("hits", .counter, of: Sample.self).id == second.own("hits", .counter, of: Sample.self).id)
        #expect(second.own("hits", .gauge, of: Sample.self).id != second.own("hits", .counter, of: Sample.self).id)
        #expect(second.histogram("time").id == second.histogram("time").id)
        #expect(second.codes().id == second.codes().id)
        let count = groups.count
        #expect(count == 7)
        first = nil
        #expect(groups.count == count)
        #expect(second.counters(Sample.self).id == id)
    }

    @Test("A group keeps its scope, and the last one that goes frees all groups of the prefix")
    func freeing() {
        let groups = StatGroups()
        let other = StatScope("cluster.v2.", in: groups).codes()
        var group: StatGroup<Sample>? = StatScope("cluster.v1.", in: groups).counters()
        _ = group?.scope.histogram("time")
        #expect(groups.count == 3)
        #expect(group?.prefix == "cluster.v1.")
        group = nil
        #expect(groups.count == 1)
        #expect(groups.table.groups.map { $0 != nil } == [true, false, false])
        withExtendedLifetime(other) {}
    }

    @Test("A reader is told that groups are gone, and their ids are given again after it has taken them")
    func reading() {
        let groups = StatGroups()
        let reader = StatReader(groups)
        let rings = NIOLockedValueBox(0)
        let gone = StatScope("cluster.v1.", in: groups).counters(Sample.self).id
        reader.whenFreed { rings.withLockedValue { $0 += 1 } }
        #expect(rings.withLockedValue { $0 } == 1, "what was freed before it listened counts, too")
        let next = StatScope("cluster.v2.", in: groups).codes()
        #expect(next.id != gone)
        #expect(reader.takeFreed() == [gone])
        #expect(StatScope("cluster.v3.", in: groups).codes().id == gone)
        #expect(rings.withLockedValue { $0 } == 2)
        reader.leave()
        #expect(reader.takeFreed() == [])
        #expect(StatScope("cluster.v4.", in: groups).codes().id == gone)
        #expect(rings.withLockedValue { $0 } == 2)
    }

    @Test("Numbers that were copied before an id went to another group are not this group's")
    func oldCopies() {
        var copied = WorkerNumbers(groups: [.counters(values: [3, 4], used: [true, true])])
        copied.lastGroup = 5
        let fields = Sample.allCases.map { StatFieldName(name: $0.name, kind: $0.kind) }
        func value(_ number: Int) -> Int? {
            let group = StatGroups.Group(shape: .counters(prefix: "cluster.v1.", fields: fields), number: number)
            return StatTable.merge([copied], [group], live: ["cluster.v1."]).numbers.first?.value
        }
        #expect(value(5) == 3)
        #expect(value(6) == 0)
    }

    @Test("Scopes that many threads take and let go of leave nothing behind")
    func threads() async {
        let groups = StatGroups()
        await withTaskGroup(of: Void.self) { tasks in
            for task in 0..<8 {
                tasks.addTask {
                    let reader = StatReader(groups)
                    for round in 0..<500 {
                        let scope = StatScope("cluster.v\((task + round) % 5).", in: groups)
                        let group = scope.counters(Sample.self)
                        #expect(scope.counters(Sample.self).id == group.id)
                        if round % 10 == 0 { _ = reader.takeFreed() }
                    }
                }
            }
        }
        #expect(groups.count == 0)
        #expect(groups.table.groups.allSatisfy { $0 == nil })
    }
}
