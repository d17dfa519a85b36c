/// Ids whose groups are gone. Each may go to another group once every worker has let go of what it counted there.
struct FreedIDs {
    /// In the order in which they were freed.
    private var waiting: [Int] = []
    /// How many have stood before the first that waits.
    private var passed = 0
    private var readers: [Int: Reader] = [:]
    private var lastReader = 0
    private var free: [Int] = []

    private struct Reader {
        /// How many of all that were ever freed it has seen.
        var seen: Int
        /// It was told that there are more.
        var isTold = false
    }

    /// A worker that has counted nothing yet. Returns its number.
    mutating func join() -> Int {
        lastReader += 1
        readers[lastReader] = Reader(seen: end)
        return lastReader
    }

    /// A worker that will not ask for any group's numbers again.
    mutating func leave(_ reader: Int) {
        readers[reader] = nil
        settle()
    }

    mutating func add(_ ids: [Int]) {
        waiting += ids
        settle()
    }

    /// Which of these have to be told that ids were freed, each once until it takes them.
    mutating func untold(of listeners: some Sequence<Int>) -> [Int] {
        listeners.filter { number in
            guard let reader = readers[number], !reader.isTold, reader.seen < end else { return false }
            readers[number]?.isTold = true
            return true
        }
    }

    /// What was freed since a reader asked last. It lets go of those numbers before it asks for any group again.
    mutating func take(_ reader: Int) -> [Int] {
        guard let seen = readers[reader]?.seen else { return [] }
        let taken = Array(waiting[(seen - passed)...])
        readers[reader] = Reader(seen: end)
        settle()
        return taken
    }

    /// An id for another group; nil: there is none that is free.
    mutating func reuse() -> Int? { free.popLast() }

    private var end: Int { passed + waiting.count }

    /// What all have seen is free.
    private mutating func settle() {
        let count = (readers.values.map(\.seen).min() ?? end) - passed
        guard count > 0 else { return }
        free += waiting[..<count]
        waiting.removeFirst(count)
        passed += count
    }
}
