import ApusConfig
import CLua

/// JSON-like data, from Swift to Lua and back.
enum LuaValue {
    /// Deeper tables are refused: a table may contain itself.
    private static let deepest = 64

    static func push(_ value: ConfigValue, _ L: OpaquePointer) {
        guard lua_checkstack(L, 8) != 0 else { return lua_pushnil(L) }
        switch value {
        case .null: lua_pushnil(L)
        case .bool(let flag): lua_pushboolean(L, flag ? 1 : 0)
        case .number(let number):
            // Whole numbers as integers, which print without a fraction.
            if number == number.rounded(), abs(number) < 9e15 {
                lua_pushinteger(L, lua_Integer(number))
            } else {
                lua_pushnumber(L, number)
            }
        case .string(let text): luaPush(L, text)
        case .array(let items):
            lua_createtable(L, Int32(clamping: items.count), 0)
            for (index, item) in items.enumerated() {
                push(item, L)
                lua_rawseti(L, -2, lua_Integer(index + 1))
            }
        case .object(let members):
            lua_createtable(L, 0, Int32(clamping: members.count))
            for member in members {
                luaPush(L, member.name)
                push(member.value, L)
                lua_rawset(L, -3)
            }
        }
    }

    static func read(_ L: OpaquePointer, _ index: Int32, depth: Int = 0) throws -> ConfigValue {
        switch lua_type(L, index) {
        case LUA_TNONE, LUA_TNIL: return .null
        case LUA_TBOOLEAN: return .bool(lua_toboolean(L, index) != 0)
        case LUA_TNUMBER: return .number(apus_lua_number(L, index))
        case LUA_TSTRING: return .string(luaText(L, index) ?? "")
        case LUA_TTABLE: return try readTable(L, lua_absindex(L, index), depth)
        default:
            throw LuaFailure("unexpected type '\(typeName(L, index))' in dynamicMetadata")
        }
    }

    private static func typeName(_ L: OpaquePointer, _ index: Int32) -> String {
        String(cString: lua_typename(L, lua_type(L, index)))
    }

    /// The highest index of a table whose keys are positive whole numbers; 0 for any other, and for an empty one.
    private static func listLength(_ L: OpaquePointer, _ table: Int32) throws -> Int {
        var highest = 0
        var entries = 0
        lua_pushnil(L)
        while lua_next(L, table) != 0 {
            apus_lua_pop(L, 1)
            let key = apus_lua_number(L, -1)
            guard lua_type(L, -1) == LUA_TNUMBER, key >= 1, key < 1e9, key == key.rounded() else {
                apus_lua_pop(L, 1)
                return 0
            }
            highest = max(highest, Int(key))
            entries += 1
        }
        // One entry could ask for any amount of memory.
        guard highest <= entries * 8 + 64 else { throw LuaFailure("a list in dynamicMetadata has too many gaps") }
        return highest
    }

    /// A table whose keys count something is a list, as in Envoy; any other is an object.
    private static func readTable(_ L: OpaquePointer, _ table: Int32, _ depth: Int) throws -> ConfigValue {
        guard depth < deepest, lua_checkstack(L, 8) != 0 else { throw LuaFailure("a table is nested too deep") }
        let count = try listLength(L, table)
        if count > 0 {
            var items: [ConfigValue] = []
            for position in 1...count {
                lua_rawgeti(L, table, lua_Integer(position))
                defer { apus_lua_pop(L, 1) }
                items.append(try read(L, -1, depth: depth + 1))
            }
            return .array(items)
        }
        var members: [ConfigMember] = []
        let top = lua_gettop(L)
        lua_pushnil(L)
        while lua_next(L, table) != 0 {
            do {
                guard lua_type(L, -2) == LUA_TSTRING, let name = luaText(L, -2) else {
                    throw LuaFailure(
                        "unexpected type \(typeName(L, -2)) in table key (only string keys are supported)")
                }
                members.append(ConfigMember(name: name, value: try read(L, -1, depth: depth + 1)))
            } catch {
                lua_settop(L, top)
                throw error
            }
            apus_lua_pop(L, 1)
        }
        return .object(members.sorted { $0.name < $1.name })
    }
}
