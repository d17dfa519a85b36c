import CLua

// What Swift says to a Lua state and takes from its stack.

/// Compiles and runs a text, whose results stay on the stack: nil, or what is wrong with it.
func luaRun(_ lua: UnsafeMutablePointer<apus_lua>, _ text: String, name: String, results: Int32) -> String? {
    var text = text
    let status = text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { apus_lua_run_text(lua, $0.baseAddress, $0.count, name, results) }
    }
    return status == LUA_OK ? nil : luaTakeMessage(lua.pointee.state)
}

/// The error on top of a stack, which is emptied.
func luaTakeMessage(_ L: OpaquePointer) -> String {
    defer { lua_settop(L, 0) }
    return luaText(L, -1) ?? "unspecified lua error"
}

/// A string (or number) on a Lua stack; nil for anything else.
func luaText(_ L: OpaquePointer, _ index: Int32) -> String? {
    let type = lua_type(L, index)
    if type == LUA_TBOOLEAN { return lua_toboolean(L, index) != 0 ? "true" : "false" }
    guard type == LUA_TSTRING || type == LUA_TNUMBER else { return nil }
    return luaBytes(L, index)?.string
}

/// The bytes of a string (or number) on a Lua stack, valid while it lies there; nil for anything else.
func luaBytes(_ L: OpaquePointer, _ index: Int32) -> Bytes? {
    let type = lua_type(L, index)
    guard type == LUA_TSTRING || type == LUA_TNUMBER else { return nil }
    if type == LUA_TNUMBER, lua_isinteger(L, index) == 0 {
        // A whole number reads as such, as where scripts come from.
        let number = apus_lua_number(L, index)
        if number == number.rounded(), abs(number) < 1e15 {
            let at = lua_absindex(L, index)
            lua_pushinteger(L, lua_Integer(number))
            lua_copy(L, -1, at)
            apus_lua_pop(L, 1)
        }
    }
    var length = 0
    guard let start = apus_lua_string(L, index, &length) else { return nil }
    return Bytes(start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: length)
}

@inline(__always)
func luaPush(_ L: OpaquePointer, _ bytes: Bytes) {
    guard let start = bytes.baseAddress else {
        lua_pushlstring(L, "", 0)
        return
    }
    lua_pushlstring(L, UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self), bytes.count)
}

func luaPush(_ L: OpaquePointer, _ text: String) {
    var text = text
    text.withUTF8 { luaPush(L, $0) }
}

/// What is wrong with a script, or what a script did wrong.
struct LuaFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
