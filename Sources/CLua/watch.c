#include "watch.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

// The watch looks from time to time which run each thread is in. To a thread that is still in the same one it sends a
// signal, whose handler begins to count that run: on the thread itself, because only there may a state be touched
// (reference manual, lua_sethook: it can be called at any time from a signal handler of the running thread).

/// Ignored by processes that have no use for it.
enum { SIGNAL = SIGURG };
/// Looks without a run, after which the watch sleeps until there is one.
enum { IDLE_LOOKS = 100 };

_Thread_local apus_lua_watched *apus_lua_own_watched;
_Atomic bool apus_lua_watch_sleeps;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t woken = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool works;
/// Under the lock.
static apus_lua_watched *all;

static void handle(int signal) {
    (void)signal;
    apus_lua_watched *watched = apus_lua_own_watched;
    // It may come when the run is over; then there is nothing to count, or a run that is counted for nothing.
    if (watched && watched->lua) apus_lua_begin_counting(watched->lua, APUS_LUA_LATE);
}

/// Looks at all threads, under the lock. Whether a run has begun anywhere, or is under way.
static bool look(void) {
    bool busy = false;
    for (apus_lua_watched *watched = all; watched; watched = watched->next) {
        uint64_t begun = atomic_load_explicit(&watched->begun, memory_order_relaxed);
        uint64_t current = atomic_load_explicit(&watched->current, memory_order_relaxed);
        // Threads leave the list, under the lock, before they end.
        if (current && current == watched->seen_current) pthread_kill(watched->thread, SIGNAL);
        busy |= current || begun != watched->seen_begun;
        watched->seen_begun = begun;
        watched->seen_current = current;
    }
    return busy;
}

static void *watch(void *unused) {
    (void)unused;
    pthread_setname_np(pthread_self(), "lua-watch");
    const struct timespec tick = {0, APUS_LUA_TICK * 1000000};
    int idle = 0;
    for (;;) {
        nanosleep(&tick, NULL);
        pthread_mutex_lock(&lock);
        idle = look() ? 0 : idle + 1;
        if (idle > IDLE_LOOKS) {
            if (atomic_load(&apus_lua_watch_sleeps)) {
                // A whole tick ago it was said that the watch sleeps, and no run has begun before that was known.
                while (atomic_load(&apus_lua_watch_sleeps)) pthread_cond_wait(&woken, &lock);
                idle = 0;
            } else {
                atomic_store(&apus_lua_watch_sleeps, true);
            }
        } else {
            atomic_store(&apus_lua_watch_sleeps, false);
        }
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

void apus_lua_watch_wake(void) {
    pthread_mutex_lock(&lock);
    atomic_store(&apus_lua_watch_sleeps, false);
    pthread_cond_signal(&woken);
    pthread_mutex_unlock(&lock);
}

static void leave(void *watched) {
    apus_lua_own_watched = NULL;
    pthread_mutex_lock(&lock);
    for (apus_lua_watched **at = &all; *at; at = &(*at)->next) {
        if (*at != watched) continue;
        *at = (*at)->next;
        break;
    }
    pthread_mutex_unlock(&lock);
    free(watched);
}

static void start(void) {
    struct sigaction old, new = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigemptyset(&new.sa_mask);
    // Somebody else's signal stays theirs.
    if (sigaction(SIGNAL, NULL, &old) || old.sa_flags & SA_SIGINFO) return;
    if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) return;
    if (pthread_key_create(&key, leave)) return;
    // The watch takes no signal that is meant for others.
    sigset_t every, before;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);
    pthread_t thread;
    works = !sigaction(SIGNAL, &new, NULL) && !pthread_create(&thread, NULL, watch, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (works) pthread_detach(thread);
}

apus_lua_watched *apus_lua_watch_enroll(void) {
    pthread_once(&once, start);
    if (!works) return NULL;
    apus_lua_watched *watched = calloc(1, sizeof(apus_lua_watched));
    if (!watched) return NULL;
    if (pthread_setspecific(key, watched)) {
        free(watched);
        return NULL;
    }
    sigset_t own;
    sigemptyset(&own);
    sigaddset(&own, SIGNAL);
    pthread_sigmask(SIG_UNBLOCK, &own, NULL);
    watched->thread = pthread_self();
    pthread_mutex_lock(&lock);
    watched->next = all;
    all = watched;
    pthread_mutex_unlock(&lock);
    apus_lua_own_watched = watched;
    return watched;
}
