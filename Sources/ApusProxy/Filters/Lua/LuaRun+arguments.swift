import CLua

// What is wrong with an argument, in the words of Lua's own library, which are Envoy's.

extension LuaRun {
    /// `number` counts from the first argument behind the object.
    func badArgument(_ L: OpaquePointer, _ number: Int32, _ method: LuaMethod, _ expected: String = "string") -> Int32 {
        fail(L, problem(L, number, method, expected, at: number + 1))
    }

    /// The problem with a value within a table: by its place on the stack, as the library counts it.
    func problemOnTop(_ L: OpaquePointer, _ method: LuaMethod, _ expected: String = "string") -> String {
        problem(L, lua_gettop(L), method, expected, at: -1)
    }

    private func problem(
        _ L: OpaquePointer, _ number: Int32, _ method: LuaMethod, _ expected: String, at index: Int32
    ) -> String {
        "bad argument #\(number) to '\(method.place?.name ?? "?")' (\(expected) expected, got \(typeName(L, index)))"
    }

    /// A string, or a number, which reads as one.
    func isText(_ L: OpaquePointer, _ index: Int32) -> Bool {
        let type = lua_type(L, index)
        return type == LUA_TSTRING || type == LUA_TNUMBER
    }

    func typeName(_ L: OpaquePointer, _ index: Int32) -> String {
        lua_type(L, index) == LUA_TNONE ? "no value" : String(cString: lua_typename(L, lua_type(L, index)))
    }
}
