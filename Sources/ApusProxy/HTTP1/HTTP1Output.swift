#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Memory that a head is written into. Whoever makes one has added up what will be written, so that running out is a
/// bug of ours, and a half-written head must not leave. Words may be written where bytes are meant, up to seven bytes
/// further.
struct HTTP1Output {
    private let start: UnsafeMutablePointer<UInt8>?
    private let end: Int
    private let spelling: Spelling
    /// Held by the caller for as long as it writes.
    private unowned(unsafe) let head: Head
    private(set) var count = 0

    private enum Spelling { case lower, proper, kept }

    /// Memory for `head`, whose remembered spellings go before the proper case of the connection, as with Envoy.
    init(_ memory: UnsafeMutableRawBufferPointer, for head: Head, properCase: Bool) {
        start = memory.baseAddress?.assumingMemoryBound(to: UInt8.self)
        end = memory.count
        self.head = head
        spelling = head.keepsSpellings ? .kept : properCase ? .proper : .lower
    }

    @inline(__always)
    mutating func write(_ byte: UInt8) {
        guard let start else { return }
        precondition(count < end)
        start[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func write(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        guard let start else { return }
        precondition(end - count >= length)
        memcpy(start + count, text.utf8Start, length)
        count += length
    }

    mutating func write(_ bytes: Bytes) {
        guard let start, let from = bytes.baseAddress else { return }
        precondition(end - count >= bytes.count)
        memcpy(start + count, from, bytes.count)
        count += bytes.count
    }

    @inline(__always)
    mutating func writeLineEnd() {
        write(HTTP1Bytes.cr)
        write(HTTP1Bytes.lf)
    }

    mutating func writeNumber(_ number: UInt64) {
        if number >= 10 { writeNumber(number / 10) }
        write(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }

    @inline(__always)
    mutating func writeField(_ name: StaticString, _ value: StaticString) {
        writeName(name.bytes)
        write(value)
        writeLineEnd()
    }

    mutating func writeField(_ name: StaticString, _ value: Bytes) {
        writeName(name.bytes)
        write(value)
        writeLineEnd()
    }

    private mutating func writeName(_ name: Bytes) {
        let from = count
        write(name)
        if spelling != .lower { spell(from) }
        write(HTTP1Bytes.colon)
        write(HTTP1Bytes.space)
    }

    /// Spells the name that has been written from there on; it stays as long as it is.
    private mutating func spell(_ from: Int) {
        guard spelling == .kept else { return capitalize(from) }
        guard let start else { return }
        let name = start + from
        if let kept = head.spelling(of: Bytes(start: name, count: count - from)), let first = kept.baseAddress {
            memcpy(name, first, kept.count)
        } else if head.capitalizesOthers {
            capitalize(from)
        }
    }

    /// Envoy's proper case words: a capital at the start and behind everything that is no letter or digit.
    private mutating func capitalize(_ from: Int) {
        guard let start else { return }
        var capital = true
        for i in from..<count {
            let byte = start[i]
            let isLetter = byte &- 0x61 < 26
            if capital, isLetter { start[i] = byte & 0xdf }
            capital = !(isLetter || byte &- 0x30 < 10)
        }
    }

    /// Writes the head's fields except those known names whose bits are in the mask.
    @inline(__always)
    mutating func writeFields(except mask: UInt64) {
        guard let start else { return }
        let arena = UnsafePointer(head.arena)
        let slots = head.slots
        for i in 0..<head.slotCount {
            let slot = slots[i]
            if slot.id >= HeaderSlot.unknown {
                if slot.id == HeaderSlot.removed { continue }
            } else if mask & (1 << UInt64(slot.id)) != 0 {
                continue
            }
            let name = Int(slot.name.length), value = Int(slot.value.length)
            // Words are written up to seven bytes behind each part; the last one must still fit.
            precondition(end - count >= name + value + 4 + 8)
            let from = count
            HTTP1Output.copy(arena + Int(slot.name.offset), name, to: start + count)
            count += name
            if spelling != .lower { spell(from) }
            start[count] = HTTP1Bytes.colon
            start[count + 1] = HTTP1Bytes.space
            count += 2
            HTTP1Output.copy(arena + Int(slot.value.offset), value, to: start + count)
            count += value
            start[count] = HTTP1Bytes.cr
            start[count + 1] = HTTP1Bytes.lf
            count += 2
        }
    }

    /// Copies words. The source has `Head.slack` bytes to read behind it, the target eight to write.
    @inline(__always)
    private static func copy(_ source: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>) {
        if count > 64 {
            memcpy(target, source, count)
            return
        }
        var at = 0
        while at < count {
            let word = UnsafeRawPointer(source + at).loadUnaligned(as: UInt64.self)
            UnsafeMutableRawPointer(target + at).storeBytes(of: word, as: UInt64.self)
            at += 8
        }
    }
}
