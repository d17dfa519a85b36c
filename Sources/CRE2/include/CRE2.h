// A C face for RE2: compile, full and partial match, rewrite. Nothing here throws.
#ifndef APUS_CRE2_H
#define APUS_CRE2_H
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct apus_re2 apus_re2;

/// Compiles `pattern`. On failure returns NULL and writes the reason to `error` (always terminated).
apus_re2 *apus_re2_new(const char *pattern, size_t length, char *error, size_t error_capacity);
void apus_re2_free(apus_re2 *regex);

/// Whether the whole text matches. Safe to call from several threads at once.
int apus_re2_full_match(const apus_re2 *regex, const char *text, size_t length);
/// Whether any part of the text matches.
int apus_re2_partial_match(const apus_re2 *regex, const char *text, size_t length);

/// Number of capturing groups.
int apus_re2_groups(const apus_re2 *regex);
/// Checks that `rewrite` names only groups that exist. 1 when it does; otherwise 0 and the reason in `error`.
int apus_re2_check_rewrite(const apus_re2 *regex, const char *rewrite, size_t length, char *error,
                           size_t error_capacity);

/// Replaces every match in `text` (RE2::GlobalReplace). The result is allocated with malloc and written to
/// `*result`, its length to `*result_length`. Returns the number of replacements; with 0, or without memory,
/// `*result` is NULL.
int apus_re2_replace_all(const apus_re2 *regex, const char *text, size_t length, const char *rewrite,
                         size_t rewrite_length, char **result, size_t *result_length);

#ifdef __cplusplus
}
#endif
#endif
