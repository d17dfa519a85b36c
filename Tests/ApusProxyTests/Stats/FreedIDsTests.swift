import Testing

@testable import ApusProxy

@Suite struct FreedIDsTests {
    private func all(_ freed: inout FreedIDs) -> Set<Int> {
        var found: Set<Int> = []
        while let id = freed.reuse() { found.insert(id) }
        return found
    }

    @Test("Without workers an id is free at once")
    func alone() {
        var freed = FreedIDs()
        freed.add([4, 7])
        #expect(all(&freed) == [4, 7])
        #expect(freed.reuse() == nil)
    }

    @Test("An id goes to another group when the last worker has let go of it")
    func last() {
        var freed = FreedIDs()
        let (one, two) = (freed.join(), freed.join())
        freed.add([1, 2])
        #expect(freed.take(one) == [1, 2])
        freed.add([3])
        #expect(all(&freed) == [])
        #expect(freed.take(two) == [1, 2, 3])
        #expect(all(&freed) == [1, 2])
        #expect(freed.take(one) == [3])
        #expect(all(&freed) == [3])
        #expect(freed.take(one) == [])
    }

    @Test("A worker that comes later has nothing to let go of, one that leaves holds nothing back")
    func comingAndGoing() {
        var freed = FreedIDs()
        let one = freed.join()
        freed.add([1])
        let two = freed.join()
        #expect(freed.take(two) == [])
        freed.add([2])
        freed.leave(one)
        #expect(all(&freed) == [1])
        #expect(freed.take(one) == [])
        freed.leave(two)
        #expect(all(&freed) == [2])
    }

    @Test("Who listens is told once until it takes what was freed")
    func telling() {
        var freed = FreedIDs()
        let (one, two) = (freed.join(), freed.join())
        #expect(freed.untold(of: [one, two]) == [])
        freed.add([1])
        #expect(freed.untold(of: [one]) == [one])
        #expect(freed.untold(of: [one, two]) == [two])
        freed.add([2])
        #expect(freed.untold(of: [one, two]) == [])
        _ = freed.take(one)
        #expect(freed.untold(of: [one, two]) == [])
        freed.add([3])
        #expect(freed.untold(of: [one, two]) == [one])
    }
}
