// Pattern matching of Lua 5.4 (reference manual, 6.4.1), written anew because the library's own can take exponential
// time inside one call, where no budget is counted: here each step is charged.
#include <ctype.h>
#include <string.h>

#include "CLua.h"

enum { MOST_CAPTURES = 32, DEEPEST = 200, POSITION = -2, OPEN = -1 };

typedef struct {
    const char *subject, *end, *pattern_end;
    lua_State *L;
    int depth, level;
    struct {
        const char *start;
        ptrdiff_t length;
    } captures[MOST_CAPTURES];
} matcher;

static const char *match(matcher *m, const char *s, const char *p);

// MARK: Single characters

/// The end of the single-character class that begins at p.
static const char *class_end(matcher *m, const char *p) {
    if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
    char first = *p++;
    if (first == '%') {
        if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 1;
    }
    if (first != '[') return p;
    if (p < m->pattern_end && *p == '^') p++;
    bool is_first = true;
    while (is_first || *p != ']') {
        if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
        is_first = false;
        if (*p++ == '%') p++;
        if (p >= m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
    }
    return p + 1;
}

static bool in_class(int c, int class) {
    bool found;
    switch (tolower(class)) {
    case 'a': found = isalpha(c); break;
    case 'c': found = iscntrl(c); break;
    case 'd': found = isdigit(c); break;
    case 'g': found = isgraph(c); break;
    case 'l': found = islower(c); break;
    case 'p': found = ispunct(c); break;
    case 's': found = isspace(c); break;
    case 'u': found = isupper(c); break;
    case 'w': found = isalnum(c); break;
    case 'x': found = isxdigit(c); break;
    case 'z': found = c == 0; break;
    default: return class == c;
    }
    return isupper(class) ? !found : found;
}

/// Whether c is in the set that begins at p ('[') and whose ']' is at `last`.
static bool in_set(int c, const char *p, const char *last) {
    bool found_means = true;
    if (p[1] == '^') {
        found_means = false;
        p++;
    }
    for (p++; p < last; p++) {
        if (*p == '%') {
            p++;
            if (in_class(c, (unsigned char)*p)) return found_means;
        } else if (p + 2 < last && p[1] == '-') {
            if ((unsigned char)p[0] <= c && c <= (unsigned char)p[2]) return found_means;
            p += 2;
        } else if ((unsigned char)*p == c) {
            return found_means;
        }
    }
    return !found_means;
}

static bool matches_one(matcher *m, const char *s, const char *p, const char *after) {
    if (s >= m->end) return false;
    int c = (unsigned char)*s;
    switch (*p) {
    case '.': return true;
    case '%': return in_class(c, (unsigned char)p[1]);
    case '[': return in_set(c, p, after - 1);
    default: return (unsigned char)*p == c;
    }
}

// MARK: Items

static const char *match_balance(matcher *m, const char *s, const char *p) {
    if (p + 1 >= m->pattern_end) luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    if (s >= m->end || *s != p[0]) return NULL;
    int open = 1;
    for (const char *at = s + 1; at < m->end; at++) {
        if (*at == p[1]) {
            if (--open == 0) {
                apus_lua_charge(m->L, at - s);
                return at + 1;
            }
        } else if (*at == p[0]) {
            open++;
        }
    }
    apus_lua_charge(m->L, m->end - s);
    return NULL;
}

static const char *repeat_most(matcher *m, const char *s, const char *p, const char *after) {
    ptrdiff_t count = 0;
    while (matches_one(m, s + count, p, after)) count++;
    apus_lua_charge(m->L, count + 1);
    for (; count >= 0; count--) {
        const char *end = match(m, s + count, after + 1);
        if (end) return end;
    }
    return NULL;
}

static const char *repeat_least(matcher *m, const char *s, const char *p, const char *after) {
    for (;;) {
        const char *end = match(m, s, after + 1);
        if (end) return end;
        if (!matches_one(m, s, p, after)) return NULL;
        s++;
    }
}

static const char *open_capture(matcher *m, const char *s, const char *p, ptrdiff_t what) {
    if (m->level >= MOST_CAPTURES) luaL_error(m->L, "too many captures");
    m->captures[m->level].start = s;
    m->captures[m->level].length = what;
    m->level++;
    const char *end = match(m, s, p);
    if (!end) m->level--;
    return end;
}

static const char *close_capture(matcher *m, const char *s, const char *p) {
    int level = m->level - 1;
    while (level >= 0 && m->captures[level].length != OPEN) level--;
    if (level < 0) luaL_error(m->L, "invalid pattern capture");
    m->captures[level].length = s - m->captures[level].start;
    const char *end = match(m, s, p);
    if (!end) m->captures[level].length = OPEN;
    return end;
}

static const char *match_again(matcher *m, const char *s, int digit) {
    int level = digit - '1';
    if (level < 0 || level >= m->level || m->captures[level].length == OPEN) {
        luaL_error(m->L, "invalid capture index %%%d", level + 1);
    }
    ptrdiff_t length = m->captures[level].length;
    if (length < 0 || m->end - s < length) return NULL;
    apus_lua_charge(m->L, length / 16 + 1);
    return memcmp(m->captures[level].start, s, (size_t)length) == 0 ? s + length : NULL;
}

static const char *match_frontier(matcher *m, const char *s, const char *p) {
    if (p >= m->pattern_end || *p != '[') luaL_error(m->L, "missing '[' after '%%f' in pattern");
    const char *after = class_end(m, p);
    int before = s == m->subject ? 0 : (unsigned char)s[-1];
    int here = s == m->end ? 0 : (unsigned char)*s;
    return !in_set(before, p, after - 1) && in_set(here, p, after - 1) ? after : NULL;
}

/// The end of the match of the pattern from p at s; NULL if there is none.
static const char *match(matcher *m, const char *s, const char *p) {
    if (++m->depth > DEEPEST) luaL_error(m->L, "pattern too complex");
    const char *result = NULL;
    for (;;) {
        apus_lua_charge(m->L, 1);
        if (p == m->pattern_end) {
            result = s;
            break;
        }
        if (*p == '(') {
            bool is_position = p + 1 < m->pattern_end && p[1] == ')';
            result = is_position ? open_capture(m, s, p + 2, POSITION) : open_capture(m, s, p + 1, OPEN);
            break;
        }
        if (*p == ')') {
            result = close_capture(m, s, p + 1);
            break;
        }
        if (*p == '$' && p + 1 == m->pattern_end) {
            result = s == m->end ? s : NULL;
            break;
        }
        if (*p == '%' && p + 1 < m->pattern_end) {
            if (p[1] == 'b') {
                s = match_balance(m, s, p + 2);
                if (!s) break;
                p += 4;
                continue;
            }
            if (p[1] == 'f') {
                p = match_frontier(m, s, p + 2);
                if (!p) break;
                continue;
            }
            if (isdigit((unsigned char)p[1])) {
                s = match_again(m, s, p[1]);
                if (!s) break;
                p += 2;
                continue;
            }
        }
        const char *after = class_end(m, p);
        char suffix = after < m->pattern_end ? *after : '\0';
        if (suffix == '?') {
            if (matches_one(m, s, p, after)) {
                result = match(m, s + 1, after + 1);
                if (result) break;
            }
            p = after + 1;
        } else if (suffix == '*') {
            result = repeat_most(m, s, p, after);
            break;
        } else if (suffix == '+') {
            result = matches_one(m, s, p, after) ? repeat_most(m, s + 1, p, after) : NULL;
            break;
        } else if (suffix == '-') {
            result = repeat_least(m, s, p, after);
            break;
        } else {
            if (!matches_one(m, s, p, after)) break;
            s++;
            p = after;
        }
    }
    m->depth--;
    return result;
}

// MARK: Results

static void push_capture(matcher *m, int index, const char *s, const char *end) {
    if (index >= m->level) {
        if (index != 0) luaL_error(m->L, "invalid capture index %%%d", index + 1);
        lua_pushlstring(m->L, s, (size_t)(end - s));
        return;
    }
    ptrdiff_t length = m->captures[index].length;
    if (length == OPEN) luaL_error(m->L, "unfinished capture");
    if (length == POSITION) {
        lua_pushinteger(m->L, m->captures[index].start - m->subject + 1);
    } else {
        lua_pushlstring(m->L, m->captures[index].start, (size_t)length);
    }
}

/// All captures; the whole match when there are none and `s` is given.
static int push_captures(matcher *m, const char *s, const char *end) {
    int count = m->level == 0 && s ? 1 : m->level;
    luaL_checkstack(m->L, count, "too many captures");
    for (int i = 0; i < count; i++) push_capture(m, i, s, end);
    return count;
}

static void begin(matcher *m, lua_State *L, const char *subject, size_t length, const char *pattern, size_t pattern_length) {
    m->L = L;
    m->subject = subject;
    m->end = subject + length;
    m->pattern_end = pattern + pattern_length;
    m->depth = 0;
    m->level = 0;
}

static const char *attempt(matcher *m, const char *s, const char *p) {
    m->depth = 0;
    m->level = 0;
    return match(m, s, p);
}

/// Where to begin: 1-based, from the end when negative, clipped at 1.
static size_t start_of(lua_Integer position, size_t length) {
    if (position > 0) return (size_t)position;
    if (position == 0 || position < -(lua_Integer)length) return 1;
    return length + (size_t)position + 1;
}

static bool is_plain(const char *pattern, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (strchr("^$*+?.([%-", pattern[i]) && pattern[i]) return false;
    }
    return true;
}

static int find(lua_State *L, bool wants_place) {
    size_t length, pattern_length;
    const char *s = luaL_checklstring(L, 1, &length), *p = luaL_checklstring(L, 2, &pattern_length);
    size_t first = start_of(luaL_optinteger(L, 3, 1), length);
    if (first > length + 1) {
        luaL_pushfail(L);
        return 1;
    }
    if (wants_place && (lua_toboolean(L, 4) || is_plain(p, pattern_length))) {
        apus_lua_charge(L, (int64_t)(length / 16) + 1);
        const char *found = memmem(s + first - 1, length - first + 1, p, pattern_length);
        if (!found) {
            luaL_pushfail(L);
            return 1;
        }
        lua_pushinteger(L, found - s + 1);
        lua_pushinteger(L, found - s + (lua_Integer)pattern_length);
        return 2;
    }
    bool anchored = pattern_length > 0 && *p == '^';
    matcher m;
    begin(&m, L, s, length, p, pattern_length);
    if (anchored) p++;
    const char *at = s + first - 1;
    do {
        const char *end = attempt(&m, at, p);
        if (!end) continue;
        if (!wants_place) return push_captures(&m, at, end);
        lua_pushinteger(L, at - s + 1);
        lua_pushinteger(L, end - s);
        return push_captures(&m, NULL, NULL) + 2;
    } while (at++ < m.end && !anchored);
    luaL_pushfail(L);
    return 1;
}

static int string_find(lua_State *L) { return find(L, true); }
static int string_match(lua_State *L) { return find(L, false); }

/// Upvalues: subject, pattern, where to begin, where the last match ended (-1 for none).
static int gmatch_next(lua_State *L) {
    size_t length, pattern_length;
    const char *s = lua_tolstring(L, lua_upvalueindex(1), &length);
    const char *p = lua_tolstring(L, lua_upvalueindex(2), &pattern_length);
    lua_Integer from = lua_tointeger(L, lua_upvalueindex(3)), last = lua_tointeger(L, lua_upvalueindex(4));
    matcher m;
    begin(&m, L, s, length, p, pattern_length);
    for (const char *at = s + from; at <= m.end; at++) {
        const char *end = attempt(&m, at, p);
        if (!end || end - s == last) continue;
        lua_pushinteger(L, end - s);
        lua_pushvalue(L, -1);
        lua_replace(L, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return push_captures(&m, at, end);
    }
    return 0;
}

static int string_gmatch(lua_State *L) {
    size_t length;
    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    size_t first = start_of(luaL_optinteger(L, 3, 1), length);
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)(first > length + 1 ? length + 1 : first) - 1);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, gmatch_next, 4);
    return 1;
}

static void add_text(matcher *m, luaL_Buffer *b, const char *s, const char *end) {
    size_t length;
    const char *text = lua_tolstring(m->L, 3, &length);
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '%') {
            luaL_addchar(b, text[i]);
            continue;
        }
        i++;
        char next = i < length ? text[i] : '\0';
        if (next == '%') {
            luaL_addchar(b, '%');
        } else if (next == '0') {
            luaL_addlstring(b, s, (size_t)(end - s));
        } else if (isdigit((unsigned char)next)) {
            push_capture(m, next - '1', s, end);
            luaL_tolstring(m->L, -1, NULL);
            lua_remove(m->L, -2);
            luaL_addvalue(b);
        } else {
            luaL_error(m->L, "invalid use of '%%' in replacement string");
        }
    }
}

/// Adds what stands for a match; false if the match stays as it is.
static bool add_replacement(matcher *m, luaL_Buffer *b, const char *s, const char *end, int type) {
    lua_State *L = m->L;
    if (type == LUA_TSTRING) {
        add_text(m, b, s, end);
        return true;
    }
    if (type == LUA_TTABLE) {
        push_capture(m, 0, s, end);
        lua_gettable(L, 3);
    } else {
        lua_pushvalue(L, 3);
        int count = push_captures(m, s, end);
        lua_call(L, count, 1);
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(b, s, (size_t)(end - s));
        return false;
    }
    if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(b);
    return true;
}

static int string_gsub(lua_State *L) {
    size_t length, pattern_length;
    const char *s = luaL_checklstring(L, 1, &length), *p = luaL_checklstring(L, 2, &pattern_length);
    int type = lua_type(L, 3);
    if (type == LUA_TNUMBER) {
        lua_tolstring(L, 3, NULL);
        type = LUA_TSTRING;
    }
    luaL_argexpected(L, type == LUA_TSTRING || type == LUA_TTABLE || type == LUA_TFUNCTION, 3, "string/function/table");
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1);
    bool anchored = pattern_length > 0 && *p == '^';
    matcher m;
    luaL_Buffer b;
    begin(&m, L, s, length, p, pattern_length);
    if (anchored) p++;
    luaL_buffinit(L, &b);
    lua_Integer count = 0;
    const char *last = NULL;
    while (count < most) {
        const char *end = attempt(&m, s, p);
        if (end && end != last) {
            count++;
            add_replacement(&m, &b, s, end, type);
            s = last = end;
        } else if (s < m.end) {
            luaL_addchar(&b, *s++);
        } else {
            break;
        }
        if (anchored) break;
    }
    luaL_addlstring(&b, s, (size_t)(m.end - s));
    luaL_pushresult(&b);
    lua_pushinteger(L, count);
    return 2;
}

static int string_rep(lua_State *L) {
    size_t length, separator_length;
    const char *s = luaL_checklstring(L, 1, &length);
    lua_Integer count = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &separator_length);
    size_t each = length + separator_length;
    // Nothing, however often, is nothing; the library would count to the number.
    if (count <= 0 || each == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if ((uint64_t)count > (uint64_t)INT64_MAX / each) return luaL_error(L, "resulting string too large");
    apus_lua_charge(L, (int64_t)(each * (size_t)count / 64) + 1);
    size_t total = each * (size_t)count - separator_length;
    luaL_Buffer b;
    char *at = luaL_buffinitsize(L, &b, total);
    for (lua_Integer i = 0; i < count; i++) {
        memcpy(at, s, length);
        at += length;
        if (i + 1 == count) break;
        memcpy(at, separator, separator_length);
        at += separator_length;
    }
    luaL_pushresultsize(&b, total);
    return 1;
}

void apus_lua_open_strings(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"find", string_find}, {"match", string_match}, {"gmatch", string_gmatch},
        {"gsub", string_gsub}, {"rep", string_rep},     {NULL, NULL},
    };
    lua_getglobal(L, LUA_STRLIBNAME);
    luaL_setfuncs(L, functions, 0);
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
    lua_pop(L, 1);
}
