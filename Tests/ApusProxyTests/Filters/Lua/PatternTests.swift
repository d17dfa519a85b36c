import CLua
import Testing

@testable import ApusProxy

/// Our own pattern matching beside the one that Lua comes with, on random patterns and subjects, well-formed and not.
@Suite("Patterns mean what Lua's own library says", .timeLimit(.minutes(1)))
struct PatternTests {
    /// Runs one text in a state and gives the string that it returns.
    private func run(_ text: String, on L: OpaquePointer) throws -> String {
        let status = text.withCString { luaL_loadbufferx(L, $0, text.utf8.count, "=test", "t") }
        try #require(status == LUA_OK)
        let ended = lua_pcallk(L, 0, 1, 0, 0, nil)
        let result = luaText(L, -1) ?? ""
        lua_settop(L, 0)
        try #require(ended == LUA_OK, "\(result)")
        return result
    }

    private func compare(_ text: String) throws {
        let reference = try #require(luaL_newstate())
        defer { lua_close(reference) }
        luaL_openlibs(reference)
        guard let ours = apus_lua_open(nil, { _, _, _, _ in 0 }, { _, _, _, _ in 0 }, 1 << 30) else {
            Issue.record("no memory for a Lua state")
            return
        }
        defer { apus_lua_close(ours) }
        apus_lua_allow(ours, .max, .max)
        let expected = try run(text, on: reference).split(separator: "\n")
        let actual = try run(text, on: ours.pointee.state).split(separator: "\n")
        #expect(expected.count == actual.count)
        for (one, other) in zip(expected, actual) where one != other { Issue.record("Lua: \(one)\nhere: \(other)") }
    }

    /// Makes patterns of pieces that mean something, and now and then of anything.
    private static func script(seed: Int, count: Int) -> String {
        #"""
        local state = \#(seed)
        local function random(n)
          state = (state * 1103515245 + 12345) % 2147483648
          return state // 65536 % n + 1
        end
        local pieces = { "a", "b", ".", "%a", "%d", "%s", "%w", "%A", "%.", "[ab]", "[^a]", "[a-c]", "[%d_]", "[]]", "[^]x]",
          "%b()", "%b<>", "%f[%w]", "%f[^a]", "(a*)", "(.-)", "()", "(", ")", "%1", "%2", "^", "$", "*", "+", "-", "?", "%", "[",
          "[a-", "[%", "%b", "%f", "x", "(b)", "((a)b)", "[a-%%]", "%z", "\0" }
        local letters = { "a", "b", "c", "x", "1", "2", " ", "(", ")", "<", ">", ".", "%", "_", "]", "\0", "ab", "aab" }
        local function text(from, most)
          local parts = {}
          for i = 1, random(most) - 1 do parts[i] = from[random(#from)] end
          return table.concat(parts)
        end
        local lines = {}
        local function note(what, ...)
          local parts = { what }
          local results = table.pack(...)
          if results[1] then
            for i = 1, results.n do parts[#parts + 1] = tostring(results[i]) end
          else
            parts[2] = "error"
          end
          lines[#lines + 1] = (table.concat(parts, "|"):gsub("[\n\0]", "?"))
        end
        for i = 1, \#(count) do
          local s, p = text(letters, 12), text(pieces, 6)
          local from = random(8) - 4
          note("find " .. s .. " " .. p .. " " .. from, pcall(string.find, s, p, from))
          note("plain", pcall(string.find, s, p, from, true))
          note("match " .. s .. " " .. p, pcall(string.match, s, p))
          note("gsub " .. s .. " " .. p, pcall(string.gsub, s, p, "<%0%1>"))
          note("gsub table", pcall(string.gsub, s, p, { a = "A", b = false, ab = 1 }, random(3)))
          note("gsub function", pcall(string.gsub, s, p, function(x, y) if y then return y end end))
          note("gmatch " .. s .. " " .. p, pcall(function()
            local all = {}
            for x, y in string.gmatch(s, p) do all[#all + 1] = tostring(x) .. ":" .. tostring(y) end
            return table.concat(all, ",")
          end))
          note("rep", pcall(string.rep, s, random(5) - 2, p))
        end
        return table.concat(lines, "\n")
        """#
    }

    @Test("On ten thousand patterns of one seed", arguments: [1, 2, 3, 4])
    func fixed(seed: Int) throws { try compare(Self.script(seed: seed, count: 2500)) }

    @Test("On patterns of a fresh seed")
    func freshSeeds() throws {
        let seed = Int.random(in: 1..<1 << 30)
        do { try compare(Self.script(seed: seed, count: 2500)) } catch { Issue.record("seed \(seed): \(error)") }
    }
}
