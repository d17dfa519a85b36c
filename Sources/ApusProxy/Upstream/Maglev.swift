/// Google's Maglev: a table of prime size in which every endpoint fills places in an order of its own, in turns as
/// frequent as its weight. Faster to ask than a ring and more even; moves a little more when endpoints change.
struct Maglev: Sendable {
    private let table: [UInt32]

    private struct Turn {
        let member: UInt32
        let offset: Int
        let skip: Int
        let share: Double
        var due = 0.0
        var next = 0

        mutating func place(size: Int) -> Int {
            defer { next += 1 }
            return (offset + skip * next) % size
        }
    }

    init(_ members: [HashMember], tableSize size: Int) {
        guard !members.isEmpty, size > 1 else {
            table = members.isEmpty ? [] : [0]
            return
        }
        let total = members.reduce(0.0) { $0 + Double($1.weight) }
        // By key: the table must not depend on the order in which endpoints are listed.
        var turns = members.enumerated().sorted { $0.element.key < $1.element.key }.map { index, member in
            Turn(
                member: UInt32(index), offset: Int(XXHash64.hash(member.key) % UInt64(size)),
                skip: Int(XXHash64.hash(member.key, seed: 1) % UInt64(size - 1)) + 1,
                share: Double(member.weight) / total)
        }
        let greatest = turns.map(\.share).max() ?? 1
        let free = UInt32.max
        var table = [UInt32](repeating: free, count: size)
        var filled = 0
        var round = 1.0
        while filled < size {
            for index in turns.indices where filled < size {
                // The heaviest endpoint has a turn in each round, one of a third of its weight in every third.
                if round * turns[index].share < turns[index].due { continue }
                turns[index].due += greatest
                // Comes to an end: the size is prime, so that the steps visit every place, and one is free.
                var place = turns[index].place(size: size)
                while table[place] != free { place = turns[index].place(size: size) }
                table[place] = turns[index].member
                filled += 1
            }
            round += 1
        }
        self.table = table
    }

    func member(for hash: UInt64, attempt: Int) -> Int? {
        guard !table.isEmpty else { return nil }
        // Most bits change with the attempt, so that retries spread.
        let hash = attempt > 0 ? hash ^ (~0 &- UInt64(attempt) &+ 1) : hash
        return Int(table[Int(hash % UInt64(table.count))])
    }
}
