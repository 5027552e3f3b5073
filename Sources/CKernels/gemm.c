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

// Packs `count` rows of length k (`stride` apart, elements `step` apart) into panels of `width`: panel[p·width + i].
static void pack(size_t width, size_t count, size_t k, const float *x, size_t stride, size_t step, float *out) {
    for (size_t first = 0; first < count; first += width, out += k * width) {
        const size_t here = at_most(count - first, width);
        const float *from = x + first * stride;
        if (stride == 1) { // consecutive in memory: copy
            for (size_t p = 0; p < k; p++) {
                float *row = out + p * width;
                memcpy(row, from + p * step, here * sizeof(float));
                for (size_t i = here; i < width; i++) row[i] = 0;
            }
            continue;
        }
        // Transposed, sixteen steps at a time, so that both sides stay within a few cache lines.
        for (size_t p0 = 0; p0 < k; p0 += 16) {
            const size_t p1 = at_most(p0 + 16, k);
            for (size_t i = 0; i < here; i++)
                for (size_t p = p0; p < p1; p++) out[p * width + i] = from[i * stride + p * step];
            for (size_t i = here; i < width; i++)
                for (size_t p = p0; p < p1; p++) out[p * width + i] = 0;
        }
    }
}

static void pack_b(const ck_kernels *kernels, ck_order order, size_t n, size_t k, const float *b, size_t ldb,
                   float *out) {
    if (order == CK_PLAIN)
        pack((size_t)kernels->nr, n, k, b, 1, ldb, out);
    else
        pack((size_t)kernels->nr, n, k, b, ldb, 1, out);
}

static void pack_a(const ck_kernels *kernels, ck_order order, size_t m, size_t k, const float *a, size_t lda,
                   float *out) {
    if (order == CK_PLAIN)
        pack((size_t)kernels->mr, m, k, a, lda, 1, out);
    else
        pack((size_t)kernels->mr, m, k, a, 1, lda, out);
}

// One tile of C from the micro-kernel's result.
static void write_tile(size_t rows, size_t columns, const float *acc, size_t nr, int add, float *c, size_t ldc) {
    for (size_t i = 0; i < rows; i++) {
        float *row = c + i * ldc;
        const float *from = acc + i * nr;
        if (add)
            for (size_t j = 0; j < columns; j++) row[j] += from[j];
        else
            memcpy(row, from, columns * sizeof(float));
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
