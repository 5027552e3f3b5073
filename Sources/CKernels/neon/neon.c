// NEON: thirty-two registers of four, on every 64-bit ARM. A tile of 6×16 takes twenty-four, four hold a row of B, one
// elements of A.

#if defined(__aarch64__)

#define CK_SET neon
#define CK_MR 6
#define CK_NRV 1
#define CK_GATHER 6

#include "../kernels.inc.h"

static int supported_neon(void) { return 1; }

#endif
