import ApusConfig
import Atomics
import NIOConcurrencyHelpers
import NIOCore

/// A script of a configuration: its text, which can be replaced while requests pass, its limits and its numbers. Each
/// worker has a `LuaState` for it.
final class LuaScript: Sendable {
    /// One text of the script.
    struct Version: Sendable {
        let number: Int
        let text: String
        /// What errors call it: a file's name, or the place in the configuration.
        let origin: String
        let since: WallTime
    }

    /// Seconds and nanoseconds since 1970.
    struct WallTime: Sendable {
        var seconds: Int64
        var nanoseconds: Int64
    }

    /// How the admin server and logs call it.
    let name: String
    /// The file it came from, to be watched; nil when it stands in the configuration.
    let filename: String?
    let limits: LuaLimits
    let statPrefix: String
    let stats: StatGroup<LuaCounter>
    let time: HistogramGroup
    let store = SharedStore()
    /// The place of its states on the workers.
    let slot: Int
    private let number: ManagedAtomic<Int>
    private let versions: NIOLockedValueBox<[Version]>

    init(name: String, source: LuaSource, limits: LuaLimits, statPrefix: String, slot: Int) {
        self.name = name
        self.limits = limits
        self.statPrefix = statPrefix
        self.slot = slot
        filename = source.filename
        stats = StatGroups.shared.counters(statPrefix, of: LuaCounter.self)
        time = StatGroups.shared.histogram("\(statPrefix)script_time_us")
        number = ManagedAtomic(1)
        versions = NIOLockedValueBox([Version(number: 1, text: source.text, origin: source.origin, since: .now())])
    }

    /// The text in force, and how many there were before it that can be gone back to.
    var current: Version { versions.withLockedValue { $0[$0.count - 1] } }
    var previousCount: Int { versions.withLockedValue { $0.count - 1 } }

    /// The most texts that are kept to go back to.
    private static let mostVersions = 10

    /// Puts another text in force for new requests on every worker. Throws what is wrong with it; then nothing changes.
    func replace(_ text: String, origin: String? = nil) throws {
        let origin = origin ?? current.origin
        try check(text, origin)
        versions.withLockedValue { versions in
            let next = number.load(ordering: .relaxed) + 1
            versions.append(Version(number: next, text: text, origin: origin, since: .now()))
            if versions.count > Self.mostVersions { versions.removeFirst() }
            number.store(next, ordering: .releasing)
        }
    }

    /// Goes back to the text before this one. False when there is none.
    func rollBack() -> Bool {
        versions.withLockedValue { versions in
            guard versions.count > 1 else { return false }
            versions.removeLast()
            let old = versions.removeLast()
            let next = number.load(ordering: .relaxed) + 1
            versions.append(Version(number: next, text: old.text, origin: old.origin, since: .now()))
            number.store(next, ordering: .releasing)
            return true
        }
    }

    /// Compiles and runs a text in a state of its own, as each worker will.
    func check(_ text: String, _ origin: String) throws {
        _ = try LuaState(self, Version(number: 0, text: text, origin: origin, since: .now()), worker: nil)
    }

    /// This worker's state for the text in force; nil (and an error in the log) if it cannot be made.
    func state(on worker: Worker) -> LuaState? {
        if slot < worker.luaStates.count, let state = worker.luaStates[slot], state.script === self,
            state.version.number == number.load(ordering: .relaxed)
        {
            return state
        }
        return makeState(on: worker)
    }

    private func makeState(on worker: Worker) -> LuaState? {
        while worker.luaStates.count <= slot { worker.luaStates.append(nil) }
        do {
            let state = try LuaState(self, current, worker: worker)
            worker.luaStates[slot] = state
            return state
        } catch {
            worker.counters(stats).add(.errors)
            LuaLog.write(.error, "\(error)", self)
            return nil
        }
    }
}

extension LuaScript.WallTime {
    static func now() -> LuaScript.WallTime {
        let now = WallClock.now()
        return LuaScript.WallTime(seconds: now.seconds, nanoseconds: now.nanoseconds)
    }
}

/// Statistics of `http.<stat_prefix>.lua.[<filter's stat_prefix>.]`
enum LuaCounter: Int, StatField, CaseIterable {
    case errors, executions, budgetStops, memoryStops, calls, callsFailed, reloads, reloadFailures, memoryBytes, waiting
    var kind: StatKind { self == .memoryBytes || self == .waiting ? .gauge : .counter }
}

extension LuaLimits {
    /// A run may take no longer than its instructions take in the worst case; generous, because the worker may be put
    /// aside by the machine meanwhile.
    var nanoseconds: Int64 { max(Int64(min(instructions, 1_000_000_000_000)) * 50, 50_000_000) }
}

/// The scripts of one configuration. Those that stay as they were keep their states, stores and edited texts.
final class LuaScripts: Sendable {
    private let scripts: NIOLockedValueBox<[Key: LuaScript]>
    private let old: [Key: LuaScript]

    private struct Key: Hashable {
        let name: String
        let text: String
        let statPrefix: String
        let limits: String
    }

    init(after previous: LuaScripts? = nil) {
        old = previous?.scripts.withLockedValue { $0 } ?? [:]
        scripts = NIOLockedValueBox([:])
    }

    var all: [LuaScript] { scripts.withLockedValue { $0.values.sorted { $0.name < $1.name } } }

    /// The script for a source. Throws what is wrong with its text.
    func script(name: String, source: LuaSource, limits: LuaLimits, statPrefix: String) throws -> LuaScript {
        let key = Key(name: name, text: source.text, statPrefix: statPrefix, limits: "\(limits)")
        return try scripts.withLockedValue { scripts in
            if let known = scripts[key] { return known }
            if let known = old[key] {
                scripts[key] = known
                return known
            }
            let taken = Set(scripts.values.map(\.slot)).union(old.values.map(\.slot))
            let slot = (0...).first { !taken.contains($0) } ?? 0
            let script = LuaScript(name: name, source: source, limits: limits, statPrefix: statPrefix, slot: slot)
            try script.check(source.text, source.origin)
            scripts[key] = script
            return script
        }
    }
}
