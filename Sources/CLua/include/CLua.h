// Lua 5.4 with fences: the small part of the Lua filter that must be C, because errors in Lua are long jumps and none
// may cross a Swift frame.
#ifndef APUS_CLUA_H
#define APUS_CLUA_H

#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#include <stdbool.h>
#include <stdint.h>

// Swift is told what is never NULL only where it would have to ask.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-completeness"

/// What a method of the host answers in the place of a number of results.
enum {
    /// The message lies on top of the stack.
    APUS_LUA_ERROR = -1,
    /// The coroutine waits; `resumed` is called for the results once it goes on.
    APUS_LUA_YIELD = -2,
    /// A compiled module lies on top of the stack: it is run, and what it returns is kept under its name (argument 1).
    APUS_LUA_MODULE = -3,
};

enum { APUS_LUA_SMALL = 256 };
/// Objects of this kind and those behind it show nothing of a message, and outlive a wait as the handle does.
enum { APUS_LUA_LASTING = 12 };

/// One run of a script as its objects see it. They hold the generation in which they were made, and are dead in any
/// other: `handles` counts runs, `objects` runs and waits.
typedef struct apus_lua_run {
    uint64_t handles;
    uint64_t objects;
    /// What is being iterated over, a bit each, and must not be changed.
    int32_t iterating;
    /// Its place among the runs of its state.
    uint32_t number;
    /// The host's own object.
    void *host;
    struct apus_lua_run *next;
} apus_lua_run;

/// An object of the handle API as Lua holds it; the handle and the headers are light userdata instead.
typedef struct {
    uint32_t magic;
    int32_t kind;
    apus_lua_run *run;
    uint64_t generation;
    /// Whatever the class needs to tell its objects apart.
    int64_t detail;
} apus_lua_object;

/// A method was called: `run` is that of the object it was called on, NULL for functions. Returns the number of results
/// it pushed, or one of the constants above. Must not call anything of Lua that runs scripts or raises errors.
typedef int (*apus_lua_method)(void *_Nonnull owner, lua_State *_Nonnull L, int method, apus_lua_run *_Nullable run);

/// One of the methods that are called without a detour, on the headers of a run; `detail` is the object's. The rules are
/// those of `apus_lua_method`, and it may not yield.
typedef int (*apus_lua_direct_method)(void *_Nonnull host, lua_State *_Nonnull L, int detail);

typedef struct {
    apus_lua_direct_method get, add, replace;
} apus_lua_direct;

/// A Lua state with its fences.
typedef struct apus_lua {
    lua_State *state;
    void *owner;
    apus_lua_method call;
    apus_lua_method resumed;
    /// Bytes in use and allowed. The host itself is never refused, so that nothing in it can fail; a script that went
    /// beyond by its help is stopped when it goes on.
    size_t memory, memory_limit;
    int in_host;
    /// Instructions, and steps of patterns, that the run under way may still make.
    int64_t left;
    /// Nanoseconds of the monotonic clock at which it must end in any case: a few instructions on huge values take long.
    int64_t deadline;
    /// The run under way was stopped.
    bool stopped;
    /// The coroutine that runs, and whether its instructions, and those of whatever it resumes, are counted. Volatile,
    /// as the next, because a signal may begin that.
    lua_State *volatile running;
    volatile bool counts;
    /// What the run may have used up before its instructions were counted.
    volatile int64_t late;
    int kinds[32];
    apus_lua_direct direct;
    /// All runs there ever were, by number, and those that are to be used again. Freed with the state, for objects may be
    /// older than their run's end.
    apus_lua_run **runs;
    uint32_t run_count, run_capacity;
    apus_lua_run *spare_runs;
    /// Free blocks of at most APUS_LUA_SMALL bytes, by size, and the slabs that all of them come from.
    void *spare[APUS_LUA_SMALL / 16];
    void *slabs;
} apus_lua;

/// A state with the libraries that a filter may use and nothing of scripts in it; NULL without memory.
apus_lua *apus_lua_open(void *owner, apus_lua_method call, apus_lua_method resumed, size_t memory_limit);
void apus_lua_close(apus_lua *lua);

/// What the objects of one run know of it, to be given back when the run has ended; NULL when there are too many.
apus_lua_run *apus_lua_take_run(apus_lua *lua);
void apus_lua_give_back_run(apus_lua *lua, apus_lua_run *run);

/// Makes a class. Kinds are 0...31; kind 0 is the handle, whose objects outlive a wait, and 1 the headers. Both share one
/// table of methods, and must come in this order.
void apus_lua_class(apus_lua *lua, int kind, const char *name);
/// Gives a class a method; a name that begins with `__` becomes a metamethod.
void apus_lua_add_method(apus_lua *lua, int kind, const char *name, int method);
/// Puts the direct methods in the place of `Handle:headers`, which needs no help of the host's, and of `Headers:get`,
/// `add` and `replace`.
void apus_lua_add_direct_methods(apus_lua *lua, apus_lua_direct methods);
/// Sets a global function.
void apus_lua_add_function(apus_lua *lua, const char *name, int method);

/// Compiles text (never bytecode) and runs it: 0, or an error whose message is on top of the stack of `lua->state`. With
/// `results`, what it returned lies there.
int apus_lua_run_text(apus_lua *lua, const char *text, size_t length, const char *name, int results);

/// Sets what the next run, or what is left of one, may use; the deadline is a time of the monotonic clock.
void apus_lua_allow(apus_lua *lua, int64_t instructions, int64_t deadline);
/// Calls a function of a script, protected, within the limits: LUA_OK or an error.
int apus_lua_call(apus_lua *lua, lua_State *L, int arguments, int results);
/// Starts a function, given by its reference, with the handle of a run: LUA_OK, with nothing left on the stack, LUA_YIELD
/// or an error.
int apus_lua_start(apus_lua *lua, lua_State *coroutine, int function, apus_lua_run *run);
/// Continues a coroutine: LUA_OK, LUA_YIELD or an error.
int apus_lua_resume(apus_lua *lua, lua_State *coroutine, int arguments, int *results);

/// Pushes an object of the host's. For headers, `detail` is 0...6.
void apus_lua_push_object(apus_lua *lua, lua_State *L, int kind, apus_lua_run *run, int64_t detail);
/// Pushes a function that calls a method of the object at a stack index, with a number of its own (upvalue 3), from 0.
void apus_lua_push_iterator(lua_State *L, int object, int method);
static const int LUA_REGISTRYINDEX_ = LUA_REGISTRYINDEX;
static inline int apus_lua_upvalue(int index) { return lua_upvalueindex(index); }
static inline int64_t apus_lua_counter(lua_State *L) { return lua_tointegerx(L, lua_upvalueindex(3), NULL); }
void apus_lua_set_counter(lua_State *L, int64_t value);
/// The `detail` of the headers at an index; negative when there are none.
int apus_lua_headers_detail(lua_State *L, int index);
/// The object at an index, neither handle nor headers; or NULL.
apus_lua_object *apus_lua_to_object(lua_State *L, int index);

/// Pushes onto L a traceback of a coroutine, with the message at that one's top in front.
void apus_lua_traceback(lua_State *L, lua_State *coroutine);

// What lua.h has as macros.
static inline void apus_lua_pop(lua_State *L, int count) { lua_settop(L, -count - 1); }
static inline const char *apus_lua_string(lua_State *L, int index, size_t *length) {
    return lua_tolstring(L, index, length);
}
static inline bool apus_lua_is_nil(lua_State *L, int index) { return lua_type(L, index) <= LUA_TNIL; }
static inline int64_t apus_lua_integer(lua_State *L, int index, int *is_number) {
    int integral = 0;
    lua_Integer value = lua_tointegerx(L, index, &integral);
    if (integral) {
        *is_number = 1;
        return value;
    }
    // As LuaJIT: a fraction is cut off.
    lua_Number number = lua_tonumberx(L, index, is_number);
    if (!*is_number || !(number > -9e18 && number < 9e18)) return 0;
    return (int64_t)number;
}
static inline double apus_lua_number(lua_State *L, int index) { return lua_tonumberx(L, index, NULL); }
static inline int apus_lua_ref(lua_State *L) { return luaL_ref(L, LUA_REGISTRYINDEX); }
static inline void apus_lua_unref(lua_State *L, int ref) { luaL_unref(L, LUA_REGISTRYINDEX, ref); }
static inline void apus_lua_push_ref(lua_State *L, int ref) { lua_rawgeti(L, LUA_REGISTRYINDEX, ref); }

// Between the files of this module.
apus_lua *apus_lua_of(lua_State *L);
/// Takes from what the run may still do; raises an error when that is used up.
void apus_lua_charge(lua_State *L, int64_t steps);
/// Counts the instructions of the run under way from now on, and so many for what it has done. For signal handlers, too,
/// on the thread that runs the script.
void apus_lua_begin_counting(apus_lua *lua, int64_t late);
/// Resumes a coroutine of the script's own.
int apus_lua_resume_own(lua_State *L, lua_State *coroutine, int arguments, int *results);
void apus_lua_open_strings(lua_State *L);
void apus_lua_open_fences(lua_State *L);

#pragma clang diagnostic pop

#endif
