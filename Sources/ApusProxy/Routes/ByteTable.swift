/// A fixed hash table from byte strings to small numbers, in flat memory. Whoever asks brings the hash, so that the
/// hashes of all prefixes of a text cost one pass over it.
final class ByteTable: @unchecked Sendable {
    // Unchecked: written by `init` alone.
    private struct Slot {
        var hash: UInt64
        /// nil: the slot is free.
        var key: UnsafePointer<UInt8>?
        var length: Int32
        var value: Int32
    }

    struct Entry {
        let hash: UInt64
        let key: [UInt8]
        let value: Int32
    }

    private let slots: UnsafeMutablePointer<Slot>
    private let mask: Int
    private let text: UnsafeMutablePointer<UInt8>
    private let ignoresCase: Bool
    let isEmpty: Bool

    /// Keys are distinct, and in lower case when case is ignored.
    convenience init(_ entries: [Entry], ignoresCase: Bool) {
        var builder = Builder()
        for entry in entries { builder.append(entry.key, hash: entry.hash, entry.value) }
        self.init(builder, ignoresCase: ignoresCase)
    }

    fileprivate init(_ builder: Builder, ignoresCase: Bool) {
        self.ignoresCase = ignoresCase
        isEmpty = builder.rows.isEmpty
        var size = builder.rows.isEmpty ? 1 : 4
        while size < builder.rows.count * 2 { size *= 2 }
        mask = size - 1
        slots = .allocate(capacity: size)
        slots.initialize(repeating: Slot(hash: 0, key: nil, length: 0, value: 0), count: size)
        // One byte at least, so that the empty key has an address too.
        text = .allocate(capacity: builder.text.count + 1)
        _ = UnsafeMutableBufferPointer(start: text, count: builder.text.count).initialize(from: builder.text)
        for row in builder.rows {
            var at = Int(truncatingIfNeeded: row.hash) & mask
            while slots[at].key != nil { at = (at + 1) & mask }
            slots[at] = Slot(hash: row.hash, key: UnsafePointer(text + row.at), length: row.length, value: row.value)
        }
    }

    /// Collects keys; a list of many thousands costs no object for each.
    struct Builder {
        fileprivate struct Row {
            let hash: UInt64
            let at: Int
            let length: Int32
            let value: Int32
        }

        fileprivate var rows: [Row] = []
        fileprivate var text: [UInt8] = []
        /// The first row of each hash.
        private var positions: [UInt64: Int] = [:]

        var count: Int { rows.count }

        fileprivate mutating func append(_ key: [UInt8], hash: UInt64, _ value: Int32) {
            rows.append(Row(hash: hash, at: text.count, length: Int32(key.count), value: value))
            text += key
        }

        /// A key in lower case. False, and nothing changes, when it is there already.
        @discardableResult
        mutating func insert(_ key: [UInt8], _ value: Int32) -> Bool {
            let hash = key.withUnsafeBufferPointer { ByteHash.extend(ByteHash.seed, $0, lower: true) }
            if let first = positions[hash] {
                // Different keys of one hash are rarer than to be worth a list.
                for row in rows[first...]
                where row.hash == hash && key.elementsEqual(text[row.at..<row.at + Int(row.length)]) {
                    return false
                }
            } else {
                positions[hash] = rows.count
            }
            append(key, hash: hash, value)
            return true
        }

        /// For keys that were inserted.
        func table() -> ByteTable { ByteTable(self, ignoresCase: true) }
    }

    deinit {
        slots.deallocate()
        text.deallocate()
    }

    /// The value of a key whose hash is `hash`; -1 when there is none.
    @inline(__always)
    func value(_ bytes: Bytes, hash: UInt64) -> Int32 {
        var at = Int(truncatingIfNeeded: hash) & mask
        while let key = slots[at].key {
            if slots[at].hash == hash, Int(slots[at].length) == bytes.count {
                let candidate = Bytes(start: key, count: bytes.count)
                if ignoresCase ? bytes.equalsLowercase(candidate) : bytes.equals(candidate) { return slots[at].value }
            }
            at = (at + 1) & mask
        }
        return -1
    }
}

/// A hash that goes on from where it stopped. Configurations alone decide what is in a table, so it need not withstand
/// chosen keys.
enum ByteHash {
    static let seed: UInt64 = 0x9e37_79b9_7f4a_7c15

    /// The hash of what `hash` stands for and then these bytes, in lower case if `lower`. Where a text is cut matters.
    @inline(__always)
    static func extend(_ hash: UInt64, _ bytes: Bytes, lower: Bool) -> UInt64 {
        guard let start = bytes.baseAddress else { return hash }
        var hash = hash
        var at = 0
        while at + 8 <= bytes.count {
            let word = UnsafeRawPointer(start + at).loadUnaligned(as: UInt64.self)
            hash = mix(hash, lower ? lowercasedWord(word) : word)
            at += 8
        }
        if at < bytes.count {
            var word: UInt64 = 0
            var shift: UInt64 = 0
            while at < bytes.count {
                word |= UInt64(start[at]) << shift
                shift += 8
                at += 1
            }
            hash = mix(hash, lower ? lowercasedWord(word) : word)
        }
        return hash
    }

    @inline(__always)
    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word) &* 0xff51_afd7_ed55_8ccd
        return product ^ (product >> 32)
    }

    /// ASCII lower case of eight bytes at once.
    @inline(__always)
    private static func lowercasedWord(_ word: UInt64) -> UInt64 {
        let high: UInt64 = 0x8080_8080_8080_8080
        let seven = word & ~high
        // The high bit of each byte tells: at least `A`; above `Z`.
        let atLeastA = seven &+ 0x3f3f_3f3f_3f3f_3f3f
        let aboveZ = seven &+ 0x2525_2525_2525_2525
        let upper = atLeastA & ~aboveZ & ~word & high
        return word | (upper >> 2)
    }
}
