import NIOConcurrencyHelpers
import NIOCore

/// What all workers' runs of one script share: small values by name, some of them for a time. Bounded; when it is full,
/// a value that has no room is not kept, and `set` says so.
///
/// A lock, because a script that asks for it wants one truth for all workers; no request without such a script meets it.
final class SharedStore: Sendable {
    enum Value: Sendable, Equatable {
        case text([UInt8])
        case number(Double)
        case flag(Bool)

        var size: Int { if case .text(let bytes) = self { bytes.count } else { 8 } }
    }

    /// Names and values together, in bytes, and names.
    static let mostBytes = 16 << 20
    static let mostEntries = 100_000

    fileprivate struct Entry {
        var value: Value
        /// Uptime in nanoseconds; `Int64.max` for ever.
        var until: Int64
    }

    fileprivate struct State {
        var entries: [[UInt8]: Entry] = [:]
        var bytes = 0
    }

    private let state = NIOLockedValueBox(State())

    func get(_ key: [UInt8], at now: Int64) -> Value? {
        state.withLockedValue { state in
            guard let entry = state.entries[key] else { return nil }
            if entry.until > now { return entry.value }
            state.remove(key)
            return nil
        }
    }

    /// Keeps a value; nil forgets the name. `lifetime` in nanoseconds; nil for ever. False when there is no room.
    func set(_ key: [UInt8], _ value: Value?, lifetime: Int64?, at now: Int64) -> Bool {
        state.withLockedValue { state in
            state.remove(key)
            guard let value else { return true }
            return state.insert(key, value, until: Self.end(lifetime, now), at: now)
        }
    }

    /// Adds to a number, which begins at 0 with this lifetime; an addition leaves the lifetime as it is. nil when there
    /// is no room or the name holds something else.
    func increment(_ key: [UInt8], by amount: Double, lifetime: Int64?, at now: Int64) -> Double? {
        state.withLockedValue { state in
            if let entry = state.entries[key], entry.until > now {
                guard case .number(let number) = entry.value else { return nil }
                state.entries[key]?.value = .number(number + amount)
                return number + amount
            }
            state.remove(key)
            return state.insert(key, .number(amount), until: Self.end(lifetime, now), at: now) ? amount : nil
        }
    }

    private static func end(_ lifetime: Int64?, _ now: Int64) -> Int64 {
        guard let lifetime else { return .max }
        let (sum, overflow) = now.addingReportingOverflow(max(lifetime, 0))
        return overflow ? .max : sum
    }
}

extension SharedStore.State {
    mutating func remove(_ key: [UInt8]) {
        guard let old = entries.removeValue(forKey: key) else { return }
        bytes -= key.count + old.value.size
    }

    mutating func insert(_ key: [UInt8], _ value: SharedStore.Value, until: Int64, at now: Int64) -> Bool {
        let size = key.count + value.size
        if bytes + size > SharedStore.mostBytes || entries.count >= SharedStore.mostEntries { forgetOver(now) }
        guard bytes + size <= SharedStore.mostBytes, entries.count < SharedStore.mostEntries else { return false }
        entries[key] = SharedStore.Entry(value: value, until: until)
        bytes += size
        return true
    }

    private mutating func forgetOver(_ now: Int64) {
        for (key, entry) in entries where entry.until <= now { remove(key) }
    }
}
