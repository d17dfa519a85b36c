// Functions of the standard library that could hang, or get round the fences, in forms that cannot.
#include <string.h>

#include "CLua.h"

/// What a C function costs for so many elements, in instructions.
static int64_t cost(int64_t elements) { return elements < 0 ? 1 : elements / 4 + 1; }

/// Calls the library's own function, upvalue 1, with the same arguments.
static int forward(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/// The length without metamethods: one could claim any, and the library would count that far.
static void refuse_claimed_length(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    if (luaL_getmetafield(L, 1, "__len") != LUA_TNIL) luaL_error(L, "a table with __len cannot be changed so");
}

static int by_length(lua_State *L) {
    refuse_claimed_length(L);
    apus_lua_charge(L, cost((int64_t)lua_rawlen(L, 1)));
    return forward(L);
}

/// Functions that go through a whole string, argument 1, each time they are called.
static int by_text(lua_State *L) {
    if (lua_type(L, 1) == LUA_TSTRING) apus_lua_charge(L, (int64_t)(lua_rawlen(L, 1) / 16) + 1);
    return forward(L);
}

/// Sorting compares each element with many.
static int table_sort(lua_State *L) {
    refuse_claimed_length(L);
    apus_lua_charge(L, (int64_t)lua_rawlen(L, 1) * 4 + 1);
    return forward(L);
}

/// table.move(a, f, e, t), table.concat(t, s, i, j), table.unpack(t, i, j): counted from one number to another.
static int by_range(lua_State *L, int first, int last, int64_t length) {
    int64_t from = luaL_optinteger(L, first, 1), to = luaL_optinteger(L, last, length);
    if (to >= from) {
        uint64_t count = (uint64_t)to - (uint64_t)from;
        apus_lua_charge(L, count > INT64_MAX / 2 ? INT64_MAX / 2 : cost((int64_t)count));
    }
    return forward(L);
}

static int table_move(lua_State *L) { return by_range(L, 2, 3, 0); }
static int table_concat(lua_State *L) {
    refuse_claimed_length(L);
    return by_range(L, 3, 4, (int64_t)lua_rawlen(L, 1));
}
static int table_unpack(lua_State *L) { return by_range(L, 2, 3, (int64_t)lua_rawlen(L, 1)); }

static int coroutine_new(lua_State *L) {
    // A new coroutine begins a period of its own; else many short ones would never be counted.
    apus_lua_charge(L, 100);
    return forward(L);
}

/// As the library's own, but that it is known which coroutine runs.
static int coroutine_resume(lua_State *L) {
    lua_State *coroutine = lua_tothread(L, 1);
    luaL_argexpected(L, coroutine, 1, "coroutine");
    int arguments = lua_gettop(L) - 1, results = 0;
    if (!lua_checkstack(coroutine, arguments)) {
        lua_pushboolean(L, 0);
        lua_pushliteral(L, "too many arguments to resume");
        return 2;
    }
    lua_xmove(L, coroutine, arguments);
    int status = apus_lua_resume_own(L, coroutine, arguments, &results);
    bool is_well = status == LUA_OK || status == LUA_YIELD;
    if (is_well && !lua_checkstack(L, results + 1)) {
        lua_pop(coroutine, results);
        lua_pushboolean(L, 0);
        lua_pushliteral(L, "too many results to resume");
        return 2;
    }
    if (!is_well) results = 1;
    lua_pushboolean(L, is_well);
    lua_xmove(coroutine, L, results);
    return results + 1;
}

/// Text only: crafted bytecode can do anything to the process.
static int load_text(lua_State *L) {
    lua_settop(L, 4);
    bool has_environment = !lua_isnone(L, 4) && !lua_isnil(L, 4);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    lua_pushliteral(L, "t");
    if (has_environment) lua_pushvalue(L, 4);
    lua_call(L, has_environment ? 4 : 3, LUA_MULTRET);
    return lua_gettop(L) - 4;
}

/// Finalizers run where no budget is counted.
static int set_metatable(lua_State *L) {
    if (lua_type(L, 2) == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "a finalizer (__gc) is not allowed");
        lua_settop(L, 2);
    }
    return forward(L);
}

/// `collectgarbage` may tell, and may collect; it may not be turned off.
static int collect_garbage(lua_State *L) {
    const char *what = luaL_optstring(L, 1, "collect");
    if (strcmp(what, "count") == 0) {
        lua_pushnumber(L, (lua_Number)apus_lua_of(L)->memory / 1024);
        return 1;
    }
    if (strcmp(what, "collect") != 0 && strcmp(what, "step") != 0) return luaL_error(L, "collectgarbage('%s') is not allowed", what);
    apus_lua_charge(L, (int64_t)(apus_lua_of(L)->memory / 64) + 1);
    lua_gc(L, LUA_GCCOLLECT);
    lua_pushinteger(L, 0);
    return 1;
}

/// A number that is whole is written as such, whatever its type: scripts were written where `tostring(6 / 2)` is "3".
static int to_string(lua_State *L) {
    luaL_checkany(L, 1);
    if (lua_type(L, 1) == LUA_TNUMBER && !lua_isinteger(L, 1)) {
        lua_Number number = lua_tonumber(L, 1);
        lua_Integer whole;
        if (number > -1e15 && number < 1e15 && lua_numbertointeger(number, &whole) && (lua_Number)whole == number) {
            lua_pushinteger(L, whole);
            lua_tolstring(L, -1, NULL);
            return 1;
        }
    }
    luaL_tolstring(L, 1, NULL);
    return 1;
}

/// The letter of the conversion that begins behind a '%' of a format, which is moved behind it; 0 at the end.
static char next_conversion(const char **format) {
    while (**format) {
        if (*(*format)++ != '%') continue;
        while (**format && strchr("-+ #0123456789.", **format)) (*format)++;
        if (!**format) return 0;
        char letter = *(*format)++;
        if (letter != '%') return letter;
    }
    return 0;
}

/// Numbers were all of one type where scripts were written: `%d` cuts a fraction off, `%s` writes none that is zero.
static int string_format(lua_State *L) {
    const char *format = luaL_checkstring(L, 1);
    apus_lua_charge(L, (int64_t)(lua_rawlen(L, 1) / 16) + 1);
    int count = lua_gettop(L);
    for (int argument = 2; argument <= count; argument++) {
        char letter = next_conversion(&format);
        if (!letter) break;
        int is_number;
        if (strchr("cdiouxX", letter)) {
            if (lua_isinteger(L, argument)) continue;
            int64_t whole = apus_lua_integer(L, argument, &is_number);
            if (!is_number) continue;
            lua_pushinteger(L, whole);
        } else if (letter == 's' && lua_type(L, argument) == LUA_TNUMBER && !lua_isinteger(L, argument)) {
            lua_pushcfunction(L, to_string);
            lua_pushvalue(L, argument);
            lua_call(L, 1, 1);
        } else continue;
        lua_replace(L, argument);
    }
    return forward(L);
}

static void replace(lua_State *L, const char *library, const char *name, lua_CFunction function) {
    lua_getglobal(L, library);
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

static void keep_only(lua_State *L, const char *library, const char *const *names) {
    lua_getglobal(L, library);
    lua_newtable(L);
    for (; *names; names++) {
        lua_getfield(L, -2, *names);
        lua_setfield(L, -2, *names);
    }
    lua_setglobal(L, library);
    lua_pop(L, 1);
}

void apus_lua_open_fences(lua_State *L) {
    static const char *const of_os[] = {"time", "date", "clock", "difftime", NULL};
    static const char *const gone[] = {"dofile", "loadfile", "require", "package", "io", "debug", "warn", NULL};
    keep_only(L, "os", of_os);
    for (const char *const *name = gone; *name; name++) {
        lua_pushnil(L);
        lua_setglobal(L, *name);
    }
    replace(L, "table", "insert", by_length);
    replace(L, "table", "remove", by_length);
    replace(L, "table", "sort", table_sort);
    replace(L, LUA_STRLIBNAME, "lower", by_text);
    replace(L, LUA_STRLIBNAME, "upper", by_text);
    replace(L, LUA_STRLIBNAME, "reverse", by_text);
    replace(L, LUA_STRLIBNAME, "len", by_text);
    replace(L, LUA_STRLIBNAME, "byte", by_text);
    replace(L, LUA_STRLIBNAME, "format", string_format);
    replace(L, "table", "move", table_move);
    replace(L, "table", "concat", table_concat);
    replace(L, "table", "unpack", table_unpack);
    replace(L, "coroutine", "create", coroutine_new);
    replace(L, LUA_GNAME, "load", load_text);
    replace(L, LUA_GNAME, "setmetatable", set_metatable);
    replace(L, "coroutine", "resume", coroutine_resume);
    // The library's own resumes unseen; the prelude has another.
    lua_getglobal(L, "coroutine");
    lua_pushnil(L);
    lua_setfield(L, -2, "wrap");
    lua_pop(L, 1);
    lua_register(L, "collectgarbage", collect_garbage);
    lua_register(L, "tostring", to_string);
    // What is left in the registry of loaded libraries would give the originals back.
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}
