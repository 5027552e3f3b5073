// What every processor can do: the reference. Without fused multiply-add in the processor it calls the C library's,
// which is slow but right.

#define CK_SET plain
#define CK_MR 4
#define CK_NRV 1
#define CK_GATHER 2

#include "../kernels.inc.h"

static int supported_plain(void) { return 1; }
