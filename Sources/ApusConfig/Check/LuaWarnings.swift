/// What Envoy's LuaJIT runs and Lua 5.4 cannot. Says nothing about syntax, and knows no variables: a script that has
/// something of its own named `ffi` is warned, too.
public enum LuaWarnings {
    /// Lines count from 1. A line has one finding for each library, however often it names it.
    public static func find(in source: String) -> [(line: Int, message: String)] {
        var tokens = LuaTokens(source)
        var found: [(line: Int, message: String)] = []
        var lastLines: [String: Int] = [:]
        var before: LuaToken.Kind?
        var previous: LuaToken.Kind?
        while let token = tokens.next() {
            if let library = library(before, previous, token.kind), lastLines[library] != token.line {
                lastLines[library] = token.line
                found.append(
                    (token.line, "'\(library)' belongs to LuaJIT and is not in Lua 5.4; use plain Lua instead"))
            }
            (before, previous) = (previous, token.kind)
        }
        return found
    }

    private static let libraries: Set<String> = ["ffi", "jit"]

    /// The library that the last of three tokens in a row uses: `require "ffi"`, `require("ffi")`,
    /// `pcall(require, "ffi")` or `ffi.`, but not `self.ffi.`
    private static func library(
        _ before: LuaToken.Kind?, _ previous: LuaToken.Kind?, _ last: LuaToken.Kind
    ) -> String? {
        switch (before, previous, last) {
        case (_, .name("require"), .text(let module)),
            (.name("require"), .symbol("("), .text(let module)),
            (.name("require"), .symbol(","), .text(let module)):
            // jit.util and its like are parts of jit.
            module.split(separator: ".").first.map(String.init).flatMap { libraries.contains($0) ? $0 : nil }
        case (.symbol("."), .name, .symbol(".")), (.symbol(":"), .name, .symbol(".")): nil
        case (_, .name(let name), .symbol(".")): libraries.contains(name) ? name : nil
        default: nil
        }
    }
}
