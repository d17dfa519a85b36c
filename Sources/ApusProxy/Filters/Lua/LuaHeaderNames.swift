import CLua

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Header names as scripts write them, put in lower case and classified; those that came lately are remembered.
///
/// Lua keeps one copy of each short text, so that a constant of a script lies at one address for as long as the script
/// lives: its address leads to what is known of it, and its bytes tell whether it is still the same.
final class LuaHeaderNames {
    private struct Entry {
        /// In lower case, in this entry's part of `texts`.
        var name: HeaderName
        var isKnown = false
    }

    private static let size = 64
    /// The longest text that Lua keeps one copy of.
    private static let longest = 40

    private let entries: UnsafeMutablePointer<Entry>
    /// For each entry the text as it was written, and the name in lower case.
    private let texts: UnsafeMutablePointer<UInt8>
    /// Where longer names are put in lower case.
    private var scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256)

    init() {
        texts = .allocate(capacity: Self.size * Self.longest * 2)
        entries = .allocate(capacity: Self.size)
        entries.initialize(
            repeating: Entry(name: HeaderName(lowercase: Bytes(start: texts, count: 0))), count: Self.size)
    }

    deinit {
        entries.deallocate()
        texts.deallocate()
        scratch.deallocate()
    }

    /// The name at a place of a stack, valid until the next call; nil when there is none.
    @inline(__always)
    func find(_ L: OpaquePointer, _ index: Int32) -> HeaderName? {
        var length = 0
        guard let start = apus_lua_string(L, index, &length) else { return nil }
        return find(Bytes(start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: length))
    }

    /// The name that a text of Lua's spells, valid until the next call; nil when it cannot be a field's name.
    @inline(__always)
    func find(_ text: Bytes) -> HeaderName? {
        guard let start = text.baseAddress else { return nil }
        // Blocks of Lua's are 16 bytes apart, and most texts take two or three of these.
        let place = Int(bitPattern: start) >> 5 & (Self.size - 1)
        let entry = entries + place
        if entry.pointee.isKnown, entry.pointee.name.count == text.count,
            equal(texts + place * Self.longest * 2, start, text.count)
        {
            return entry.pointee.name
        }
        return learn(text, at: place)
    }

    @inline(never)
    private func learn(_ text: Bytes, at place: Int) -> HeaderName? {
        guard text.count > 0, let start = text.baseAddress else { return nil }
        guard text.count <= Self.longest else {
            if text.count > scratch.count {
                guard text.count < 65_536 else { return nil }
                scratch.deallocate()
                scratch = .allocate(capacity: text.count * 2)
            }
            guard let target = scratch.baseAddress, Self.lower(text, to: target) else { return nil }
            return HeaderName(lowercase: Bytes(start: target, count: text.count))
        }
        let written = texts + place * Self.longest * 2
        let target = written + Self.longest
        // What stood here is gone, whatever comes of this.
        entries[place].isKnown = false
        guard Self.lower(text, to: target) else { return nil }
        memcpy(written, start, text.count)
        let name = HeaderName(lowercase: Bytes(start: target, count: text.count))
        entries[place] = Entry(name: name, isKnown: true)
        return name
    }

    /// Whether the text can be a name.
    private static func lower(_ text: Bytes, to target: UnsafeMutablePointer<UInt8>) -> Bool {
        let token = HTTP1Bytes.token
        for i in 0..<text.count {
            // The table holds a token's bytes in lower case, and 0 for others.
            var lower = token[Int(text[i])]
            if lower == 0 {
                guard i == 0, text[i] == HTTP1Bytes.colon else { return false }
                lower = text[i]
            }
            target[i] = lower
        }
        return true
    }
}
