#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A place in a head's bytes.
struct TextRange {
    var offset: UInt32 = 0
    var length: UInt32 = 0
    static let none = TextRange()
    @inline(__always) var isEmpty: Bool { length == 0 }
}

/// One header field of a head. Names are in lower case.
struct HeaderSlot {
    var name: TextRange
    var value: TextRange
    /// The `KnownHeader`, or `HeaderSlot.unknown`, or `HeaderSlot.removed`.
    var id: UInt8

    static let unknown: UInt8 = 254
    static let removed: UInt8 = 255
}

/// The head of a request or an answer, whatever version of HTTP carried it: pseudo-header fields, then fields in their
/// order, as places in one arena of bytes.
///
/// Owned by one event loop and reused from request to request (`HeadPool`), so that a request allocates nothing. A
/// `Bytes` that a head gives out is valid until the next change of that head.
///
/// `host` is never a field: HTTP/1.1's Host and HTTP/2's `:authority` both become `authority`.
///
/// Names are in lower case. Where its codec was asked to, a head remembers beside them how the message spelt each name,
/// for HTTP/1 to write them so again: the first spelling of a name serves all fields of that name, also one that was
/// taken out and added again. Not kept: different spellings of one name in one message, and those of trailers.
public final class Head {
    private(set) var arena: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    private(set) var used = 0

    private(set) var slots: UnsafeMutablePointer<HeaderSlot>
    private(set) var slotCapacity: Int
    private(set) var slotCount = 0

    /// One bit for each `KnownHeader` that has at least one field here.
    private(set) var present: UInt64 = 0
    /// A bit for each `KnownHeader` that came more than once; may be set where one is left by now.
    private(set) var repeated: UInt64 = 0

    var methodRange = TextRange.none
    var pathRange = TextRange.none
    var authorityRange = TextRange.none
    var schemeRange = TextRange.none
    var reasonRange = TextRange.none
    /// Whether an answer leaves with its own reason phrase, even one whose status was changed, and not with that of its
    /// status.
    var forwardsReason = false
    private var spellings = Spellings()
    /// 100...599 in an answer, 0 in a request.
    public var status = 0

    public init() {
        capacity = 1024
        arena = .allocate(capacity: 1024)
        slotCapacity = 32
        slots = .allocate(capacity: 32)
    }

    deinit {
        arena.deallocate()
        slots.deallocate()
    }

    /// Empties the head and keeps its memory, unless one large message has blown that up.
    public func clear() {
        if capacity > 65_536 {
            arena.deallocate()
            capacity = 1024
            arena = .allocate(capacity: 1024)
        }
        used = 0
        slotCount = 0
        present = 0
        repeated = 0
        status = 0
        methodRange = .none
        pathRange = .none
        authorityRange = .none
        schemeRange = .none
        reasonRange = .none
        if keepsSpellings { forgetSpellings() }
    }

    /// Makes this head equal to `other`.
    public func copy(from other: Head) {
        clear()
        reserve(other.used)
        memcpy(arena, other.arena, other.used)
        used = other.used
        reserveSlots(other.slotCount)
        memcpy(slots, other.slots, other.slotCount * MemoryLayout<HeaderSlot>.stride)
        slotCount = other.slotCount
        present = other.present
        repeated = other.repeated
        status = other.status
        methodRange = other.methodRange
        pathRange = other.pathRange
        authorityRange = other.authorityRange
        schemeRange = other.schemeRange
        reasonRange = other.reasonRange
        if other.keepsSpellings {
            spellings = other.spellings
            forwardsReason = other.forwardsReason
        }
    }

    // MARK: Arena

    /// Bytes that may be read (not believed) behind the last one that is used: words may be copied where bytes are meant.
    static let slack = 8

    private func reserve(_ more: Int) {
        guard used + more + Head.slack > capacity else { return }
        var wanted = capacity * 2
        while wanted < used + more + Head.slack { wanted *= 2 }
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
        memcpy(grown, arena, used)
        arena.deallocate()
        arena = grown
        capacity = wanted
    }

    private func reserveSlots(_ total: Int) {
        guard total > slotCapacity else { return }
        var wanted = slotCapacity * 2
        while wanted < total { wanted *= 2 }
        let grown = UnsafeMutablePointer<HeaderSlot>.allocate(capacity: wanted)
        memcpy(grown, slots, slotCount * MemoryLayout<HeaderSlot>.stride)
        slots.deallocate()
        slots = grown
        slotCapacity = wanted
    }

    /// Copies bytes into the arena. The bytes may be the head's own.
    @inline(__always)
    func store(_ bytes: Bytes) -> TextRange {
        let count = bytes.count
        guard count > 0, let from = bytes.baseAddress else { return TextRange(offset: UInt32(used), length: 0) }
        if used + count + Head.slack > capacity {
            let start = UnsafePointer(arena)
            if from >= start, from < start + used {
                // Growing frees the old arena, which holds the source.
                let inside = start.distance(to: from)
                reserve(count)
                memcpy(arena + used, arena + inside, count)
                defer { used += count }
                return TextRange(offset: UInt32(used), length: UInt32(count))
            }
            reserve(count)
        }
        memcpy(arena + used, from, count)
        defer { used += count }
        return TextRange(offset: UInt32(used), length: UInt32(count))
    }

    @inline(__always)
    func bytes(_ range: TextRange) -> Bytes {
        Bytes(start: arena + Int(range.offset), count: Int(range.length))
    }

    /// Room for `count` bytes behind those in use, for a codec to fill; it becomes part of the arena with `commitBlock`.
    @inline(__always)
    func reserveBlock(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        reserve(count)
        return arena + used
    }

    /// Keeps what has been written into a reserved block, or will be before it is read.
    @inline(__always)
    func commitBlock(_ count: Int) { used += count }

    /// Makes bytes of the arena lower case where they are.
    func lowercase(_ range: TextRange) {
        let from = Int(range.offset)
        for i in from..<from + Int(range.length) { arena[i] = lowercased(arena[i]) }
    }

    /// Adds a field whose name (lower case) and value already lie in the arena: how the codecs fill a head.
    @inline(__always)
    func appendSlot(name: TextRange, value: TextRange, known: KnownHeader?) {
        if slotCount == slotCapacity { reserveSlots(slotCount + 1) }
        let id: UInt8
        if let known {
            id = known.rawValue
            repeated |= present & known.bit
            present |= known.bit
        } else {
            id = HeaderSlot.unknown
        }
        (slots + slotCount).initialize(to: HeaderSlot(name: name, value: value, id: id))
        slotCount += 1
    }

    // MARK: Spelling

    /// Whether names leave as the message spelt them.
    @inline(__always)
    var keepsSpellings: Bool { spellings.isKept }

    /// Whether names that the message did not have leave in proper case words; they leave in lower case else.
    var capitalizesOthers: Bool { spellings.capitalizesOthers }

    /// From now on `rememberSpelling` may be called.
    func beginSpellings(capitalizesOthers: Bool) { spellings.begin(capitalizesOthers: capitalizesOthers) }

    /// Takes note of a name as it was spelt, unless it is there in another spelling. The bytes must not be the head's.
    func rememberSpelling(_ name: Bytes) {
        // A name that turns out to be there already has taken room for nothing; that is seldom.
        spellings.add(store(name), in: arena)
    }

    /// The remembered spelling of a name, as long as that; nil where the message had no field of that name.
    func spelling(of name: Bytes) -> Bytes? {
        guard keepsSpellings else { return nil }
        return spellings.find(name, in: arena).map(bytes)
    }

    /// Names leave in lower case again, and an answer with the reason phrase of its status.
    @inline(never)
    func forgetSpellings() {
        spellings.clear()
        forwardsReason = false
    }

    // MARK: Pseudo-header fields

    /// The request's method, as sent.
    public var method: Bytes { bytes(methodRange) }
    /// The request's target with its query: `/a?b=c`, or `*`.
    public var path: Bytes { bytes(pathRange) }
    /// The request's host, with its port where one was sent.
    public var authority: Bytes { bytes(authorityRange) }
    /// `http` or `https`.
    public var scheme: Bytes { bytes(schemeRange) }
    /// The answer's reason phrase, which only HTTP/1 carries.
    public var reason: Bytes { bytes(reasonRange) }

    public func setMethod(_ value: Bytes) { methodRange = store(value) }
    public func setPath(_ value: Bytes) { pathRange = store(value) }
    public func setAuthority(_ value: Bytes) { authorityRange = store(value) }
    public func setScheme(_ value: Bytes) { schemeRange = store(value) }
    public func setReason(_ value: Bytes) { reasonRange = store(value) }

    // MARK: Fields

    @inline(__always)
    public func has(_ known: KnownHeader) -> Bool { present & known.bit != 0 }

    /// Whether any name of the mask (bits of `KnownHeader`) is there.
    @inline(__always)
    func hasAny(_ mask: UInt64) -> Bool { present & mask != 0 }

    /// The first value of a known name.
    @inline(__always)
    public func value(_ known: KnownHeader) -> Bytes? {
        guard has(known) else { return nil }
        for i in 0..<slotCount where slots[i].id == known.rawValue { return bytes(slots[i].value) }
        return nil
    }

    /// Whether a known name stands on more than one field.
    func repeats(_ known: KnownHeader) -> Bool {
        guard has(known) else { return false }
        var count = 0
        for i in 0..<slotCount where slots[i].id == known.rawValue { count += 1 }
        return count > 1
    }

    /// The first value of a name; `host` and the pseudo names (`:path`, `:authority`, ...) are found too.
    public func value(_ name: HeaderName) -> Bytes? {
        switch name.kind {
        case .known(let known): return value(known)
        case .method: return methodRange.isEmpty ? nil : method
        case .path: return pathRange.isEmpty ? nil : path
        // A request has an authority, be it an empty one; an answer, or a head that could not be read, has none.
        case .authority: return authorityRange.isEmpty && methodRange.isEmpty ? nil : authority
        case .scheme: return schemeRange.isEmpty ? nil : scheme
        case .status, .other:
            for i in 0..<slotCount where matches(slots[i], name) { return bytes(slots[i].value) }
            return nil
        }
    }

    /// Calls `body` with every value of a name, in order.
    public func forEachValue(_ name: HeaderName, _ body: (Bytes) -> Void) {
        if case .other = name.kind {
        } else if case .known(let known) = name.kind {
            if !has(known) { return }
        } else {
            if let value = value(name) { body(value) }
            return
        }
        for i in 0..<slotCount where matches(slots[i], name) { body(bytes(slots[i].value)) }
    }

    /// Calls `body` with every field, in order; pseudo-header fields are not fields.
    public func forEachField(_ body: (_ name: Bytes, _ value: Bytes) -> Void) {
        for i in 0..<slotCount where slots[i].id != HeaderSlot.removed {
            body(bytes(slots[i].name), bytes(slots[i].value))
        }
    }

    @inline(__always)
    private func matches(_ slot: HeaderSlot, _ name: HeaderName) -> Bool {
        if case .known(let known) = name.kind { return slot.id == known.rawValue }
        return slot.id == HeaderSlot.unknown && Int(slot.name.length) == name.count
            && equal(arena + Int(slot.name.offset), name.bytes, name.count)
    }

    /// Adds a field after those that are there.
    @inline(__always)
    public func add(_ known: KnownHeader, _ value: Bytes) {
        let stored = store(value)
        appendSlot(name: store(HeaderName.bytes(of: known)), value: stored, known: known)
    }

    @inline(__always)
    public func add(_ known: KnownHeader, _ value: StaticString) { add(known, value.bytes) }

    /// Adds a field after those that are there. Names of pseudo-header fields set those instead.
    public func add(_ name: HeaderName, _ value: Bytes) {
        switch name.kind {
        case .method: setMethod(value)
        case .path: setPath(value)
        case .authority: setAuthority(value)
        case .scheme: setScheme(value)
        case .status: if let code = value.decimal, code >= 100, code < 600 { status = Int(code) }
        case .known(let known): add(known, value)
        case .other:
            let stored = store(value)
            appendSlot(name: store(Bytes(start: name.bytes, count: name.count)), value: stored, known: nil)
        }
    }

    /// Leaves exactly one field of this name, with this value, where its first one stood (at the end if none did).
    public func set(_ known: KnownHeader, _ value: Bytes) {
        guard has(known) else { return add(known, value) }
        var done = false
        let stored = store(value)
        for i in 0..<slotCount where slots[i].id == known.rawValue {
            if done {
                slots[i].id = HeaderSlot.removed
            } else {
                slots[i].value = stored
                done = true
            }
        }
    }

    public func set(_ known: KnownHeader, _ value: StaticString) { set(known, value.bytes) }

    /// Leaves exactly one field of this name, with this value, where its first one stood (at the end if none did).
    public func set(_ name: HeaderName, _ value: Bytes) {
        switch name.kind {
        case .known(let known): set(known, value)
        case .other:
            var done = false
            let stored = store(value)
            for i in 0..<slotCount where matches(slots[i], name) {
                if done {
                    slots[i].id = HeaderSlot.removed
                } else {
                    slots[i].value = stored
                    done = true
                }
            }
            if !done {
                appendSlot(name: store(Bytes(start: name.bytes, count: name.count)), value: stored, known: nil)
            }
        default: add(name, value)
        }
    }

    @inline(__always)
    public func remove(_ known: KnownHeader) {
        guard has(known) else { return }
        present &= ~known.bit
        for i in 0..<slotCount where slots[i].id == known.rawValue { slots[i].id = HeaderSlot.removed }
    }

    /// Removes every known field whose bit is in the mask.
    func removeAll(_ mask: UInt64) {
        guard present & mask != 0 else { return }
        for i in 0..<slotCount where slots[i].id < 64 && mask & (1 << UInt64(slots[i].id)) != 0 {
            slots[i].id = HeaderSlot.removed
        }
        present &= ~mask
    }

    public func remove(_ name: HeaderName) {
        switch name.kind {
        case .known(let known): remove(known)
        case .other: for i in 0..<slotCount where matches(slots[i], name) { slots[i].id = HeaderSlot.removed }
        default: break
        }
    }

    /// Removes fields for which `condition` holds.
    func removeFields(where condition: (_ name: Bytes, _ value: Bytes) -> Bool) {
        for i in 0..<slotCount where slots[i].id != HeaderSlot.removed {
            guard condition(bytes(slots[i].name), bytes(slots[i].value)) else { continue }
            if slots[i].id < 64 {
                let known = slots[i].id
                slots[i].id = HeaderSlot.removed
                if !(0..<slotCount).contains(where: { slots[$0].id == known }) { present &= ~(1 << UInt64(known)) }
            } else {
                slots[i].id = HeaderSlot.removed
            }
        }
    }

    /// Bytes that the fields take together as HTTP counts them: names and values, without separators.
    var byteSize: Int {
        var total = 0
        if !methodRange.isEmpty { total += 7 + Int(methodRange.length) }
        if !pathRange.isEmpty { total += 5 + Int(pathRange.length) }
        if !authorityRange.isEmpty { total += 10 + Int(authorityRange.length) }
        if !schemeRange.isEmpty { total += 7 + Int(schemeRange.length) }
        for i in 0..<slotCount where slots[i].id != HeaderSlot.removed {
            total += Int(slots[i].name.length) + Int(slots[i].value.length)
        }
        return total
    }
}
