import ApusConfig
import CLua

/// The Lua state in which the tests of a script run, apart from the script's own.
final class ScriptTestState {
    private enum Function: Int32, CaseIterable {
        case require, print, events, advance, request, respond

        /// Its place in the table `bench`; a global of its own when it is not there.
        var isGlobal: Bool { self == .require || self == .print }
    }

    /// Instructions and nanoseconds of one test, the script's own runs not counted in the first.
    private static let instructions: Int64 = 100_000_000
    private static let nanoseconds: Int64 = 10_000_000_000

    /// The time, in milliseconds since 1970, at which every test begins.
    private static let firstMilliseconds: Int64 = 1_700_000_000_000

    private let lua: UnsafeMutablePointer<apus_lua>
    private let folders: [String]
    private let modules = ModuleTexts()
    private var runner: Int32 = -2
    /// The bench of the test under way, and its requests.
    private var bench: ScriptBench?
    private var streams: [ScriptStream] = []
    /// What `print` was given.
    private(set) var printed: [String] = []

    private var main: OpaquePointer { lua.pointee.state }

    init(name: String, text: String, folders: [String]) throws {
        self.folders = folders
        guard
            let lua = apus_lua_open(
                nil,
                { owner, L, method, _ in
                    Unmanaged<ScriptTestState>.fromOpaque(owner).takeUnretainedValue().called(L, method)
                }, { _, _, _, _ in 0 }, 256 << 20)
        else { throw LuaFailure("no memory for a Lua state") }
        self.lua = lua
        lua.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
        try define()
        try load(text, name: "@\(name)", results: 0)
    }

    deinit { apus_lua_close(lua) }

    private func define() throws {
        lua_createtable(main, 0, 4)
        lua_setglobal(main, "bench")
        for function in Function.allCases {
            let name = "\(function)"
            apus_lua_add_function(lua, name, function.rawValue)
            guard !function.isGlobal else { continue }
            lua_getglobal(main, "bench")
            lua_getglobal(main, name)
            lua_setfield(main, -2, name)
            lua_pushnil(main)
            lua_setglobal(main, name)
            lua_settop(main, 0)
        }
        try load(LuaPrelude.text, name: "=prelude", results: 0)
        try load(ScriptTestPrelude.text, name: "=\(Self.preludeName)", results: 1)
        runner = apus_lua_ref(main)
        lua_settop(main, 0)
    }

    private func load(_ text: String, name: String, results: Int32) throws {
        apus_lua_allow(lua, Self.instructions, MonotonicNanoseconds.now() + Self.nanoseconds)
        if let problem = luaRun(lua, text, name: name, results: results) { throw Self.failure(problem) }
    }

    private static func failure(_ message: String) -> LuaFailure {
        LuaFailure(LuaMessage.familiar(withoutPrelude(message)))
    }

    private static let preludeName = "(bench)"

    /// A place in the prelude tells nothing to who wrote a test.
    private static func withoutPrelude(_ message: String) -> String {
        guard message.hasPrefix("\(preludeName):"), let end = message.firstRange(of: ": ") else { return message }
        return String(message[end.upperBound...])
    }

    /// The names of the tests that the file has declared, in order.
    func names() throws -> [String] {
        apus_lua_allow(lua, Self.instructions, MonotonicNanoseconds.now() + Self.nanoseconds)
        apus_lua_push_ref(main, runner)
        if apus_lua_call(lua, main, 0, 1) != LUA_OK { throw Self.failure(luaTakeMessage(main)) }
        defer { lua_settop(main, 0) }
        return list(main, 1).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Runs one test, from 1, with a fresh bench. Throws what fails it.
    func run(_ number: Int, on bench: ScriptBench) throws {
        self.bench = bench
        bench.milliseconds = Self.firstMilliseconds
        defer {
            bench.close()
            streams.removeAll()
            self.bench = nil
        }
        apus_lua_allow(lua, Self.instructions, MonotonicNanoseconds.now() + Self.nanoseconds)
        apus_lua_push_ref(main, runner)
        lua_pushinteger(main, lua_Integer(number))
        if apus_lua_call(lua, main, 1, 0) != LUA_OK { throw Self.failure(luaTakeMessage(main)) }
        lua_settop(main, 0)
    }

    // MARK: Functions

    private func called(_ L: OpaquePointer, _ number: Int32) -> Int32 {
        guard let function = Function(rawValue: number) else { return 0 }
        switch function {
        case .require: return LuaModules.require(L, folders: folders, texts: modules)
        case .print:
            printed.append((1...max(lua_gettop(L), 1)).map { luaText(L, $0) ?? "nil" }.joined(separator: "\t"))
            return 0
        case .events: return events(L)
        case .advance:
            guard let bench else { return 0 }
            let step = apus_lua_number(L, 1)
            guard step >= 0, step < 1e14 else { return fail(L, "advance expects milliseconds") }
            // Bounded, however often a test asks.
            bench.milliseconds = min((bench.milliseconds ?? 0) + Int64(step), 1 << 50)
            return 0
        case .request: return request(L)
        case .respond: return respond(L)
        }
    }

    private func fail(_ L: OpaquePointer, _ message: String) -> Int32 {
        luaPush(L, message)
        return Int32(APUS_LUA_ERROR)
    }

    private func events(_ L: OpaquePointer) -> Int32 {
        lua_createtable(L, 0, 0)
        var position: lua_Integer = 0
        for event in bench?.takeEvents() ?? [] {
            let level: String?
            let message: String
            switch event {
            case .log(let its, let text): (level, message) = (its, text)
            case .failure(let text): (level, message) = (nil, text)
            case .call: continue
            }
            lua_createtable(L, 0, 2)
            if let level { set(L, "level", level) }
            set(L, "text", message)
            position += 1
            lua_rawseti(L, -2, position)
        }
        return 1
    }

    /// request(fields, chunks, trailers, context, metadata, now_ms, remote_address, on_call)
    private func request(_ L: OpaquePointer) -> Int32 {
        guard let bench else { return fail(L, "requests are made within a test") }
        let context: ConfigValue?
        let metadata: ConfigValue?
        do {
            context = try value(L, 4)
            metadata = try value(L, 5)
        } catch { return fail(L, "\(error)") }
        let now = apus_lua_number(L, 6)
        if lua_type(L, 6) == LUA_TNUMBER, now >= 0, now < 1e14 { bench.milliseconds = Int64(now) }
        var remote = (host: "127.0.0.1", port: 40_000)
        if let given = luaText(L, 7) {
            let colon = given.lastIndex(of: ":")
            let port = colon.flatMap { Int(given[given.index(after: $0)...]) }
            let host = port == nil ? given[...] : given[..<(colon ?? given.endIndex)]
            remote = (host.filter { $0 != "[" && $0 != "]" }, port ?? 40_000)
        }
        return withCalls(L, 8, bench) {
            let stream = bench.send(message(L, 1), context: context, metadata: metadata, remote: remote)
            streams.append(stream)
            push(L, stream.request)
            lua_pushinteger(L, lua_Integer(streams.count))
            lua_setfield(L, -2, "number")
            lua_pushboolean(L, stream.clearedRouteCache ? 1 : 0)
            lua_setfield(L, -2, "cleared")
            if let answer = stream.answer {
                push(L, answer)
                lua_setfield(L, -2, "response")
            }
        }
    }

    /// respond(number, fields, chunks, trailers, on_call)
    private func respond(_ L: OpaquePointer) -> Int32 {
        let number = Int(apus_lua_number(L, 1))
        guard let bench, streams.indices.contains(number - 1) else { return fail(L, "there is no such request") }
        let stream = streams[number - 1]
        return withCalls(L, 5, bench) {
            if stream.respond(message(L, 2)), let answer = stream.answer { push(L, answer) } else { lua_pushnil(L) }
        }
    }

    /// Does something in which the script's calls are answered by a function on the stack. What that does wrong is the
    /// test's failure.
    private func withCalls(_ L: OpaquePointer, _ function: Int32, _ bench: ScriptBench, _ work: () -> Void) -> Int32 {
        var failure: String?
        bench.answerCall = { [unowned self] call in
            guard failure == nil, lua_checkstack(L, 16) != 0 else { return nil }
            lua_pushvalue(L, function)
            pushCall(L, call)
            // Protected: no error passes the frames between here and the test.
            guard apus_lua_call(lua, L, 1, 1) == LUA_OK else {
                failure = luaText(L, -1) ?? "on_call failed"
                apus_lua_pop(L, 1)
                return nil
            }
            defer { apus_lua_pop(L, 1) }
            guard lua_type(L, -1) == LUA_TTABLE else { return nil }
            let answer = lua_gettop(L)
            lua_rawgeti(L, answer, 1)
            lua_rawgeti(L, answer, 2)
            defer { apus_lua_pop(L, 2) }
            return ScriptMessage(fields(L, answer + 1), chunks: [luaBytes(L, answer + 2).map { Array($0) } ?? []])
        }
        defer { bench.answerCall = { _ in nil } }
        work()
        if let failure {
            return fail(L, failure)
        }
        return 1
    }
}

// MARK: Values on the stack

extension ScriptTestState {
    private func value(_ L: OpaquePointer, _ index: Int32) throws -> ConfigValue? {
        apus_lua_is_nil(L, index) ? nil : try LuaValue.read(L, index)
    }

    private func list(_ L: OpaquePointer, _ index: Int32) -> [[UInt8]] {
        guard lua_type(L, index) == LUA_TTABLE else { return [] }
        var items: [[UInt8]] = []
        for position in 0..<lua_Integer(lua_rawlen(L, index)) {
            lua_rawgeti(L, index, position + 1)
            items.append(luaBytes(L, -1).map { Array($0) } ?? [])
            apus_lua_pop(L, 1)
        }
        return items
    }

    private func fields(_ L: OpaquePointer, _ index: Int32) -> [ScriptMessage.Field] {
        guard lua_type(L, index) == LUA_TTABLE else { return [] }
        var fields: [ScriptMessage.Field] = []
        for position in 0..<lua_Integer(lua_rawlen(L, index)) {
            lua_rawgeti(L, index, position + 1)
            let pair = list(L, lua_gettop(L))
            if pair.count == 2 {
                fields.append(ScriptMessage.Field(String(decoding: pair[0], as: UTF8.self), pair[1]))
            }
            apus_lua_pop(L, 1)
        }
        return fields
    }

    /// Fields, chunks and trailers from an index on.
    private func message(_ L: OpaquePointer, _ index: Int32) -> ScriptMessage {
        ScriptMessage(
            fields(L, index), chunks: apus_lua_is_nil(L, index + 1) ? nil : list(L, index + 1),
            trailers: apus_lua_is_nil(L, index + 2) ? nil : fields(L, index + 2))
    }

    private func set(_ L: OpaquePointer, _ name: String, _ text: String) {
        luaPush(L, text)
        lua_setfield(L, -2, name)
    }

    private func push(_ L: OpaquePointer, _ fields: [ScriptMessage.Field]) {
        lua_createtable(L, Int32(clamping: fields.count), 0)
        for (index, field) in fields.enumerated() {
            lua_createtable(L, 2, 0)
            luaPush(L, field.name)
            lua_rawseti(L, -2, 1)
            field.value.withUnsafeBufferPointer { luaPush(L, $0) }
            lua_rawseti(L, -2, 2)
            lua_rawseti(L, -2, lua_Integer(index + 1))
        }
    }

    private func push(_ L: OpaquePointer, _ message: ScriptMessage) {
        lua_createtable(L, 0, 4)
        push(L, message.fields)
        lua_setfield(L, -2, "fields")
        if let body = message.body {
            body.withUnsafeBufferPointer { luaPush(L, $0) }
            lua_setfield(L, -2, "body")
        }
        if let trailers = message.trailers {
            push(L, trailers)
            lua_setfield(L, -2, "trailers")
        }
    }

    private func pushCall(_ L: OpaquePointer, _ call: ScriptCall) {
        push(L, call.request)
        set(L, "cluster", call.cluster)
        lua_pushinteger(L, lua_Integer(call.milliseconds))
        lua_setfield(L, -2, "timeout")
        lua_pushboolean(L, call.isAsynchronous ? 1 : 0)
        lua_setfield(L, -2, "async")
    }
}
