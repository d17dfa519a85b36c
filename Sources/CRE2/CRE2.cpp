#include "CRE2.h"

#include <re2/re2.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

struct apus_re2 {
    RE2 regex;
    apus_re2(const re2::StringPiece &pattern, const RE2::Options &options) : regex(pattern, options) {}
};

namespace {
void report(const std::string &reason, char *error, size_t capacity) {
    if (capacity == 0) return;
    const size_t count = reason.size() < capacity - 1 ? reason.size() : capacity - 1;
    std::memcpy(error, reason.data(), count);
    error[count] = 0;
}
}  // namespace

extern "C" {

apus_re2 *apus_re2_new(const char *pattern, size_t length, char *error, size_t error_capacity) {
    RE2::Options options(RE2::Quiet);
    auto *made = new (std::nothrow) apus_re2(re2::StringPiece(pattern, length), options);
    if (made == nullptr) {
        report("out of memory", error, error_capacity);
        return nullptr;
    }
    if (!made->regex.ok()) {
        report(made->regex.error(), error, error_capacity);
        delete made;
        return nullptr;
    }
    return made;
}

void apus_re2_free(apus_re2 *regex) { delete regex; }

int apus_re2_full_match(const apus_re2 *regex, const char *text, size_t length) {
    return regex->regex.Match(re2::StringPiece(text, length), 0, length, RE2::ANCHOR_BOTH, nullptr, 0);
}

int apus_re2_partial_match(const apus_re2 *regex, const char *text, size_t length) {
    return regex->regex.Match(re2::StringPiece(text, length), 0, length, RE2::UNANCHORED, nullptr, 0);
}

int apus_re2_groups(const apus_re2 *regex) { return regex->regex.NumberOfCapturingGroups(); }

int apus_re2_check_rewrite(const apus_re2 *regex, const char *rewrite, size_t length, char *error,
                           size_t error_capacity) {
    std::string reason;
    if (regex->regex.CheckRewriteString(re2::StringPiece(rewrite, length), &reason)) return 1;
    report(reason, error, error_capacity);
    return 0;
}

int apus_re2_replace_all(const apus_re2 *regex, const char *text, size_t length, const char *rewrite,
                         size_t rewrite_length, char **result, size_t *result_length) {
    std::string work(text, length);
    *result = nullptr;
    *result_length = 0;
    const int count = RE2::GlobalReplace(&work, regex->regex, re2::StringPiece(rewrite, rewrite_length));
    if (count == 0) return 0;
    char *copy = static_cast<char *>(std::malloc(work.size() == 0 ? 1 : work.size()));
    if (copy == nullptr) return 0;
    std::memcpy(copy, work.data(), work.size());
    *result = copy;
    *result_length = work.size();
    return count;
}
}
