#include "CLua.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const uint32_t magic = 0x41707573;
/// Instructions between two looks at the budget.
enum { PERIOD = 100 };

apus_lua *apus_lua_of(lua_State *L) { return *(apus_lua **)lua_getextraspace(L); }

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// MARK: Memory

// Small blocks come from slabs, by size, and go back to a list: each request makes and drops a few, and malloc would
// cost more than all else about them. Slabs are kept until the state is closed.
enum { GRAIN = 16, SMALL = APUS_LUA_SMALL, SLAB = 4096 - 16 };

typedef struct slab {
    struct slab *next;
    size_t unused;
    char bytes[];
} slab;

static size_t class_of(size_t size) { return (size + GRAIN - 1) / GRAIN; }

static void *take_small(apus_lua *lua, size_t size) {
    size_t class = class_of(size);
    void *block = lua->spare[class - 1];
    if (block) {
        lua->spare[class - 1] = *(void **)block;
        return block;
    }
    slab *last = lua->slabs;
    if (!last || SLAB - last->unused < class * GRAIN) {
        last = malloc(sizeof(slab) + SLAB);
        if (!last) return NULL;
        last->next = lua->slabs;
        last->unused = 0;
        lua->slabs = last;
    }
    block = last->bytes + last->unused;
    last->unused += class * GRAIN;
    return block;
}

static void give_back(apus_lua *lua, void *block, size_t size) {
    if (size > SMALL) {
        free(block);
        return;
    }
    size_t class = class_of(size);
    *(void **)block = lua->spare[class - 1];
    lua->spare[class - 1] = block;
}

static void *allocate(void *context, void *old, size_t old_size, size_t size) {
    apus_lua *lua = context;
    if (!old) old_size = 0;
    if (size == 0) {
        if (old_size) give_back(lua, old, old_size);
        lua->memory -= old_size;
        return NULL;
    }
    if (size > old_size && lua->memory + (size - old_size) > lua->memory_limit && !lua->in_host) return NULL;
    void *block;
    if (old_size > SMALL && size > SMALL) {
        block = realloc(old, size);
    } else if (old_size && old_size <= SMALL && size <= SMALL && class_of(old_size) == class_of(size)) {
        block = old;
    } else {
        block = size > SMALL ? malloc(size) : take_small(lua, size);
        if (block && old_size) {
            memcpy(block, old, old_size < size ? old_size : size);
            give_back(lua, old, old_size);
        }
    }
    if (block) lua->memory += size - old_size;
    return block;
}

// MARK: Budget

static int stop(lua_State *L, const char *what) {
    apus_lua *lua = apus_lua_of(L);
    lua->stopped = true;
    return luaL_error(L, "%s", what);
}

static void hook(lua_State *L, lua_Debug *activation) {
    (void)activation;
    apus_lua *lua = apus_lua_of(L);
    lua->left -= PERIOD;
    if (lua->left > 0 && now() < lua->deadline) return;
    lua->left = 0;
    // Whoever catches this is stopped again at the next instruction, so that no loop around pcall goes on.
    lua_sethook(L, hook, LUA_MASKCOUNT, 1);
    stop(L, "script stopped: it used up its processor budget");
}

void apus_lua_charge(lua_State *L, int64_t steps) {
    apus_lua *lua = apus_lua_of(L);
    lua->left -= steps;
    if (lua->left > 0 && (steps < 1000 || now() < lua->deadline)) return;
    lua->left = 0;
    lua_sethook(L, hook, LUA_MASKCOUNT, 1);
    stop(L, "script stopped: it used up its processor budget");
}

void apus_lua_allow(apus_lua *lua, int64_t instructions, int64_t deadline) {
    lua->left = instructions;
    lua->deadline = deadline;
    lua->stopped = false;
}

// MARK: Calls into the host

static int finish(lua_State *L, apus_lua *lua, int result, int method);

static int continued(lua_State *L, int status, lua_KContext method) {
    (void)status;
    apus_lua *lua = apus_lua_of(L);
    // Whatever the resume brought is not for the script.
    apus_lua_object *self = apus_lua_to_object(L, 1);
    // An iterator's object is its upvalue; what it is called with is the loop's.
    apus_lua_object *iterated = apus_lua_to_object(L, lua_upvalueindex(2));
    if (iterated) self = iterated;
    lua->in_host++;
    int result = lua->resumed(lua->owner, L, (int)method, self ? self->run : NULL);
    lua->in_host--;
    return finish(L, lua, result, (int)method);
}

static int finish(lua_State *L, apus_lua *lua, int result, int method) {
    if (lua->memory > lua->memory_limit) {
        lua_gc(L, LUA_GCCOLLECT);
        if (lua->memory > lua->memory_limit) return stop(L, "script stopped: it used up its memory");
    }
    if (result >= 0) return result;
    if (result == APUS_LUA_YIELD) return lua_yieldk(L, 0, method, continued);
    if (result == APUS_LUA_MODULE) {
        lua_call(L, 0, 1);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            lua_pushboolean(L, 1);
        }
        lua_pushfstring(L, "apus.module.%s", lua_tostring(L, 1));
        lua_pushvalue(L, -2);
        lua_rawset(L, LUA_REGISTRYINDEX);
        return 1;
    }
    // The host's message, with the place of the script's call in front.
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
    return lua_error(L);
}

/// Upvalue 1 of each function here: the method, and the kind of the object that it belongs to.
static int key_of(int method, int kind) { return method | kind << 16; }

static int invoke(lua_State *L, apus_lua_run *run, int key) {
    apus_lua *lua = apus_lua_of(L);
    int method = key & 0xffff;
    lua->in_host++;
    int result = lua->call(lua->owner, L, method, run);
    lua->in_host--;
    return finish(L, lua, result, method);
}

static uint64_t generation_of(const apus_lua_run *run, int kind) {
    return kind == 0 || kind >= APUS_LUA_LASTING ? run->handles : run->objects;
}

static bool alive(const apus_lua_object *object) {
    return object->generation == generation_of(object->run, object->kind);
}

apus_lua_object *apus_lua_to_object(lua_State *L, int index) {
    // Scripts can make no userdata, and the libraries they have make none: all there is are objects.
    apus_lua_object *object = lua_touserdata(L, index);
    return object && object->magic == magic ? object : NULL;
}

static int call_method(lua_State *L) {
    apus_lua_object *self = apus_lua_to_object(L, 1);
    int key = (int)lua_tointegerx(L, lua_upvalueindex(1), NULL);
    if (!self || self->kind != key >> 16)
        return luaL_error(L, "a method was called with '.' in the place of ':', or on another object");
    if (!alive(self)) return luaL_error(L, "object used outside of proper scope");
    return invoke(L, self->run, key);
}

static int call_iterator(lua_State *L) {
    apus_lua_object *self = apus_lua_to_object(L, lua_upvalueindex(2));
    if (!self || !alive(self)) return luaL_error(L, "object used outside of proper scope");
    return invoke(L, self->run, (int)lua_tointegerx(L, lua_upvalueindex(1), NULL));
}

static int call_function(lua_State *L) { return invoke(L, NULL, (int)lua_tointegerx(L, lua_upvalueindex(1), NULL)); }

// MARK: Classes

void apus_lua_class(apus_lua *lua, int kind, const char *name) {
    lua_State *L = lua->state;
    lua_createtable(L, 0, 8);
    lua_createtable(L, 0, 16);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__name");
    lua->kinds[kind] = luaL_ref(L, LUA_REGISTRYINDEX);
}

void apus_lua_add_method(apus_lua *lua, int kind, const char *name, int method) {
    lua_State *L = lua->state;
    lua_rawgeti(L, LUA_REGISTRYINDEX, lua->kinds[kind]);
    if (strncmp(name, "__", 2) != 0) lua_getfield(L, -1, "__index");
    lua_pushinteger(L, key_of(method, kind));
    lua_pushcclosure(L, call_method, 1);
    lua_setfield(L, -2, name);
    lua_settop(L, 0);
}

void apus_lua_add_function(apus_lua *lua, const char *name, int method) {
    lua_State *L = lua->state;
    lua_pushinteger(L, method);
    lua_pushcclosure(L, call_function, 1);
    lua_setglobal(L, name);
}

void apus_lua_push_object(apus_lua *lua, lua_State *L, int kind, apus_lua_run *run, int64_t detail) {
    apus_lua_object *object = lua_newuserdatauv(L, sizeof(apus_lua_object), 0);
    object->magic = magic;
    object->kind = kind;
    object->run = run;
    object->generation = generation_of(run, kind);
    object->detail = detail;
    lua_rawgeti(L, LUA_REGISTRYINDEX, lua->kinds[kind]);
    lua_setmetatable(L, -2);
}

void apus_lua_push_iterator(lua_State *L, int object, int method) {
    object = lua_absindex(L, object);
    lua_pushinteger(L, method);
    lua_pushvalue(L, object);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, call_iterator, 3);
}

void apus_lua_set_counter(lua_State *L, int64_t value) {
    lua_pushinteger(L, value);
    lua_replace(L, lua_upvalueindex(3));
}

// MARK: Running

int apus_lua_run_text(apus_lua *lua, const char *text, size_t length, const char *name, int results) {
    lua_sethook(lua->state, hook, LUA_MASKCOUNT, PERIOD);
    lua->in_host--;
    int status = luaL_loadbufferx(lua->state, text, length, name, "t");
    if (status == LUA_OK) status = lua_pcall(lua->state, 0, results, 0);
    lua->in_host++;
    return status;
}

int apus_lua_call(apus_lua *lua, lua_State *L, int arguments, int results) {
    int outer = lua->in_host;
    lua->in_host = 0;
    int status = lua_pcall(L, arguments, results, 0);
    lua->in_host = outer;
    return status;
}

int apus_lua_resume(apus_lua *lua, lua_State *coroutine, int arguments, int *results) {
    // Inherited from the state; but after a stop it was set to look at each instruction.
    if (lua_gethookcount(coroutine) != PERIOD) lua_sethook(coroutine, hook, LUA_MASKCOUNT, PERIOD);
    lua->in_host--;
    int status = lua_resume(coroutine, lua->state, arguments, results);
    lua->in_host++;
    return status;
}

void apus_lua_traceback(lua_State *L, lua_State *coroutine) {
    const char *message = lua_tostring(coroutine, -1);
    luaL_traceback(L, coroutine, message ? message : "unspecified lua error", 0);
}

// MARK: Opening

static int open_all(lua_State *L) {
    luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
    luaL_requiref(L, LUA_COLIBNAME, luaopen_coroutine, 1);
    luaL_requiref(L, LUA_TABLIBNAME, luaopen_table, 1);
    luaL_requiref(L, LUA_OSLIBNAME, luaopen_os, 1);
    luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 1);
    luaL_requiref(L, LUA_MATHLIBNAME, luaopen_math, 1);
    luaL_requiref(L, LUA_UTF8LIBNAME, luaopen_utf8, 1);
    lua_settop(L, 0);
    apus_lua_open_strings(L);
    apus_lua_open_fences(L);
    lua_settop(L, 0);
    return 0;
}

static int panic(lua_State *L) {
    // Never reached: outside of protected calls the host is refused no memory, and does nothing else that could fail.
    (void)L;
    return 0;
}

apus_lua *apus_lua_open(void *owner, apus_lua_method call, apus_lua_method resumed, size_t memory_limit) {
    apus_lua *lua = calloc(1, sizeof(apus_lua));
    if (!lua) return NULL;
    lua->owner = owner;
    lua->call = call;
    lua->resumed = resumed;
    lua->memory_limit = SIZE_MAX;
    lua->state = lua_newstate(allocate, lua);
    if (!lua->state) {
        free(lua->slabs);
        free(lua);
        return NULL;
    }
    lua_atpanic(lua->state, panic);
    *(apus_lua **)lua_getextraspace(lua->state) = lua;
    lua_pushcfunction(lua->state, open_all);
    if (lua_pcall(lua->state, 0, 0, 0) != LUA_OK) {
        apus_lua_close(lua);
        return NULL;
    }
    lua->memory_limit = memory_limit;
    // Only while a script runs does the limit hold.
    lua->in_host = 1;
    return lua;
}

void apus_lua_close(apus_lua *lua) {
    // What is collected now may run nothing of the script's: finalizers are refused when they are set.
    lua->in_host++;
    lua_close(lua->state);
    while (lua->slabs) {
        slab *next = ((slab *)lua->slabs)->next;
        free(lua->slabs);
        lua->slabs = next;
    }
    free(lua);
}
