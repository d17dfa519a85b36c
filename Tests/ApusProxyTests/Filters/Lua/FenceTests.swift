import ApusConfig
import Testing

@testable import ApusProxy

/// Whatever a script does, it ends soon, and says why.
@Suite("Fences around scripts", .timeLimit(.minutes(1)))
struct FenceTests {
    private func load(_ text: String, limits: LuaLimits = LuaLimits(instructions: 200_000, memoryBytes: 8 << 20)) throws
    {
        let source = LuaSource(text: text, origin: "test.lua")
        let script = LuaScript(
            name: "test", source: source, limits: limits, statPrefix: "http.fences.lua.", slot: 0)
        try script.check(text)
    }

    private func reason(_ text: String) -> String {
        do {
            try load(text)
            return ""
        } catch { return "\(error)" }
    }

    @Test(
        "An endless loop is stopped, however it is made",
        arguments: [
            "while true do end",
            "while true do pcall(function() while true do end end) end",
            "local function f() return xpcall(f, f) end while true do f() end",
            "while true do pcall(error) end",
            "while true do coroutine.wrap(function() for i = 1, 50 do end end)() end",
            "local co = coroutine.wrap(function() while true do end end) while true do pcall(co) end",
            "local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end }) while true do pcall(function() return t[1] end) end",
            "local t = {} for i = 1, 100 do t[i] = i end table.sort(t, function(a, b) while true do end end)",
            "repeat local x <close> = setmetatable({}, { __close = function() while true do end end }) until false",
            "coroutine.wrap(function() local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end end)()",
            "local co = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end end) coroutine.resume(co) if coroutine.close then coroutine.close(co) end while true do end",
            "load(function() return ' ' end)",
            "string.gsub(('x'):rep(1000), '.', function() while true do end end)",
            "local t = setmetatable({}, { __concat = function() while true do end end }) local s = t .. 'x'",
            "local s = ('a'):rep(300000) while true do pcall(string.find, s, 'a-a-a-a-b') end",
            "local s = ('x'):rep(2000000) while true do s:upper() s:reverse() end",
        ])
    func loops(text: String) {
        let clock = ContinuousClock()
        var said = ""
        let took = clock.measure { said = reason(text) }
        #expect(said.contains("budget") || said.contains("memory") || said.contains("error"))
        #expect(took < .seconds(10))
    }

    @Test(
        "Functions that count to what they are told do not count far",
        arguments: [
            "('a'):rep(60):find(('a-'):rep(40) .. 'b')",
            "table.move({}, 1, 1e15, 2)",
            "table.insert(setmetatable({}, { __len = function() return 2^53 end }), 1, 1)",
            "table.remove(setmetatable({}, { __len = function() return 2^53 end }), 1)",
            "table.concat({}, '', 1, 1e15)", "table.unpack({}, 1, 1e9)", "('x'):rep(1e15)", "('x'):rep(1e9, 'y')",
        ])
    func counting(text: String) {
        let took = ContinuousClock().measure { #expect(reason(text) != "") }
        #expect(took < .seconds(10))
    }

    @Test("Nothing, however often, is nothing")
    func nothing() throws { try load("assert((''):rep(2^60 // 1 | 0) == '')") }

    @Test(
        "Memory has an end",
        arguments: [
            "local t = {} while true do t[#t + 1] = ('x'):rep(100000) .. #t end",
            "local s = 'x' while true do s = s .. s end",
            "l = nil while true do l = { l } end",
            "local s = 'xx' while true do s = s:gsub('x', 'xx') end",
        ])
    func memory(text: String) {
        // Which of the two ends first is a matter of chance.
        let reason = reason(text)
        #expect(reason.contains("memory") || reason.contains("budget"))
    }

    @Test(
        "Deep recursion is an error",
        arguments: [
            "local function f() return 1 + f() end f()",
            "local function f() return pcall(f) and f() end error(tostring(f()))",
            "local function f(s) return (s:gsub('.', f)) end f('x')",
            "local function f() return coroutine.wrap(f)() end f()",
        ])
    func recursion(text: String) { #expect(reason(text) != "") }

    @Test(
        "What could reach outside is not there",
        arguments: [
            "io", "debug", "package", "dofile", "loadfile", "os.execute", "os.exit", "os.getenv", "os.remove",
            "string.dump",
        ])
    func absent(name: String) throws { try load("assert(\(name) == nil)") }

    @Test("Bytecode, finalizers and turning the collector off are refused")
    func refused() throws {
        try load(
            #"""
            assert(not load("\27Lua", "x", "b"))
            assert(not load("\27Lua"))
            assert(not pcall(setmetatable, {}, { __gc = function() end }))
            assert(not pcall(collectgarbage, "stop"))
            assert(collectgarbage("count") > 0)
            assert(getmetatable("").__index == string)
            """#)
    }

    @Test("A module is found in the script folders alone, and its name cannot lead out of them")
    func require() {
        #expect(reason("require('json')").contains("script_folders"))
        #expect(reason("require('../secret')") != "")
        #expect(reason("require('ffi')").contains("LuaJIT"))
    }

    @Test("What LuaJIT's scripts expect is there")
    func prelude() throws {
        try load(
            """
            assert(unpack({ 1, 2 }) == 1 and table.getn({ 1, 2 }) == 2 and math.pow(2, 3) == 8)
            assert(loadstring("return 7")() == 7)
            assert(bit.band(0xff, 0x0f) == 15 and bit.bor(1, 2) == 3 and bit.bxor(3, 1) == 2 and bit.bnot(0) == -1)
            assert(bit.lshift(1, 31) == -2147483648 and bit.rshift(-1, 28) == 15 and bit.arshift(-16, 2) == -4)
            assert(bit.tohex(255) == "000000ff" and bit.rol(0x80000000, 1) == 1 and bit.bswap(1) == 0x1000000)
            assert(require("bit").band(6, 3) == 2)
            assert(tostring(6 / 2) == "3" and tostring(0.5) == "0.5" and tostring(1) == "1")
            """)
    }
}
