// Who lets long runs of scripts be counted: a thread that looks at the clock, so that short runs need not.
#ifndef APUS_CLUA_WATCH_H
#define APUS_CLUA_WATCH_H

#include <stdatomic.h>

#include "CLua.h"

/// Milliseconds between two looks. A run that is seen twice is counted from then on.
enum { APUS_LUA_TICK = 5 };
/// Instructions that a run may have made by then, a fast one on a fast machine.
enum { APUS_LUA_LATE = APUS_LUA_TICK * 300000 };
/// A run with a smaller budget is counted from its first instruction.
enum { APUS_LUA_COUNTED_BELOW = 3 * APUS_LUA_LATE };

/// A thread that runs scripts. Written by that thread alone, but for what belongs to the watch.
typedef struct apus_lua_watched {
    /// Counts its runs.
    _Atomic uint64_t begun;
    /// The number of the run under way; 0 for none.
    _Atomic uint64_t current;
    /// The state of that run, for the thread's own signal handler.
    apus_lua *volatile lua;
    /// What the watch saw last.
    uint64_t seen_begun, seen_current;
    unsigned long thread;
    struct apus_lua_watched *next;
} apus_lua_watched;

/// What was watched before a run that began during another.
typedef struct {
    uint64_t current;
    apus_lua *lua;
} apus_lua_watch;

extern _Thread_local apus_lua_watched *apus_lua_own_watched;
extern _Atomic bool apus_lua_watch_sleeps;
apus_lua_watched *apus_lua_watch_enroll(void);
void apus_lua_watch_wake(void);

/// This thread as it is watched; NULL when it cannot be.
static inline apus_lua_watched *apus_lua_watched_here(void) {
    return apus_lua_own_watched ? apus_lua_own_watched : apus_lua_watch_enroll();
}

static inline void apus_lua_watch_begin(apus_lua_watched *watched, apus_lua *lua, apus_lua_watch *outer) {
    outer->current = atomic_load_explicit(&watched->current, memory_order_relaxed);
    outer->lua = watched->lua;
    uint64_t number = atomic_load_explicit(&watched->begun, memory_order_relaxed) + 1;
    watched->lua = lua;
    atomic_store_explicit(&watched->begun, number, memory_order_relaxed);
    atomic_store_explicit(&watched->current, number, memory_order_relaxed);
    if (atomic_load_explicit(&apus_lua_watch_sleeps, memory_order_relaxed)) apus_lua_watch_wake();
}

static inline void apus_lua_watch_end(apus_lua_watched *watched, const apus_lua_watch *outer) {
    watched->lua = outer->lua;
    atomic_store_explicit(&watched->current, outer->current, memory_order_relaxed);
}

#endif
