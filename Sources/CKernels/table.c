// Which instruction sets this binary holds, and which of them this process uses.

#include "include/CKernels.h"

#include <stdlib.h>
#include <string.h>

extern const ck_kernels ck_kernels_plain;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2, ck_kernels_avx512;
static const ck_kernels *const sets[] = {&ck_kernels_avx512, &ck_kernels_avx2, &ck_kernels_plain};
#elif defined(__aarch64__)
extern const ck_kernels ck_kernels_neon;
static const ck_kernels *const sets[] = {&ck_kernels_neon, &ck_kernels_plain};
#else
static const ck_kernels *const sets[] = {&ck_kernels_plain};
#endif

enum { SETS = sizeof sets / sizeof sets[0] };

// Valid before the constructor below has run, too.
const ck_kernels *ck_active = &ck_kernels_plain;

const ck_kernels *ck_kernels_at(size_t index) { return index < SETS ? sets[index] : NULL; }

const ck_kernels *ck_kernels_best(void) {
    const char *wanted = getenv("DAMI_KERNELS");
    for (size_t i = 0; wanted && i < SETS; i++)
        if (strcmp(sets[i]->name, wanted) == 0 && sets[i]->supported()) return sets[i];
    for (size_t i = 0; i < SETS; i++)
        if (sets[i]->supported()) return sets[i];
    return &ck_kernels_plain;
}

__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    ck_active = ck_kernels_best();
}
