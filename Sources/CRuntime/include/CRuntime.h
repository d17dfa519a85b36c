// The one switch of Swift's runtime that Apus turns.
#ifndef APUS_CRUNTIME_H
#define APUS_CRUNTIME_H

/// Turns off the runtime's checks for overlapping access, also in libraries that were compiled with them. They watch
/// every mutable property of a class that a request touches, SwiftNIO's included, and cost a tenth of the time that is
/// not the kernel's. Debug builds, and so all tests, keep them.
void apus_disable_exclusivity_checks(void);

#endif
