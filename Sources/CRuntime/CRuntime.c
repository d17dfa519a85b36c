#include "CRuntime.h"

#include <stdbool.h>

// Exported by libswiftCore (stdlib/public/runtime/Exclusivity.cpp) for this purpose. Weak: a runtime without it keeps its
// checks.
extern bool _swift_disableExclusivityChecking __attribute__((weak));

void apus_disable_exclusivity_checks(void) {
    if (&_swift_disableExclusivityChecking) _swift_disableExclusivityChecking = true;
}
