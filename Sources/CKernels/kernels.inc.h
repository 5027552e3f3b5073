// The kernels, written once over vectors of sixteen floats and compiled by each instruction set's file, which defines
//   CK_SET     its name (plain, avx2, avx512, neon)
//   CK_MR      rows of the micro-kernel's tile
//   CK_NRV     vectors of sixteen a row of it
//   CK_GATHER  vectors of sixteen that a sum of rows keeps in registers
// and puts its target attribute on all that is in here. An instruction set with shorter registers uses several for
// one vector: lanes, and so the order of every sum, stay the same.

#include "include/CKernels.h"

#include <string.h>

// Fused where we say so, nowhere else: the bits must not depend on what a target can contract.
#pragma clang fp contract(off)

// Vectors are passed between functions that are always inlined only, so how a call would pass them is no matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define CK_JOIN2(a, b) a##_##b
#define CK_JOIN(a, b) CK_JOIN2(a, b)
#define CK(name) CK_JOIN(name, CK_SET)
#define CK_STRING2(x) #x
#define CK_STRING(x) CK_STRING2(x)
#define CK_INLINE static inline __attribute__((always_inline))

typedef float v16 __attribute__((vector_size(64)));
typedef float v16_unaligned __attribute__((vector_size(64), aligned(4)));
typedef int32_t v16i __attribute__((vector_size(64)));
typedef uint32_t v16u __attribute__((vector_size(64)));

enum { LANES = 16 };

CK_INLINE v16 load(const float *p) { return *(const v16_unaligned *)p; }
CK_INLINE void store(float *p, v16 x) { *(v16_unaligned *)p = x; }
CK_INLINE v16 splat(float x) { return (v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
CK_INLINE v16 fma16(v16 a, v16 b, v16 c) { return __builtin_elementwise_fma(a, b, c); }
CK_INLINE v16 choose(v16i mask, v16 yes, v16 no) { return (v16)((mask & (v16i)yes) | (~mask & (v16i)no)); }

// Copies n < 16 elements in pieces of constant size, which a compiler makes loads and stores of.
CK_INLINE void copy_few(float *to, const float *from, size_t n) {
    if (n & 8) {
        memcpy(to, from, 8 * sizeof(float));
        to += 8;
        from += 8;
    }
    if (n & 4) {
        memcpy(to, from, 4 * sizeof(float));
        to += 4;
        from += 4;
    }
    if (n & 2) {
        memcpy(to, from, 2 * sizeof(float));
        to += 2;
        from += 2;
    }
    if (n & 1) *to = *from;
}

// The last n < 16 elements; the lanes behind them are 0.
CK_INLINE v16 load_tail(const float *p, size_t n) {
    float x[LANES] = {0};
    copy_few(x, p, n);
    return load(x);
}

CK_INLINE void store_tail(float *p, v16 v, size_t n) {
    float x[LANES];
    store(x, v);
    copy_few(p, x, n);
}

// Lanes 0…15 summed as a tree.
CK_INLINE float sum_lanes(v16 v) {
    float x[LANES];
    store(x, v);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) x[i] += x[i + half];
    return x[0];
}

// Runs BODY over x[i..<i+16] and then over what is left, with `LOAD(p)` and `STORE(p, v)` meaning either.
#define FOR_VECTORS(n, BODY)                                                                                           \
    do {                                                                                                               \
        size_t i = 0;                                                                                                  \
        for (; i + LANES <= (n); i += LANES) {                                                                         \
            BODY(load, store)                                                                                          \
        }                                                                                                              \
        if (i < (n)) {                                                                                                 \
            const size_t rest = (n)-i;                                                                                 \
            BODY(LOAD_REST, STORE_REST)                                                                                \
        }                                                                                                              \
    } while (0)
#define LOAD_REST(p) load_tail(p, rest)
#define STORE_REST(p, v) store_tail(p, v, rest)

// ---- products

static void CK(gemm_tile)(size_t k, const float *restrict a, const float *restrict b, float *restrict acc) {
    v16 c[CK_MR][CK_NRV];
#pragma unroll
    for (int i = 0; i < CK_MR; i++)
#pragma unroll
        for (int j = 0; j < CK_NRV; j++) c[i][j] = splat(0);
    for (size_t p = 0; p < k; p++) {
        v16 row[CK_NRV];
#pragma unroll
        for (int j = 0; j < CK_NRV; j++) row[j] = load(b + j * LANES);
#pragma unroll
        for (int i = 0; i < CK_MR; i++) {
            const v16 x = splat(a[i]);
#pragma unroll
            for (int j = 0; j < CK_NRV; j++) c[i][j] = fma16(x, row[j], c[i][j]);
        }
        a += CK_MR;
        b += CK_NRV * LANES;
    }
#pragma unroll
    for (int i = 0; i < CK_MR; i++)
#pragma unroll
        for (int j = 0; j < CK_NRV; j++) store(acc + (i * CK_NRV + j) * LANES, c[i][j]);
}

static float CK(dot)(size_t n, const float *x, const float *y) {
    v16 s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES) {
        s0 = fma16(load(x + i), load(y + i), s0);
        s1 = fma16(load(x + i + LANES), load(y + i + LANES), s1);
        s2 = fma16(load(x + i + 2 * LANES), load(y + i + 2 * LANES), s2);
        s3 = fma16(load(x + i + 3 * LANES), load(y + i + 3 * LANES), s3);
    }
    for (; i + LANES <= n; i += LANES) s0 = fma16(load(x + i), load(y + i), s0);
    if (i < n) s1 = fma16(load_tail(x + i, n - i), load_tail(y + i, n - i), s1);
    return sum_lanes((s0 + s1) + (s2 + s3));
}

static void CK(axpy)(size_t n, float a, const float *x, float *y) {
    const v16 factor = splat(a);
#define BODY(LOAD, STORE) STORE(y + i, fma16(factor, LOAD(x + i), LOAD(y + i)));
    FOR_VECTORS(n, BODY);
#undef BODY
}

static void CK(scale)(size_t n, float a, float *x) {
    const v16 factor = splat(a);
#define BODY(LOAD, STORE) STORE(x + i, LOAD(x + i) * factor);
    FOR_VECTORS(n, BODY);
#undef BODY
}

// CK_GATHER vectors of the result stay in registers while the rows go by: `out` is read and written once, and each row is
// read in long runs, which the processor fetches ahead.
CK_INLINE void gather_block(int vectors, size_t count, const int32_t *rows, const float *weights, const float *w,
                            size_t ld, float *out) {
    enum { AHEAD = 3 };
    v16 s[CK_GATHER];
#pragma unroll
    for (int j = 0; j < vectors; j++) s[j] = load(out + j * LANES);
    for (size_t r = 0; r < count; r++) {
        const float *row = w + (size_t)rows[r] * ld;
        if (r + AHEAD < count) {
            const float *next = w + (size_t)rows[r + AHEAD] * ld;
#pragma unroll
            for (int j = 0; j < vectors; j++) __builtin_prefetch(next + j * LANES);
        }
        const v16 a = splat(weights ? weights[r] : 1.0f);
#pragma unroll
        for (int j = 0; j < vectors; j++) s[j] = fma16(a, load(row + j * LANES), s[j]);
    }
#pragma unroll
    for (int j = 0; j < vectors; j++) store(out + j * LANES, s[j]);
}

static void CK(gather)(size_t n, size_t count, const int32_t *rows, const float *weights, const float *w, size_t ld,
                       float *out) {
    size_t i = 0;
    for (; i + CK_GATHER * LANES <= n; i += CK_GATHER * LANES)
        gather_block(CK_GATHER, count, rows, weights, w + i, ld, out + i);
    for (; i + 2 * LANES <= n; i += 2 * LANES) gather_block(2, count, rows, weights, w + i, ld, out + i);
    if (i + LANES <= n) {
        gather_block(1, count, rows, weights, w + i, ld, out + i);
        i += LANES;
    }
    if (i < n) {
        const size_t rest = n - i;
        v16 s = load_tail(out + i, rest);
        for (size_t r = 0; r < count; r++)
            s = fma16(splat(weights ? weights[r] : 1.0f), load_tail(w + (size_t)rows[r] * ld + i, rest), s);
        store_tail(out + i, s, rest);
    }
}

// ---- elementary functions

// e^x = 2^k · e^r, |r| ≤ ln 2 / 2; the polynomial is Cephes' expf (Moshier 1989).
CK_INLINE v16 exp16(v16 x) {
    const v16 lowest = splat(-87.33654f), highest = splat(88.72283f);
    const v16i under = x < lowest, over = x > highest, is_nan = x != x;
    v16 y = choose(under, lowest, choose(over, highest, x));
    const v16 magic = splat(12582912.0f); // 1.5 · 2^23: adding it rounds to a whole number
    v16 k = fma16(y, splat(1.44269504088896341f), magic) - magic;
    v16 r = fma16(k, splat(-0.693359375f), y);
    r = fma16(k, splat(2.12194440e-4f), r);
    v16 p = splat(1.9875691500e-4f);
    p = fma16(p, r, splat(1.3981999507e-3f));
    p = fma16(p, r, splat(8.3334519073e-3f));
    p = fma16(p, r, splat(4.1665795894e-2f));
    p = fma16(p, r, splat(1.6666665459e-1f));
    p = fma16(p, r, splat(5.0000001201e-1f));
    p = fma16(p, r * r, r) + splat(1.0f);
    // Two factors, so that k = 128 does not overflow the exponent by itself.
    const v16i whole = __builtin_convertvector(choose(is_nan, splat(0), k), v16i), half = whole >> 1;
    p = p * (v16)((half + 127) << 23) * (v16)((whole - half + 127) << 23);
    p = choose(under, splat(0), choose(over, splat(__builtin_inff()), p));
    return choose(is_nan, x, p);
}

// ln x = k·ln 2 + ln(1 + f), √½ ≤ 1 + f < √2; the polynomial is Cephes' logf.
CK_INLINE v16 log16(v16 x) {
    const v16i bits = (v16i)x;
    v16i exponent = ((bits >> 23) & 255) - 126;
    v16 m = (v16)((bits & 0x007fffff) | 0x3f000000); // in [½, 1)
    const v16i small = m < splat(0.707106781186547524f);
    exponent = exponent + small; // a mask is −1 where it holds
    m = m + (v16)((v16i)m & small) - splat(1.0f);
    const v16 k = __builtin_convertvector(exponent, v16), z = m * m;
    v16 p = splat(7.0376836292e-2f);
    p = fma16(p, m, splat(-1.1514610310e-1f));
    p = fma16(p, m, splat(1.1676998740e-1f));
    p = fma16(p, m, splat(-1.2420140846e-1f));
    p = fma16(p, m, splat(1.4249322787e-1f));
    p = fma16(p, m, splat(-1.6668057665e-1f));
    p = fma16(p, m, splat(2.0000714765e-1f));
    p = fma16(p, m, splat(-2.4999993993e-1f));
    p = fma16(p, m, splat(3.3333331174e-1f));
    v16 y = p * m * z;
    y = fma16(k, splat(-2.12194440e-4f), y);
    y = fma16(z, splat(-0.5f), y);
    y = m + y;
    return fma16(k, splat(0.693359375f), y);
}

CK_INLINE v16 absolute(v16 x) { return (v16)((v16i)x & 0x7fffffff); }

// 1 / (1 + e^−|x|), mirrored for x < 0, so that nothing overflows; `e` is e^−|x|.
CK_INLINE v16 sigmoid16(v16 x, v16 *e) {
    *e = exp16(-absolute(x));
    const v16 high = splat(1.0f) / (splat(1.0f) + *e);
    return choose(x < splat(0), *e * high, high);
}

static void CK(exp)(size_t n, const float *x, float *y) {
#define BODY(LOAD, STORE) STORE(y + i, exp16(LOAD(x + i)));
    FOR_VECTORS(n, BODY);
#undef BODY
}

static void CK(log)(size_t n, const float *x, float *y) {
#define BODY(LOAD, STORE) STORE(y + i, log16(LOAD(x + i)));
    FOR_VECTORS(n, BODY);
#undef BODY
}

// tanh x = (1 − e^−2|x|) / (1 + e^−2|x|), with x's sign.
static void CK(tanh)(size_t n, const float *x, float *y) {
#define BODY(LOAD, STORE)                                                                                              \
    const v16 in = LOAD(x + i), e = exp16(splat(-2.0f) * absolute(in));                                               \
    const v16 t = (splat(1.0f) - e) / (splat(1.0f) + e);                                                               \
    STORE(y + i, (v16)((v16i)t | ((v16i)in & (int32_t)0x80000000)));
    FOR_VECTORS(n, BODY);
#undef BODY
}

static void CK(sigmoid)(size_t n, const float *x, float *y) {
#define BODY(LOAD, STORE)                                                                                              \
    v16 e;                                                                                                             \
    STORE(y + i, sigmoid16(LOAD(x + i), &e));
    FOR_VECTORS(n, BODY);
#undef BODY
}

// ---- layers and losses

// 32 random bits of an element: the finaliser of MurmurHash3 (Appleby) over its number, keyed before and between.
CK_INLINE v16u random_bits(v16u element, uint64_t seed) {
    v16u h = element * 0x9e3779b1u + (uint32_t)seed;
    h ^= h >> 16;
    h *= 0x85ebca6bu;
    h += (uint32_t)(seed >> 32);
    h ^= h >> 13;
    h *= 0xc2b2ae35u;
    h ^= h >> 16;
    return h;
}

static void CK(bias_relu_dropout)(size_t n, const float *bias, float *y, const ck_dropout *dropout, uint32_t first) {
    if (!dropout) {
#define BODY(LOAD, STORE)                                                                                              \
    const v16 x = LOAD(y + i) + LOAD(bias + i);                                                                        \
    STORE(y + i, choose(x <= splat(0), splat(0), x));
        FOR_VECTORS(n, BODY);
#undef BODY
        return;
    }
    const v16u count = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const v16 scale = splat(dropout->scale);
#define BODY(LOAD, STORE)                                                                                              \
    const v16 x = LOAD(y + i) + LOAD(bias + i);                                                                        \
    const v16u bits = random_bits(count + (first + (uint32_t)i), dropout->seed);                                       \
    const v16i kept = (v16i)(bits < dropout->threshold);                                                               \
    STORE(y + i, choose((x <= splat(0)) | (~kept & (x == x)), splat(0), x * scale));
    FOR_VECTORS(n, BODY);
#undef BODY
}

static void CK(relu_backward)(size_t n, const float *y, float scale, float *dy) {
    const v16 factor = splat(scale);
#define BODY(LOAD, STORE) STORE(dy + i, choose(LOAD(y + i) > splat(0), LOAD(dy + i) * factor, splat(0)));
    FOR_VECTORS(n, BODY);
#undef BODY
}

// ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|).
static float CK(sigmoid_cross_entropy)(size_t n, const float *x, float scale, float *dx) {
    const v16 factor = splat(scale);
    v16 total = splat(0);
    size_t i = 0;
    for (; i < n; i += LANES) {
        const size_t rest = n - i < LANES ? n - i : LANES;
        const v16 in = rest == LANES ? load(x + i) : load_tail(x + i, rest);
        v16 e;
        const v16 s = sigmoid16(in, &e);
        v16 loss = choose(in < splat(0), splat(0), in) + log16(splat(1.0f) + e);
        if (rest == LANES) {
            store(dx + i, s * factor);
        } else {
            store_tail(dx + i, s * factor, rest);
            float lanes[LANES] = {0};
            store_tail(lanes, loss, rest);
            loss = load(lanes);
        }
        total = total + loss;
    }
    return sum_lanes(total);
}

static float CK(softmax)(size_t n, const float *x, float *p) {
    float highest = x[0];
    for (size_t i = 1; i < n; i++) highest = x[i] > highest ? x[i] : highest;
    const v16 top = splat(highest);
    v16 total = splat(0);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        const v16 e = exp16(load(x + i) - top);
        store(p + i, e);
        total = total + e;
    }
    if (i < n) {
        float lanes[LANES] = {0};
        store_tail(lanes, exp16(load_tail(x + i, n - i) - top), n - i);
        memcpy(p + i, lanes, (n - i) * sizeof(float));
        total = total + load(lanes);
    }
    const float sum = sum_lanes(total);
    CK(scale)(n, 1.0f / sum, p);
    float lanes[LANES];
    store(lanes, log16(splat(sum)));
    return highest + lanes[0];
}

// ---- optimisers

// w − step_size·m / (√v·root_scale + ε), decayed first: the part that a step with a gradient and one without share.
CK_INLINE v16 adam_moved(v16 w, v16 m, v16 v, const ck_adam *step) {
    const v16 root = fma16(__builtin_elementwise_sqrt(v), splat(step->root_scale), splat(step->epsilon));
    return w * splat(step->decay) - splat(step->step_size) * m / root;
}

static void CK(adam)(size_t n, float *w, float *m, float *v, const float *g, const ck_adam *step) {
    const v16 b1 = splat(step->beta1), b2 = splat(step->beta2);
    const v16 c1 = splat(1.0f - step->beta1), c2 = splat(1.0f - step->beta2);
#define BODY(LOAD, STORE)                                                                                              \
    const v16 gradient = LOAD(g + i);                                                                                  \
    const v16 first = fma16(b1, LOAD(m + i), c1 * gradient);                                                           \
    const v16 second = fma16(b2, LOAD(v + i), c2 * gradient * gradient);                                               \
    STORE(m + i, first);                                                                                               \
    STORE(v + i, second);                                                                                              \
    STORE(w + i, adam_moved(LOAD(w + i), first, second, step));
    FOR_VECTORS(n, BODY);
#undef BODY
}

CK_INLINE int any(v16i mask) {
    int32_t x = 0;
    for (int i = 0; i < LANES; i++) x |= mask[i];
    return x != 0;
}

// Without decay, and past the first steps (whose bias corrections still move fast), a step is smaller than the one
// before it: by β1/√β2 · √((1−β2^(t+1))/(1−β2^t)) < 0.98 for the β admitted below and t ≥ 32. So when one no longer
// changes any weight's bits, none after it will; only the moments go on.
static void CK(adam_idle)(size_t n, float *w, float *m, float *v, size_t steps, const ck_adam *step) {
    enum { SETTLED = 32 };
    if (steps == 0) return;
    const v16 b1 = splat(step->beta1), b2 = splat(step->beta2);
    const int may_stop = step->decay == 1.0f && step->beta1 <= 0.95f && step->beta2 >= 0.99f;
#define BODY(LOAD, STORE)                                                                                              \
    v16 weight = LOAD(w + i), first = LOAD(m + i), second = LOAD(v + i);                                               \
    size_t s = 0;                                                                                                      \
    for (int moving = 1; moving && s < steps; s++) {                                                                   \
        first = b1 * first;                                                                                            \
        second = b2 * second;                                                                                          \
        const v16 moved = adam_moved(weight, first, second, step + s);                                                 \
        if (may_stop && s >= SETTLED && s % 8 == 0) moving = any(moved != weight);                                     \
        weight = moved;                                                                                                \
    }                                                                                                                  \
    for (; s < steps; s++) {                                                                                           \
        first = b1 * first;                                                                                            \
        second = b2 * second;                                                                                          \
    }                                                                                                                  \
    STORE(w + i, weight);                                                                                              \
    STORE(m + i, first);                                                                                               \
    STORE(v + i, second);
    FOR_VECTORS(n, BODY);
#undef BODY
}

static void CK(adagrad)(size_t n, float *w, float *s, const float *g, float rate, float epsilon) {
#define BODY(LOAD, STORE)                                                                                              \
    const v16 gradient = LOAD(g + i);                                                                                  \
    const v16 total = fma16(gradient, gradient, LOAD(s + i));                                                          \
    STORE(s + i, total);                                                                                               \
    STORE(w + i, LOAD(w + i) - splat(rate) * gradient / (__builtin_elementwise_sqrt(total) + splat(epsilon)));
    FOR_VECTORS(n, BODY);
#undef BODY
}

static void CK(ftrl)(size_t n, float *w, float *z, float *s, const float *g, const ck_ftrl *p) {
    const v16 l1 = splat(p->l1), zero = splat(0);
#define BODY(LOAD, STORE)                                                                                              \
    const v16 gradient = LOAD(g + i), old = LOAD(s + i), total = fma16(gradient, gradient, old);                       \
    const v16 root = __builtin_elementwise_sqrt(total), both = root + __builtin_elementwise_sqrt(old);                 \
    /* √(s+g²) − √s, as g² over their sum: a difference of near numbers would lose its digits */                       \
    const v16 gained = choose(both > zero, gradient * gradient / both, zero);                                          \
    const v16 sigma = gained / splat(p->alpha);                                                                        \
    const v16 sum = LOAD(z + i) + gradient - sigma * LOAD(w + i);                                                      \
    const v16 shrunk = choose(sum < zero, sum + l1, sum - l1);                                                         \
    const v16 rate = (splat(p->beta) + root) / splat(p->alpha) + splat(p->l2);                                         \
    STORE(s + i, total);                                                                                               \
    STORE(z + i, sum);                                                                                                 \
    STORE(w + i, choose(absolute(sum) <= l1, zero, -shrunk / rate));
    FOR_VECTORS(n, BODY);
#undef BODY
}

// ---- the table

static int CK(supported)(void);

const ck_kernels CK(ck_kernels) = {
    .name = CK_STRING(CK_SET),
    .supported = CK(supported),
    .mr = CK_MR,
    .nr = CK_NRV * LANES,
    .gemm_tile = CK(gemm_tile),
    .dot = CK(dot),
    .axpy = CK(axpy),
    .scale = CK(scale),
    .gather = CK(gather),
    .bias_relu_dropout = CK(bias_relu_dropout),
    .relu_backward = CK(relu_backward),
    .exp = CK(exp),
    .log = CK(log),
    .tanh = CK(tanh),
    .sigmoid = CK(sigmoid),
    .sigmoid_cross_entropy = CK(sigmoid_cross_entropy),
    .softmax = CK(softmax),
    .adam = CK(adam),
    .adam_idle = CK(adam_idle),
    .adagrad = CK(adagrad),
    .ftrl = CK(ftrl),
};
