import Testing

@testable import ApusConfig

@Suite("A script is warned of what only LuaJIT has") struct LuaWarningsTests {
    private func lines(_ script: String) -> [Int] { LuaWarnings.find(in: script).map(\.line) }

    @Test(
        "wherever it is used",
        arguments: [
            ("require 'ffi'", [1]), ("require \"jit\"", [1]), ("require('ffi')", [1]), ("require [[ffi]]", [1]),
            ("require[==[ffi]==]", [1]), ("local ok, f = pcall(require, 'ffi')", [1]), ("require 'jit.opt'", [1]),
            ("ffi.cdef('')", [1]), ("return ffi\n  . new", [2]), ("x = 'a'..jit.version", [1]),
            ("x = -jit.version_num", [1]),
            ("local ffi = require 'ffi' ffi.cdef ''\nffi.new()\n\njit.off() ffi.new()", [1, 2, 4, 4]),
            ("--[[ two\nlines ]] ffi.x()", [2]), ("--[==[ ]] ]=]\n]==] ffi.x()", [2]), ("-- one\r\nffi.x()", [2]),
            ("a = 'b\\\nc' ffi.x()", [2]), ("a = 'b\\z  \n\n  c' ffi.x()", [3]), ("a = 'b\\'' ffi.x()", [1]),
            ("a = \"it's\" ffi.x()", [1]), ("a = b[c[1]] ffi.x()", [1]), ("x = 1 .. ffi.x()", [1]),
            ("--[=x\nffi.x()", [2]),
            ("a = 'never closed\nffi.x()", [2]), ("\r\n\n\r\rffi.x()", [4]),
        ])
    func found(script: String, expected: [Int]) {
        #expect(lines(script) == expected)
    }

    @Test(
        "and not where it is not",
        arguments: [
            "", "-- ffi.new()", "--[[ ffi.new() ]]", "--[==[\nrequire 'ffi' ]]\n]==]", "x = 'ffi.new()'",
            "x = [[ jit.on() ]]",
            "self.ffi.new()", "self:ffi().x()", "x = {ffi = 1}", "if jit then end", "ffix.new() xffi.new()",
            "require 'ffix'",
            "require 'lib.ffi'", "require(name)", "print('ffi')", "x = 'a\\\nffi.new()'", "--", "[[ffi.", "[==", "'\\",
            "'\\z",
        ])
    func absent(script: String) {
        #expect(lines(script) == [])
    }

    @Test("in words that tell the library")
    func message() {
        #expect(
            LuaWarnings.find(in: "\njit.off()").map(\.message)
                == ["'jit' belongs to LuaJIT and is not in Lua 5.4; use plain Lua instead"])
    }

    @Test("or is any text at all, without harm", arguments: 0..<20 as Range<UInt64>)
    func anyText(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "ffi", "jit", ".", "..", "require", "(", ",", "'", "\"", "\\", "\\z", "[[", "[=", "[==[", "]]", "]==]",
            "--", "-", "\n",
            "\r", " ", "1", "0x", "é", "\0", "=", ":", "x",
        ]
        for _ in 0..<500 {
            var script = ""
            for _ in 0..<Int.random(in: 0..<40, using: &random) { script += pieces.randomElement(using: &random) ?? "" }
            let breaks = script.utf8.count { $0 == 10 || $0 == 13 }
            let found = LuaWarnings.find(in: script)
            #expect(found.allSatisfy { (1...breaks + 1).contains($0.line) })
            #expect(found.map(\.line) == found.map(\.line).sorted())
            let bytes = (0..<60).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = LuaWarnings.find(in: String(decoding: bytes, as: UTF8.self))
        }
    }
}
