/// The things of two states that are the same thing, by what they are called.
struct Paired<Thing> {
    /// In the order of the new state; what is gone follows, in its own. Both are never nil.
    private(set) var all: [(old: Thing?, new: Thing?)] = []

    /// Of things with one name the first is the first, the second the second and so on.
    init(_ old: [Thing], _ new: [Thing], name: (Thing) -> String) {
        var waiting: [String: [Int]] = [:]
        for index in old.indices.reversed() { waiting[name(old[index]), default: []].append(index) }
        var isPaired = [Bool](repeating: false, count: old.count)
        for thing in new {
            let index = waiting[name(thing)]?.popLast()
            if let index { isPaired[index] = true }
            all.append((index.map { old[$0] }, thing))
        }
        for index in old.indices where !isPaired[index] { all.append((old[index], nil)) }
    }
}
