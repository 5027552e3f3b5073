// AVX-512: thirty-two registers of sixteen. A tile of 14×32 takes twenty-eight, two hold a row of B, and elements of A
// are broadcast from memory within the multiplication.

#if defined(__x86_64__)

#define CK_SET avx512
#define CK_MR 14
#define CK_NRV 2
#define CK_GATHER 16

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma,avx2"))), apply_to = function)
#include "../kernels.inc.h"
#pragma clang attribute pop

static int supported_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma");
}

#endif
