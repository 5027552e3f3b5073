// AVX2 and FMA: sixteen registers of eight. A tile of 6×16 takes twelve of them, two hold a row of B, one an element
// of A (as in BLIS's Haswell kernel).

#if defined(__x86_64__)

#define CK_SET avx2
#define CK_MR 6
#define CK_NRV 1
#define CK_GATHER 4

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../kernels.inc.h"
#pragma clang attribute pop

static int supported_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

#endif
