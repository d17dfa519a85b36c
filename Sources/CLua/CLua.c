#include "CLua.h"
#include "watch.h"

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

static void used_up(lua_State *L);

static void hook(lua_State *L, lua_Debug *activation) {
    (void)activation;
    apus_lua *lua = apus_lua_of(L);
    lua->left -= PERIOD + lua->late;
    lua->late = 0;
    if (lua->left > 0 && now() < lua->deadline) return;
    used_up(L);
}

static void used_up(lua_State *L) {
    apus_lua *lua = apus_lua_of(L);
    lua->left = 0;
    // Whoever catches this is stopped again at the next instruction, so that no loop around pcall goes on.
    lua->counts = true;
    lua_sethook(L, hook, LUA_MASKCOUNT, 1);
    stop(L, "script stopped: it used up its processor budget");
}

/// Counts the instructions of a coroutine, or does not.
static void set_counting(lua_State *L, bool counts) {
    if (counts) {
        if (!lua_gethookmask(L) || lua_gethookcount(L) != PERIOD) lua_sethook(L, hook, LUA_MASKCOUNT, PERIOD);
    } else if (lua_gethookmask(L)) {
        lua_sethook(L, NULL, 0, 0);
    }
}

void apus_lua_begin_counting(apus_lua *lua, int64_t late) {
    if (lua->counts || !lua->running) return;
    lua->late = late;
    lua->counts = true;
    lua_sethook(lua->running, hook, LUA_MASKCOUNT, PERIOD);
}

int apus_lua_resume_own(lua_State *L, lua_State *coroutine, int arguments, int *results) {
    apus_lua *lua = apus_lua_of(L);
    lua->running = coroutine;
    if (lua->counts && !lua_gethookmask(coroutine)) set_counting(coroutine, true);
    int status = lua_resume(coroutine, L, arguments, results);
    lua->running = L;
    // Looked at after `running` was set: a run that begins to count here does so in L, or has done in the other.
    if (lua->counts && !lua_gethookmask(L)) set_counting(L, true);
    return status;
}

void apus_lua_charge(lua_State *L, int64_t steps) {
    apus_lua *lua = apus_lua_of(L);
    lua->left -= steps;
    if (lua->left > 0 && (steps < 1000 || now() < lua->deadline)) return;
    used_up(L);
}

void apus_lua_allow(apus_lua *lua, int64_t instructions, int64_t deadline) {
    lua->left = instructions;
    lua->deadline = deadline;
    lua->stopped = false;
}

// MARK: Objects

// The two objects that every run has, the handle and the headers, are made for each request: they are light userdata,
// which cost nothing, and not blocks to be collected. From the lowest bit: 1 (no address of a block is odd), what it is,
// the run's number, and the generation, which comes again after 2^40 runs.
enum { HANDLE = 0, HEADERS = 1, EITHER = 0xff };
enum { WHAT_SHIFT = 1, WHAT_BITS = 3, NUMBER_SHIFT = 4, NUMBER_BITS = 20, GENERATION_SHIFT = 24 };

static const char *const dead = "object used outside of proper scope";

/// An object on the stack, whatever it is made of.
typedef struct {
    int kind;
    bool alive;
    apus_lua_run *run;
    int64_t detail;
} seen;

static uintptr_t light(const apus_lua_run *run, int kind, int detail) {
    uint64_t generation = kind == HANDLE ? run->handles : run->objects;
    uintptr_t what = kind == HANDLE ? 0 : 1 + detail;
    return 1 | what << WHAT_SHIFT | (uintptr_t)run->number << NUMBER_SHIFT | (uintptr_t)generation << GENERATION_SHIFT;
}

/// The run of a light object, of which one word tells whether it is alive.
static apus_lua_run *light_run(const apus_lua *lua, uintptr_t bits) {
    // In bounds: scripts can make no light userdata, so that the number is one that was given out.
    return lua->runs[bits >> NUMBER_SHIFT & ((1 << NUMBER_BITS) - 1)];
}

static int light_what(uintptr_t bits) { return bits >> WHAT_SHIFT & ((1 << WHAT_BITS) - 1); }

static uint64_t generation_of(const apus_lua_run *run, int kind) {
    return kind == HANDLE || kind >= APUS_LUA_LASTING ? run->handles : run->objects;
}

static bool see(lua_State *L, int index, seen *found) {
    // Scripts can make no userdata, and the libraries they have make none: all there is are objects.
    void *data = lua_touserdata(L, index);
    if (!data) return false;
    uintptr_t bits = (uintptr_t)data;
    if (bits & 1) {
        int what = light_what(bits);
        found->run = light_run(apus_lua_of(L), bits);
        found->kind = what ? HEADERS : HANDLE;
        found->detail = what ? what - 1 : 0;
        found->alive = light(found->run, found->kind, (int)found->detail) == bits;
        return true;
    }
    apus_lua_object *object = data;
    if (object->magic != magic) return false;
    found->run = object->run;
    found->kind = object->kind;
    found->detail = object->detail;
    found->alive = object->generation == generation_of(object->run, object->kind);
    return true;
}

apus_lua_object *apus_lua_to_object(lua_State *L, int index) {
    apus_lua_object *object = lua_touserdata(L, index);
    return object && !((uintptr_t)object & 1) && object->magic == magic ? object : NULL;
}

int apus_lua_headers_detail(lua_State *L, int index) {
    seen self;
    return see(L, index, &self) && self.kind == HEADERS ? (int)self.detail : -1;
}

/// A method was called on what is not its object.
static int refuse(lua_State *L) {
    lua_Debug call;
    seen self;
    if (!see(L, 1, &self) || self.kind > HEADERS || !lua_getstack(L, 0, &call) || !lua_getinfo(L, "n", &call))
        return luaL_error(L, "a method was called with '.' in the place of ':', or on another object");
    // The handle and the headers share a table of methods: what would be missing is another's.
    if (call.name) return luaL_error(L, "attempt to call a nil value (method '%s')", call.name);
    return luaL_error(L, "bad argument #1 to 'for iterator' (table expected, got userdata)");
}

apus_lua_run *apus_lua_take_run(apus_lua *lua) {
    apus_lua_run *run = lua->spare_runs;
    if (run) {
        lua->spare_runs = run->next;
        return run;
    }
    if (lua->run_count == lua->run_capacity) {
        uint32_t wanted = lua->run_capacity ? lua->run_capacity * 2 : 16;
        if (wanted > 1 << NUMBER_BITS) return NULL;
        apus_lua_run **grown = realloc(lua->runs, wanted * sizeof(*grown));
        if (!grown) return NULL;
        lua->runs = grown;
        lua->run_capacity = wanted;
    }
    run = calloc(1, sizeof(apus_lua_run));
    if (!run) return NULL;
    run->number = lua->run_count;
    lua->runs[lua->run_count++] = run;
    return run;
}

void apus_lua_give_back_run(apus_lua *lua, apus_lua_run *run) {
    run->next = lua->spare_runs;
    lua->spare_runs = run;
}

// MARK: Calls into the host

static int finish(lua_State *L, apus_lua *lua, int result, int method);

static int continued(lua_State *L, int status, lua_KContext method) {
    (void)status;
    apus_lua *lua = apus_lua_of(L);
    // Whatever the resume brought is not for the script. An iterator's object is its upvalue; what it is called with is
    // the loop's.
    seen self;
    bool found = see(L, lua_upvalueindex(2), &self) || see(L, 1, &self);
    lua->in_host++;
    int result = lua->resumed(lua->owner, L, (int)method, found ? self.run : NULL);
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

static int call_method(lua_State *L) {
    seen self;
    int key = (int)lua_tointegerx(L, lua_upvalueindex(1), NULL);
    if (!see(L, 1, &self) || (self.kind != key >> 16 && (key >> 16 != EITHER || self.kind > HEADERS))) return refuse(L);
    if (!self.alive) return luaL_error(L, "%s", dead);
    return invoke(L, self.run, key);
}

static int call_iterator(lua_State *L) {
    seen self;
    if (!see(L, lua_upvalueindex(2), &self) || !self.alive) return luaL_error(L, "%s", dead);
    return invoke(L, self.run, (int)lua_tointegerx(L, lua_upvalueindex(1), NULL));
}

static int call_function(lua_State *L) { return invoke(L, NULL, (int)lua_tointegerx(L, lua_upvalueindex(1), NULL)); }

// MARK: Direct methods

// The methods of nearly every script, without the way through the host's table of methods.

/// The run of the object that a direct method was called on, which must be a live one of a class.
static apus_lua_run *direct_run(lua_State *L, const apus_lua *lua, bool is_handle, int *detail) {
    uintptr_t bits = (uintptr_t)lua_touserdata(L, 1);
    int what = light_what(bits);
    if (!(bits & 1) || (what == 0) != is_handle) {
        refuse(L);
        return NULL;
    }
    apus_lua_run *run = light_run(lua, bits);
    // Its generation, shifted to where it stands in the object.
    if ((bits ^ (is_handle ? run->handles : run->objects) << GENERATION_SHIFT) >> GENERATION_SHIFT) {
        luaL_error(L, "%s", dead);
        return NULL;
    }
    *detail = what - 1;
    return run;
}

static int handle_headers(lua_State *L) {
    int detail;
    apus_lua_run *run = direct_run(L, apus_lua_of(L), true, &detail);
    lua_pushlightuserdata(L, (void *)light(run, HEADERS, 0));
    return 1;
}

static int direct(lua_State *L, apus_lua_direct_method method) {
    int detail;
    apus_lua *lua = apus_lua_of(L);
    apus_lua_run *run = direct_run(L, lua, false, &detail);
    lua->in_host++;
    int result = method(run->host, L, detail);
    lua->in_host--;
    if (result >= 0 && lua->memory <= lua->memory_limit) return result;
    return finish(L, lua, result, 0);
}

static int headers_get(lua_State *L) { return direct(L, apus_lua_of(L)->direct.get); }
static int headers_add(lua_State *L) { return direct(L, apus_lua_of(L)->direct.add); }
static int headers_replace(lua_State *L) { return direct(L, apus_lua_of(L)->direct.replace); }

void apus_lua_add_direct_methods(apus_lua *lua, apus_lua_direct methods) {
    lua->direct = methods;
    lua_State *L = lua->state;
    lua_rawgeti(L, LUA_REGISTRYINDEX, lua->kinds[HEADERS]);
    lua_getfield(L, -1, "__index");
    static const luaL_Reg names[] = {
        {"headers", handle_headers}, {"get", headers_get}, {"add", headers_add}, {"replace", headers_replace}, {NULL, NULL}};
    luaL_setfuncs(L, names, 0);
    lua_settop(L, 0);
}

// MARK: Classes

void apus_lua_class(apus_lua *lua, int kind, const char *name) {
    lua_State *L = lua->state;
    if (kind == HEADERS) {
        lua->kinds[HEADERS] = lua->kinds[HANDLE];
        return;
    }
    lua_createtable(L, 0, 8);
    lua_createtable(L, 0, 16);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    if (kind == HANDLE) {
        // All light userdata have one metatable.
        lua_pushlightuserdata(L, lua);
        lua_pushvalue(L, -2);
        lua_setmetatable(L, -2);
        lua_pop(L, 1);
    } else {
        lua_pushstring(L, name);
        lua_setfield(L, -2, "__name");
    }
    lua->kinds[kind] = luaL_ref(L, LUA_REGISTRYINDEX);
}

void apus_lua_add_method(apus_lua *lua, int kind, const char *name, int method) {
    lua_State *L = lua->state;
    lua_rawgeti(L, LUA_REGISTRYINDEX, lua->kinds[kind]);
    if (strncmp(name, "__", 2) != 0) lua_getfield(L, -1, "__index");
    if (kind <= HEADERS) {
        // What both the handle and the headers have.
        if (lua_getfield(L, -1, name) != LUA_TNIL) kind = EITHER;
        lua_pop(L, 1);
    }
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
    if (kind <= HEADERS) {
        lua_pushlightuserdata(L, (void *)light(run, kind, (int)detail));
        return;
    }
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

/// What was running before; a run can lead to another one.
typedef struct {
    lua_State *running;
    bool counts;
} counted;

/// From now on the instructions of a coroutine, or the state itself, are counted.
static counted begin_counted(apus_lua *lua, lua_State *L) {
    counted outer = {lua->running, lua->counts};
    lua->running = L;
    lua->counts = true;
    lua->late = 0;
    lua_sethook(L, hook, LUA_MASKCOUNT, PERIOD);
    return outer;
}

static void end_counted(apus_lua *lua, counted outer) {
    lua->running = outer.running;
    lua->counts = outer.counts;
}

int apus_lua_run_text(apus_lua *lua, const char *text, size_t length, const char *name, int results) {
    counted outer = begin_counted(lua, lua->state);
    lua->in_host--;
    int status = luaL_loadbufferx(lua->state, text, length, name, "t");
    if (status == LUA_OK) status = lua_pcall(lua->state, 0, results, 0);
    lua->in_host++;
    end_counted(lua, outer);
    // New coroutines inherit this.
    set_counting(lua->state, false);
    return status;
}

int apus_lua_call(apus_lua *lua, lua_State *L, int arguments, int results) {
    int in_host = lua->in_host;
    counted outer = begin_counted(lua, L);
    lua->in_host = 0;
    int status = lua_pcall(L, arguments, results, 0);
    lua->in_host = in_host;
    end_counted(lua, outer);
    return status;
}

/// Without `watched`, the instructions are counted from the first.
static int resume(
    apus_lua *lua, lua_State *coroutine, int arguments, int *results, apus_lua_watched *watched) {
    counted outer = {lua->running, lua->counts};
    lua->running = coroutine;
    lua->counts = !watched;
    lua->late = 0;
    // It may have been counted, or stopped and looked at each instruction.
    set_counting(coroutine, !watched);
    apus_lua_watch watch;
    if (watched) apus_lua_watch_begin(watched, lua, &watch);
    lua->in_host--;
    int status = lua_resume(coroutine, lua->state, arguments, results);
    lua->in_host++;
    if (watched) apus_lua_watch_end(watched, &watch);
    end_counted(lua, outer);
    return status;
}

int apus_lua_resume(apus_lua *lua, lua_State *coroutine, int arguments, int *results) {
    return resume(lua, coroutine, arguments, results, NULL);
}

int apus_lua_start(apus_lua *lua, lua_State *coroutine, int function, apus_lua_run *run) {
    int results;
    lua_rawgeti(coroutine, LUA_REGISTRYINDEX, function);
    lua_pushlightuserdata(coroutine, (void *)light(run, HANDLE, 0));
    // To count each instruction costs more than most of them do. Who has a large budget is counted when its time shows
    // that it may be using that up; or when it goes on after a wait, for there may be many of those.
    apus_lua_watched *watched = lua->left < APUS_LUA_COUNTED_BELOW ? NULL : apus_lua_watched_here();
    int status = resume(lua, coroutine, 1, &results, watched);
    if (status == LUA_OK) lua_settop(coroutine, 0);
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
    for (uint32_t i = 0; i < lua->run_count; i++) free(lua->runs[i]);
    free(lua->runs);
    free(lua);
}
