import ApusConfig
import Atomics
import CLua
import NIOCore

/// One script on one worker: a Lua state with what the script has defined, and the runs that it makes.
///
/// Belongs to its worker's loop. The runs under way keep it; a newer version of the script is another state.
final class LuaState {
    let script: LuaScript
    let version: LuaScript.Version
    private let modules: ModuleTexts
    unowned(unsafe) let worker: Worker?
    let counters: Counters<LuaCounter>
    /// Microseconds that runs take.
    let time: Histogram
    /// The longest that a run may take, and the most instructions.
    let nanoseconds: Int64
    let instructions: Int64
    private var runs = 0
    private(set) var lua: UnsafeMutablePointer<apus_lua>
    /// References to the script's functions in Lua's registry; negative when it has none.
    private(set) var onRequest: Int32 = -2
    private(set) var onResponse: Int32 = -2
    /// Exchanges and calls under way; a count of references would cost each of them more.
    private var users = 0
    /// Keeps a state that is no longer the worker's until its last user has left.
    private var selfReference: LuaState?
    /// Runs to be used again, each retained.
    private var idle: Unmanaged<LuaRun>?
    private var idleCount = 0
    /// The last run that was given up: it is let go when nothing of its own is under way any more.
    private var surplus: LuaRun?
    /// What `timestamp` tells and what the shared store's lifetimes are counted by; tests set their own.
    var clock: () -> WallTime = WallTime.now
    var uptime: () -> Int64 = MonotonicNanoseconds.now
    /// Takes the place of the log and of the clusters; nil in the proxy.
    private(set) weak var observer: (any LuaObserver)?
    let ownStats = LuaOwnStats()
    private var keys: [[UInt8]: LuaPublicKey] = [:]
    let headerNames = LuaHeaderNames()

    var main: OpaquePointer { lua.pointee.state }

    /// Compiles and runs the script's body. Throws what is wrong with it, with its place.
    init(
        _ script: LuaScript, _ version: LuaScript.Version, worker: Worker?, modules: ModuleTexts? = nil,
        observer: (any LuaObserver)? = nil
    ) throws {
        self.script = script
        self.modules = modules ?? script.modules
        self.observer = observer
        self.version = version
        self.worker = worker
        counters = worker?.counters(script.stats) ?? Counters()
        time = worker?.histogram(script.time) ?? Histogram()
        nanoseconds = script.limits.nanoseconds
        instructions = Int64(clamping: script.limits.instructions)
        guard
            let lua = apus_lua_open(
                nil,
                { owner, L, method, run in
                    Unmanaged<LuaState>.fromOpaque(owner)._withUnsafeGuaranteedRef { $0.called(L, method, run) }
                },
                { owner, L, method, run in
                    Unmanaged<LuaState>.fromOpaque(owner)._withUnsafeGuaranteedRef { $0.resumed(L, method, run) }
                }, script.limits.memoryBytes)
        else { throw LuaFailure("no memory for a Lua state") }
        self.lua = lua
        script.stateCount.wrappingIncrement(ordering: .relaxed)
        lua.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
        defineAPI()
        try load(LuaPrelude.text, name: "=prelude", results: 0)
        try load(version.text, name: "@\(version.origin)", results: 1)
        findFunctions()
    }

    deinit {
        script.stateCount.wrappingDecrement(ordering: .relaxed)
        while let run = idle {
            idle = run._withUnsafeGuaranteedRef { $0.nextIdle }
            run.release()
        }
        apus_lua_close(lua)
    }

    private func defineAPI() {
        for kind in LuaClass.allCases { apus_lua_class(lua, kind.rawValue, kind.name) }
        for kind in LuaClass.allCases where kind != .handle {
            for method in LuaMethod.ofAll { apus_lua_add_method(lua, kind.rawValue, "\(method)", method.rawValue) }
        }
        for method in LuaMethod.allCases {
            guard let place = method.place else { continue }
            apus_lua_add_method(lua, place.of.rawValue, place.name, method.rawValue)
        }
        apus_lua_add_direct_methods(lua, LuaRun.directMethods)
        apus_lua_add_function(lua, "print", LuaMethod.print.rawValue)
        apus_lua_add_function(lua, "require", LuaMethod.require.rawValue)
    }

    private func load(_ text: String, name: String, results: Int32) throws {
        apus_lua_allow(lua, Int64(script.limits.instructions), MonotonicNanoseconds.now() + script.limits.nanoseconds)
        if let problem = luaRun(lua, text, name: name, results: results) {
            throw LuaFailure(LuaMessage.familiar(problem))
        }
    }

    /// `envoy_on_request`, `on_request`, or a table that the script returns.
    private func findFunctions() {
        func take(_ names: [String], in table: Int32) -> Int32 {
            for name in names {
                let type = table == 0 ? lua_getglobal(main, name) : lua_getfield(main, table, name)
                if type == LUA_TFUNCTION { return apus_lua_ref(main) }
                apus_lua_pop(main, 1)
            }
            return -2
        }
        if lua_type(main, -1) == LUA_TTABLE {
            let table = lua_gettop(main)
            onRequest = take(["on_request", "envoy_on_request"], in: table)
            onResponse = take(["on_response", "envoy_on_response"], in: table)
        }
        if onRequest < 0 { onRequest = take(["envoy_on_request", "on_request"], in: 0) }
        if onResponse < 0 { onResponse = take(["envoy_on_response", "on_response"], in: 0) }
        lua_settop(main, 0)
    }

    /// Bytes that the state has in use.
    var memory: Int { lua.pointee.memory }

    func isNextTimed() -> Bool {
        runs &+= 1
        return runs & 7 == 1
    }

    /// A key, read once for as long as there are few.
    func publicKey(_ der: [UInt8]) -> LuaPublicKey {
        if let known = keys[der] { return known }
        let key = LuaPublicKey(der)
        if keys.count >= 64 { keys.removeAll() }
        keys[der] = key
        return key
    }

    // MARK: Runs

    /// Starts the script's function for a message, if it has one.
    @inline(__always)
    func start(_ direction: MessageInterest, of exchange: Exchange, _ filter: LuaFilter) -> Verdict {
        let function = direction == .request ? onRequest : onResponse
        guard function >= 0, let run = takeRun(for: exchange) else { return .next }
        // Nothing else may hold the state when the exchange ends meanwhile.
        join()
        defer { leave() }
        return run._withUnsafeGuaranteedRef { $0.start(function, exchange, filter, direction, in: self) }
    }

    @inline(__always)
    func join() { users += 1 }

    @inline(__always)
    func leave() {
        users -= 1
        if users == 0, selfReference != nil { selfReference = nil }
    }

    /// The worker has another state, or none, for the script. To be called before it lets go of this one.
    func retire() { if users > 0 { selfReference = self } }

    private func takeRun(for exchange: Exchange) -> Unmanaged<LuaRun>? {
        guard let run = idle else { return makeRun(for: exchange) }
        idle = run._withUnsafeGuaranteedRef { $0.nextIdle }
        idleCount -= 1
        return run
    }

    @inline(never)
    private func makeRun(for exchange: Exchange) -> Unmanaged<LuaRun>? {
        // A million runs wait; this one cannot.
        guard let raw = apus_lua_take_run(lua) else { return nil }
        return .passRetained(LuaRun(self, raw, exchange))
    }

    func putBack(_ run: LuaRun) {
        let run = Unmanaged.passUnretained(run)
        guard idleCount < 256 else {
            run._withUnsafeGuaranteedRef { $0.free() }
            return surplus = run.takeRetainedValue()
        }
        run._withUnsafeGuaranteedRef { $0.nextIdle = idle }
        idle = run
        idleCount += 1
    }

    // MARK: Calls from Lua

    private func called(_ L: OpaquePointer, _ method: Int32, _ raw: UnsafeMutablePointer<apus_lua_run>?) -> Int32 {
        guard let method = LuaMethod(rawValue: method) else { return 0 }
        guard let raw else { return function(L, method) }
        return Unmanaged<LuaRun>.fromOpaque(raw.pointee.host)._withUnsafeGuaranteedRef { $0.call(L, method) }
    }

    private func resumed(_ L: OpaquePointer, _ method: Int32, _ raw: UnsafeMutablePointer<apus_lua_run>?) -> Int32 {
        guard let method = LuaMethod(rawValue: method), let raw else { return 0 }
        return Unmanaged<LuaRun>.fromOpaque(raw.pointee.host)._withUnsafeGuaranteedRef { $0.results(L, method) }
    }

    private func function(_ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        switch method {
        case .print:
            let words = (1...max(lua_gettop(L), 1)).map {
                luaText(L, $0) ?? String(cString: lua_typename(L, lua_type(L, $0)))
            }
            log(.info, words.joined(separator: "\t"))
            return 0
        case .require: return LuaModules.require(L, folders: script.limits.scriptFolders, texts: modules)
        default: return 0
        }
    }

    /// The name at a place of a stack; valid until the next call. nil when it cannot be a field's name.
    @inline(__always)
    func headerName(_ L: OpaquePointer, _ index: Int32) -> HeaderName? {
        headerNames.find(L, index)
    }
}
