import CLua

extension LuaRun {
    func callShared(_ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        guard let key = luaBytes(L, 2).map({ [UInt8]($0) }), key.count <= 4096 else {
            return isText(L, 2)
                ? fail(L, "a name in the shared store has at most 4096 bytes") : badArgument(L, 1, method)
        }
        let now = state.uptime()
        switch method {
        case .sharedGet:
            push(state.script.store.get(key, at: now), L)
        case .sharedSet:
            let value: SharedStore.Value?
            switch lua_type(L, 3) {
            case LUA_TNIL, LUA_TNONE: value = nil
            case LUA_TSTRING: value = .text([UInt8](luaBytes(L, 3) ?? Bytes(start: nil, count: 0)))
            case LUA_TNUMBER: value = .number(apus_lua_number(L, 3))
            case LUA_TBOOLEAN: value = .flag(lua_toboolean(L, 3) != 0)
            default: return fail(L, "the shared store holds strings, numbers and booleans, not a \(typeName(L, 3))")
            }
            lua_pushboolean(L, state.script.store.set(key, value, lifetime: lifetime(L, 4), at: now) ? 1 : 0)
        default:
            let amount = apus_lua_is_nil(L, 3) ? 1 : apus_lua_number(L, 3)
            push(
                state.script.store.increment(key, by: amount, lifetime: lifetime(L, 4), at: now).map { .number($0) }, L)
        }
        return 1
    }

    /// Seconds on the stack, as nanoseconds.
    private func lifetime(_ L: OpaquePointer, _ index: Int32) -> Int64? {
        guard lua_type(L, index) == LUA_TNUMBER else { return nil }
        let seconds = apus_lua_number(L, index)
        return seconds > 0 ? Int64(min(seconds, 1e9) * 1e9) : 0
    }

    private func push(_ value: SharedStore.Value?, _ L: OpaquePointer) {
        switch value {
        case nil: lua_pushnil(L)
        case .text(let bytes): bytes.withUnsafeBufferPointer { luaPush(L, $0) }
        case .number(let number): LuaValue.push(.number(number), L)
        case .flag(let flag): lua_pushboolean(L, flag ? 1 : 0)
        }
    }
}
