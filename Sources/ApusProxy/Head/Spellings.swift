/// How a message spelt the names of its fields: one spelling for each name, the first that it came with, as places in
/// its head's arena. Found by hash, so that a head of very many fields costs no more than their number.
struct Spellings {
    /// Whether they are kept at all. Names without a spelling are written in lower case then, whoever writes them.
    private(set) var isKept = false
    /// Whether names that the message did not have are written in proper case words instead.
    private(set) var capitalizesOthers = false
    private var names: [TextRange] = []
    /// Places in `names`, plus one; 0 is free. A power of two, and never more than half full.
    private var table: [UInt32] = []

    /// Unlike in every process, so that nobody can choose names that collide.
    private static let seed = UInt64.random(in: .min ... .max)

    mutating func begin(capitalizesOthers: Bool) {
        clear()
        isKept = true
        self.capitalizesOthers = capitalizesOthers
        if table.isEmpty { table = Array(repeating: 0, count: 64) }
    }

    mutating func clear() {
        guard isKept else { return }
        isKept = false
        names.removeAll(keepingCapacity: true)
        if table.count > 512 {
            table = []
        } else {
            for i in table.indices { table[i] = 0 }
        }
    }

    /// The spelling of a name, which may be given in any case.
    func find(_ name: Bytes, in arena: UnsafePointer<UInt8>) -> TextRange? {
        let entry = table[place(of: name, in: arena)]
        return entry == 0 ? nil : names[Int(entry) - 1]
    }

    /// Adds the spelling of a name, unless there is one.
    mutating func add(_ range: TextRange, in arena: UnsafePointer<UInt8>) {
        let at = place(of: Spellings.bytes(range, arena), in: arena)
        guard table[at] == 0 else { return }
        names.append(range)
        table[at] = UInt32(names.count)
        if names.count * 2 > table.count { grow(arena) }
    }

    private mutating func grow(_ arena: UnsafePointer<UInt8>) {
        table = Array(repeating: 0, count: table.count * 2)
        for (i, name) in names.enumerated() {
            table[place(of: Spellings.bytes(name, arena), in: arena)] = UInt32(i + 1)
        }
    }

    /// Where the name stands in the table, or where it would.
    private func place(of name: Bytes, in arena: UnsafePointer<UInt8>) -> Int {
        var hash = Spellings.seed
        for byte in name { hash = (hash ^ UInt64(byte | 0x20)) &* 0x9e37_79b9_7f4a_7c15 }
        let mask = table.count - 1
        var at = Int(truncatingIfNeeded: hash >> 32) & mask
        while table[at] != 0, !name.equalsIgnoringCase(Spellings.bytes(names[Int(table[at]) - 1], arena)) {
            at = (at + 1) & mask
        }
        return at
    }

    private static func bytes(_ range: TextRange, _ arena: UnsafePointer<UInt8>) -> Bytes {
        Bytes(start: arena + Int(range.offset), count: Int(range.length))
    }
}
