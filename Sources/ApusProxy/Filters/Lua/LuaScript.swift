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

    /// The file it came from, to be watched; nil when it stands in the configuration.
    let filename: String?
    let limits: LuaLimits
    let stats: StatGroup<LuaCounter>
    let time: HistogramGroup
    let store = SharedStore()
    /// The place of its states on the workers.
    let slot: Int
    /// How many Lua states of it there are, with those of older texts that requests under way still use.
    let stateCount = ManagedAtomic(0)
    private let label: NIOLockedValueBox<String>
    private let number: ManagedAtomic<Int>
    private let versions: NIOLockedValueBox<[Version]>
    private let source: NIOLockedValueBox<Source>
    private let required = NIOLockedValueBox(ModuleTexts())

    /// What its file (or the configuration) says.
    private struct Source {
        /// When it was last taken up. What is edited elsewhere stays until the source says something else.
        var text: String
        /// When it was last refused.
        var refused: String?
    }

    init(name: String, source: LuaSource, limits: LuaLimits, statPrefix: String, slot: Int) {
        label = NIOLockedValueBox(name)
        self.source = NIOLockedValueBox(Source(text: source.text))
        self.limits = limits
        self.slot = slot
        filename = source.filename
        let scope = StatScope(statPrefix)
        stats = scope.counters()
        time = scope.histogram("script_time_us")
        number = ManagedAtomic(1)
        versions = NIOLockedValueBox([Version(number: 1, text: source.text, origin: source.origin, since: .now())])
    }

    /// How the admin server and logs call it.
    var name: String { label.withLockedValue { $0 } }
    func rename(_ name: String) { label.withLockedValue { $0 = name } }

    /// The text in force, and how many there were before it that can be gone back to.
    var current: Version { versions.withLockedValue { $0[$0.count - 1] } }
    var previousCount: Int { versions.withLockedValue { $0.count - 1 } }

    /// The most texts that are kept to go back to.
    private static let mostVersions = 10

    /// Puts another text in force for new requests on every worker. Throws what is wrong with it; then nothing changes.
    func replace(_ text: String) throws {
        try check(text)
        adopt(text)
    }

    /// Puts a text in force that has been checked. The text that is in force already is no new version.
    func adopt(_ text: String) {
        versions.withLockedValue { versions in
            let current = versions[versions.count - 1]
            if current.text == text { return }
            begin(text, current.origin, after: &versions)
            if versions.count > Self.mostVersions { versions.removeFirst() }
        }
    }

    private func begin(_ text: String, _ origin: String, after versions: inout [Version]) {
        let next = number.load(ordering: .relaxed) + 1
        versions.append(Version(number: next, text: text, origin: origin, since: .now()))
        number.store(next, ordering: .releasing)
    }

    // MARK: Source

    func differs(fromSource text: String) -> Bool { source.withLockedValue { $0.text != text } }

    /// Puts what the source says now in force; it has been checked.
    func adopt(source text: String) {
        source.withLockedValue { $0 = Source(text: text) }
        adopt(text)
    }

    /// Remembers that what the source says now is no good. False when it was so before.
    func refuse(source text: String) -> Bool {
        source.withLockedValue { source in
            guard source.refused != text else { return false }
            source.refused = text
            return true
        }
    }

    /// The source says this now. If that is what was last taken up, a refusal between is forgotten.
    func sourceIsBack(to text: String) { source.withLockedValue { if $0.text == text { $0.refused = nil } } }

    // MARK: Versions

    /// Goes back to the text before this one. False when there is none.
    func rollBack() -> Bool {
        versions.withLockedValue { versions in
            guard versions.count > 1 else { return false }
            versions.removeLast()
            let old = versions.removeLast()
            begin(old.text, old.origin, after: &versions)
            return true
        }
    }

    /// Compiles and runs a text in a state of its own, as each worker will.
    func check(_ text: String, modules: ModuleTexts? = nil) throws {
        let version = Version(number: 0, text: text, origin: current.origin, since: .now())
        _ = try LuaState(self, version, worker: nil, modules: modules)
    }

    // MARK: Modules

    var modules: ModuleTexts { required.withLockedValue { $0 } }

    /// Puts another text of a module in force, with the script's own text as it is. Throws what is wrong with them.
    func replace(module path: String, with text: [UInt8]) throws {
        let next = modules.replacing(path, with: text)
        try check(current.text, modules: next)
        required.withLockedValue { $0 = next }
        versions.withLockedValue { versions in
            let current = versions.removeLast()
            begin(current.text, current.origin, after: &versions)
        }
    }

    // MARK: States

    /// The state that serves an exchange: the same one to its end, whatever is edited meanwhile.
    func state(for exchange: Exchange) -> Unmanaged<LuaState>? {
        guard let first = exchange.luaState else {
            guard let state = current(on: exchange.worker) else { return nil }
            state._withUnsafeGuaranteedRef { $0.join() }
            exchange.luaState = state
            return state
        }
        return first._withUnsafeGuaranteedRef { $0.script === self } ? first : anotherState(for: exchange)
    }

    /// The exchange passes several scripts.
    @inline(never)
    private func anotherState(for exchange: Exchange) -> Unmanaged<LuaState>? {
        for state in exchange.luaStates where state.script === self { return .passUnretained(state) }
        guard let state = state(on: exchange.worker) else { return nil }
        exchange.luaStates.append(state)
        return .passUnretained(state)
    }

    @inline(__always)
    private func current(on worker: Worker) -> Unmanaged<LuaState>? {
        if slot < worker.luaStates.count, let state = worker.luaStates[slot].map(Unmanaged.passUnretained),
            state._withUnsafeGuaranteedRef({
                $0.script === self && $0.version.number == number.load(ordering: .relaxed)
            })
        {
            return state
        }
        return state(on: worker).map(Unmanaged.passUnretained)
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
            worker.luaStates[slot]?.retire()
            worker.luaStates[slot] = state
            return state
        } catch {
            worker.counters(stats).add(.errors)
            LuaLog.write(.error, "\(error)", self)
            return nil
        }
    }
}

/// Statistics of `http.<stat_prefix>.lua.[<filter's stat_prefix>.]`
enum LuaCounter: Int, StatField, CaseIterable {
    case errors, executions, budgetStops, memoryStops, calls, callsFailed, reloads, reloadFailures, memoryBytes, waiting
    var kind: StatKind { self == .memoryBytes || self == .waiting ? .gauge : .counter }
}

extension LuaLimits {
    /// What becomes of a message when the script fails.
    var failure: Verdict { errorStatus.map { .reply(LocalReply(status: $0, details: "lua_error")) } ?? .next }

    /// A run may take no longer than its instructions take in the worst case; generous, because the worker may be put
    /// aside by the machine meanwhile.
    var nanoseconds: Int64 { max(Int64(min(instructions, 1_000_000_000_000)) * 50, 50_000_000) }
}
