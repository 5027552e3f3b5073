// Matrix product by packing and blocking (Goto & van de Geijn 2008; Van Zee & van de Geijn 2015), over the micro-kernel
// of an instruction set.
//
//   for K in blocks of KC            an element's sum is cut here, at the same places in every instruction set
//     for N in blocks of NC          pack B (KC,NC) into panels of nr columns: lies in L3 or L2
//       for M in blocks of MC        pack A (MC,KC) into panels of mr rows: lies in L2
//         for each panel of B, each panel of A: one tile of C
//
// Panels are filled up with zeros at the edges, so the micro-kernel knows one size only.

#include "include/CKernels.h"

#include <stdlib.h>
#include <string.h>

enum { KC = 512, MC = 168, NC = 1024, MAX_TILE = 32 * 64 };

static size_t round_up(size_t x, size_t to) { return (x + to - 1) / to * to; }
static size_t at_most(size_t x, size_t limit) { return x < limit ? x : limit; }

typedef float v4 __attribute__((vector_size(16)));
typedef float v4_unaligned __attribute__((vector_size(16), aligned(4)));

// Four elements of each of four rows, turned over: out[p·width + i] = from[i·stride + p].
static inline void transpose4(const float *from, size_t stride, float *out, size_t width) {
    const v4 a = *(const v4_unaligned *)from, b = *(const v4_unaligned *)(from + stride);
    const v4 c = *(const v4_unaligned *)(from + 2 * stride), d = *(const v4_unaligned *)(from + 3 * stride);
    const v4 ab0 = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab1 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const v4 cd0 = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd1 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(v4_unaligned *)out = __builtin_shufflevector(ab0, cd0, 0, 1, 4, 5);
    *(v4_unaligned *)(out + width) = __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7);
    *(v4_unaligned *)(out + 2 * width) = __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5);
    *(v4_unaligned *)(out + 3 * width) = __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7);
}

// One panel from rows that lie `stride` apart: panel[p·width + i] = from[i·stride + p].
static void pack_rows(size_t width, size_t rows, size_t k, const float *from, size_t stride, float *panel) {
    size_t p = 0;
    for (; p + 4 <= k; p += 4) {
        size_t i = 0;
        for (; i + 4 <= rows; i += 4) transpose4(from + i * stride + p, stride, panel + p * width + i, width);
        for (; i < rows; i++)
            for (size_t q = p; q < p + 4; q++) panel[q * width + i] = from[i * stride + q];
    }
    for (; p < k; p++)
        for (size_t i = 0; i < rows; i++) panel[p * width + i] = from[i * stride + p];
    for (p = 0; rows < width && p < k; p++)
        for (size_t i = rows; i < width; i++) panel[p * width + i] = 0;
}

// One panel from columns that lie together: panel[p·width + i] = from[p·step + i]. Inlined with a constant width, so
// that a copy is a few loads and stores.
static inline __attribute__((always_inline)) void copy_whole(size_t width, size_t k, const float *from, size_t step,
                                                             float *panel) {
    for (size_t p = 0; p < k; p++) memcpy(panel + p * width, from + p * step, width * sizeof(float));
}

static void pack_columns(size_t width, size_t columns, size_t k, const float *from, size_t step, float *panel) {
    if (columns == width) {
        switch (width) {
        case 4: copy_whole(4, k, from, step, panel); return;
        case 6: copy_whole(6, k, from, step, panel); return;
        case 14: copy_whole(14, k, from, step, panel); return;
        case 16: copy_whole(16, k, from, step, panel); return;
        case 32: copy_whole(32, k, from, step, panel); return;
        default: copy_whole(width, k, from, step, panel); return;
        }
    }
    for (size_t p = 0; p < k; p++)
        for (size_t i = 0; i < width; i++) panel[p * width + i] = i < columns ? from[p * step + i] : 0;
}

// Packs `count` rows of length k into panels of `width`. A row's elements lie together and rows `stride` apart, or
// (`columns`) the other way round.
static void pack(size_t width, size_t count, size_t k, const float *x, size_t stride, int columns, float *out) {
    for (size_t first = 0; first < count; first += width, out += k * width) {
        const size_t here = at_most(count - first, width);
        if (columns)
            pack_columns(width, here, k, x + first, stride, out);
        else
            pack_rows(width, here, k, x + first * stride, stride, out);
    }
}

static void pack_b(const ck_kernels *kernels, ck_order order, size_t n, size_t k, const float *b, size_t ldb,
                   float *out) {
    pack((size_t)kernels->nr, n, k, b, ldb, order == CK_PLAIN, out);
}

static void pack_a(const ck_kernels *kernels, ck_order order, size_t m, size_t k, const float *a, size_t lda,
                   float *out) {
    pack((size_t)kernels->mr, m, k, a, lda, order == CK_TRANSPOSED, out);
}

// One tile of C from the micro-kernel's result. Whole tiles go in steps of sixteen, which all widths are multiples of.
static void write_tile(size_t rows, size_t columns, const float *acc, size_t nr, int add, float *c, size_t ldc) {
    for (size_t i = 0; i < rows; i++) {
        float *row = c + i * ldc;
        const float *from = acc + i * nr;
        size_t j = 0;
        for (; j + 16 <= columns; j += 16)
            for (size_t l = j; l < j + 16; l++) row[l] = add ? row[l] + from[l] : from[l];
        for (; j < columns; j++) row[j] = add ? row[j] + from[j] : from[j];
    }
}

// C (m,n) from packed panels of A (m,k) and B (k,n).
static void multiply_panels(const ck_kernels *kernels, size_t m, size_t n, size_t k, const float *a, const float *b,
                            int add, float *c, size_t ldc) {
    const size_t mr = (size_t)kernels->mr, nr = (size_t)kernels->nr;
    _Alignas(64) float acc[MAX_TILE];
    for (size_t j = 0; j < n; j += nr)
        for (size_t i = 0; i < m; i += mr) {
            kernels->gemm_tile(k, a + i * k, b + j * k, acc);
            write_tile(at_most(m - i, mr), at_most(n - j, nr), acc, nr, add, c + i * ldc + j, ldc);
        }
}

// Packing buffers, one pair a thread, freed with it by the system. 0.4 MB and 2 MB.
static _Thread_local float *a_panels, *b_panels;

static float *panels(float **buffer, size_t count) {
    if (!*buffer && posix_memalign((void **)buffer, 64, count * sizeof(float)) != 0) abort();
    return *buffer;
}

static void clear(size_t m, size_t n, float *c, size_t ldc) {
    for (size_t i = 0; i < m; i++) memset(c + i * ldc, 0, n * sizeof(float));
}

// All of A against one block of packed B.
static void multiply_block(const ck_kernels *kernels, ck_order order_a, size_t m, size_t n, size_t k, const float *a,
                           size_t lda, const float *b, int add, float *c, size_t ldc) {
    float *packed_a = panels(&a_panels, (MC + 64) * KC);
    for (size_t m0 = 0; m0 < m; m0 += MC) {
        const size_t rows = at_most(m - m0, MC);
        const float *from = order_a == CK_PLAIN ? a + m0 * lda : a + m0;
        pack_a(kernels, order_a, rows, k, from, lda, packed_a);
        multiply_panels(kernels, rows, n, k, packed_a, b, add, c + m0 * ldc, ldc);
    }
}

void ck_gemm_with(const ck_kernels *kernels, ck_order order_a, ck_order order_b, size_t m, size_t n, size_t k,
                  const float *a, size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc) {
    if (k == 0 && beta == 0) clear(m, n, c, ldc);
    float *packed_b = panels(&b_panels, (NC + 64) * KC);
    for (size_t k0 = 0; k0 < k; k0 += KC) {
        const size_t depth = at_most(k - k0, KC);
        const float *a0 = order_a == CK_PLAIN ? a + k0 : a + k0 * lda;
        const float *b0 = order_b == CK_PLAIN ? b + k0 * ldb : b + k0;
        for (size_t n0 = 0; n0 < n; n0 += NC) {
            const size_t columns = at_most(n - n0, NC);
            pack_b(kernels, order_b, columns, depth, order_b == CK_PLAIN ? b0 + n0 : b0 + n0 * ldb, ldb, packed_b);
            multiply_block(kernels, order_a, m, columns, depth, a0, lda, packed_b, beta != 0 || k0 > 0, c + n0, ldc);
        }
    }
}

void ck_gemm(ck_order order_a, ck_order order_b, size_t m, size_t n, size_t k, const float *a, size_t lda,
             const float *b, size_t ldb, float beta, float *c, size_t ldc) {
    ck_gemm_with(ck_active, order_a, order_b, m, n, k, a, lda, b, ldb, beta, c, ldc);
}

size_t ck_gemm_packed_size(const ck_kernels *kernels, size_t n, size_t k) {
    return round_up(n, (size_t)kernels->nr) * k;
}

void ck_gemm_pack(const ck_kernels *kernels, ck_order order_b, size_t n, size_t k, const float *b, size_t ldb,
                  float *packed) {
    const size_t width = round_up(n, (size_t)kernels->nr);
    for (size_t k0 = 0; k0 < k; k0 += KC) {
        const size_t depth = at_most(k - k0, KC);
        pack_b(kernels, order_b, n, depth, order_b == CK_PLAIN ? b + k0 * ldb : b + k0, ldb, packed + k0 * width);
    }
}

void ck_gemm_packed(const ck_kernels *kernels, ck_order order_a, size_t m, size_t n, size_t k, const float *a,
                    size_t lda, const float *packed, float beta, float *c, size_t ldc) {
    if (k == 0 && beta == 0) clear(m, n, c, ldc);
    const size_t width = round_up(n, (size_t)kernels->nr);
    for (size_t k0 = 0; k0 < k; k0 += KC) {
        const size_t depth = at_most(k - k0, KC);
        multiply_block(kernels, order_a, m, n, depth, order_a == CK_PLAIN ? a + k0 : a + k0 * lda, lda,
                       packed + k0 * width, beta != 0 || k0 > 0, c, ldc);
    }
}
