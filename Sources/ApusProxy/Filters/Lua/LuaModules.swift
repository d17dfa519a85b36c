import CLua

enum LuaModules {
    /// `require("name")`: the text file `name.lua` of one of these folders, run once in its state.
    static func require(_ L: OpaquePointer, folders: [String], texts: ModuleTexts) -> Int32 {
        func fail(_ message: String) -> Int32 {
            luaPush(L, message)
            return Int32(APUS_LUA_ERROR)
        }
        guard let name = luaText(L, 1), lua_type(L, 1) == LUA_TSTRING else {
            return fail("require expects a module's name")
        }
        if name == "bit" {
            lua_getglobal(L, "bit")
            return 1
        }
        let key = "apus.module.\(name)"
        if lua_getfield(L, LUA_REGISTRYINDEX_, key) != LUA_TNIL { return 1 }
        apus_lua_pop(L, 1)
        if name == "ffi" || name == "jit" {
            return fail("module '\(name)' belongs to LuaJIT and is not in Lua 5.4; use plain Lua instead")
        }
        // A name cannot lead out of the folders: dots separate folders, nothing else than words stands between them.
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard !parts.isEmpty,
            parts.allSatisfy({ part in
                !part.isEmpty && part.utf8.allSatisfy { HTTP1Bytes.isToken($0) && $0 != 0x60 && $0 != 0x7c }
            })
        else { return fail("'\(name)' is no module's name") }
        for folder in folders {
            let path = "\(folder)/\(parts.joined(separator: "/")).lua"
            guard let text = texts.text(path) else { continue }
            let status = text.withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    luaL_loadbufferx(L, $0.baseAddress, $0.count, "@\(path)", "t")
                }
            }
            guard status == LUA_OK else { return Int32(APUS_LUA_ERROR) }
            return Int32(APUS_LUA_MODULE)
        }
        return fail(
            folders.isEmpty
                ? "module '\(name)' not found: the filter has no script_folders"
                : "module '\(name)' not found in \(folders.joined(separator: ", "))")
    }
}
