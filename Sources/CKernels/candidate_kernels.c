#include "candidate_kernels.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// The promise of the same bits everywhere (see the header) rests on this line.
#pragma STDC FP_CONTRACT OFF

// One clone for each level of x86-64; the loader picks. Elsewhere the compiler's baseline has what is needed (NEON).
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))

#pragma clang diagnostic ignored "-Wpsabi"

// Vectors are read wherever a float may stand: rows of a mapped file are not aligned to 64 bytes.
typedef float lanes __attribute__((vector_size(64), aligned(4)));
typedef int32_t ilanes __attribute__((vector_size(64), aligned(4)));
typedef double dlanes __attribute__((vector_size(64), aligned(8)));
#define LANES DAMI_LANES
#define DLANES 8

#define LOAD(p) (*(const lanes *)(p))
#define STORE(p, x) (*(lanes *)(p) = (x))

// MARK: Rows

CLONES void dami_add_rows(
    int64_t P, int64_t R, const int32_t *rows, const float *weights, const float *matrix, int64_t stride, float *out) {
    int64_t j = 0;
    for (; j + 4 * LANES <= P; j += 4 * LANES) {
        lanes a = LOAD(out + j), b = LOAD(out + j + LANES), c = LOAD(out + j + 2 * LANES), d = LOAD(out + j + 3 * LANES);
        for (int64_t r = 0; r < R; r++) {
            const float *row = matrix + (rows ? (int64_t)rows[r] : r) * stride + j;
            float w = weights[r];
            a += w * LOAD(row);
            b += w * LOAD(row + LANES);
            c += w * LOAD(row + 2 * LANES);
            d += w * LOAD(row + 3 * LANES);
        }
        STORE(out + j, a);
        STORE(out + j + LANES, b);
        STORE(out + j + 2 * LANES, c);
        STORE(out + j + 3 * LANES, d);
    }
    for (; j < P; j += LANES) {
        lanes a = LOAD(out + j);
        for (int64_t r = 0; r < R; r++) a += weights[r] * LOAD(matrix + (rows ? (int64_t)rows[r] : r) * stride + j);
        STORE(out + j, a);
    }
}

/// Vectors pass by address: by value, their calling convention would depend on the instruction set.
INLINE float sum_lanes(const lanes *x) {
    float s[LANES];
    memcpy(s, x, sizeof s);
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) s[i] += s[i + width];
    return s[0];
}

INLINE float dot(int64_t n, const float *x, const float *y) {
    lanes s = {0};
    for (int64_t i = 0; i < n; i += LANES) s += LOAD(x + i) * LOAD(y + i);
    return sum_lanes(&s);
}

CLONES float dami_dot(int64_t n, const float *x, const float *y) { return dot(n, x, y); }

CLONES void dami_dot_rows(
    int64_t P, int64_t R, const float *matrix, int64_t stride, const float *x, float *out) {
    int64_t r = 0;
    for (; r + 4 <= R; r += 4) {
        const float *m = matrix + r * stride;
        lanes a = {0}, b = {0}, c = {0}, d = {0};
        for (int64_t i = 0; i < P; i += LANES) {
            lanes v = LOAD(x + i);
            a += v * LOAD(m + i);
            b += v * LOAD(m + stride + i);
            c += v * LOAD(m + 2 * stride + i);
            d += v * LOAD(m + 3 * stride + i);
        }
        out[r] = sum_lanes(&a);
        out[r + 1] = sum_lanes(&b);
        out[r + 2] = sum_lanes(&c);
        out[r + 3] = sum_lanes(&d);
    }
    for (; r < R; r++) out[r] = dot(P, x, matrix + r * stride);
}

CLONES void dami_affine(int64_t n, float scale, float offset, const float *x, float *out) {
    for (int64_t i = 0; i < n; i += LANES) STORE(out + i, scale * LOAD(x + i) + offset);
}

// MARK: Elementary functions

/// Natural logarithm: x = 2^e m with m in [sqrt(1/2), sqrt(2)); log m by the series of atanh((m - 1) / (m + 1)).
INLINE void log_lanes(lanes *x) {
    ilanes bits;
    memcpy(&bits, x, sizeof bits);
    ilanes e = (bits - 0x3f3504f3) >> 23;
    bits -= e << 23;
    lanes m;
    memcpy(&m, &bits, sizeof m);
    lanes s = (m - 1.0f) / (m + 1.0f), t = s * s;
    lanes p = ((t * (2.0f / 9) + (2.0f / 7)) * t + (2.0f / 5)) * t + (2.0f / 3);
    lanes k = __builtin_convertvector(e, lanes);
    *x = k * 0.693147180559945f + (s * 2.0f + s * t * p);
}

/// Where `mask` is all ones, x, elsewhere y: bit by bit, so that no comparison of floats is rearranged.
INLINE void choose(const ilanes *mask, const lanes *x, const lanes *y, lanes *out) {
    ilanes a, b;
    memcpy(&a, x, sizeof a);
    memcpy(&b, y, sizeof b);
    a = (a & *mask) | (b & ~*mask);
    memcpy(out, &a, sizeof a);
}

/// x = min(max(x, low), high).
INLINE void clamp(lanes *x, float low, float high) {
    lanes bound = (lanes){0} + low;
    ilanes outside = *x < bound;
    choose(&outside, &bound, x, x);
    bound = (lanes){0} + high;
    outside = *x > bound;
    choose(&outside, &bound, x, x);
}

/// Exponential: x = k log 2 + r with |r| <= log(2) / 2; exp r by its series. Arguments below -87 give 0.
INLINE void exp_lanes(lanes *argument) {
    lanes x = *argument, zero = {0};
    ilanes tiny = x < zero - 87.0f;
    clamp(&x, -87.0f, 87.0f);
    lanes shifted = x * 1.44269504088896f + 12582912.0f;
    lanes k = shifted - 12582912.0f;
    lanes r = x - k * 0.693145751953125f - k * 1.428606765330187e-6f;
    lanes p = ((((r * (1.0f / 720) + 1.0f / 120) * r + 1.0f / 24) * r + 1.0f / 6) * r + 0.5f) * r * r + r + 1.0f;
    ilanes power = (__builtin_convertvector(k, ilanes) + 127) << 23;
    lanes scale;
    memcpy(&scale, &power, sizeof scale);
    x = p * scale;
    choose(&tiny, &zero, &x, argument);
}

CLONES void dami_log_affine(int64_t n, float scale, float offset, const float *x, float *out) {
    for (int64_t i = 0; i < n; i += LANES) {
        lanes v = scale * LOAD(x + i) + offset;
        clamp(&v, 1e-30f, 1e30f);
        log_lanes(&v);
        STORE(out + i, v);
    }
}

CLONES float dami_max(int64_t P, const float *x) {
    lanes m = LOAD(x);
    for (int64_t i = LANES; i < P; i += LANES) {
        lanes v = LOAD(x + i);
        ilanes greater = v > m;
        choose(&greater, &v, &m, &m);
    }
    float s[LANES], best;
    memcpy(s, &m, sizeof s);
    best = s[0];
    for (int i = 1; i < LANES; i++) best = s[i] > best ? s[i] : best;
    return best;
}

CLONES float dami_exp_sum(int64_t P, float shift, const float *x, float *out) {
    lanes s = {0};
    for (int64_t i = 0; i < P; i += LANES) {
        lanes e = LOAD(x + i) - shift;
        exp_lanes(&e);
        STORE(out + i, e);
        s += e;
    }
    return sum_lanes(&s);
}

// MARK: Candidates

/// Clamps x to ±3 and returns x (27 + x²) / (27 + 9 x²), in `value`.
INLINE void rational_tanh(lanes *x, lanes *value) {
    clamp(x, -3.0f, 3.0f);
    lanes s = *x * *x;
    *value = *x * (27.0f + s) / (27.0f + 9.0f * s);
}

CLONES void dami_candidate_forward(
    int64_t P, int64_t F, int64_t H, const float *features, const float *w, const float *hidden,
    const float *hiddenBias, const float *output, float *arguments, float *z) {
    for (int64_t j = 0; j < P; j += LANES) {
        const float *x = features + j;
        lanes sum = LOAD(z + j);
        for (int64_t f = 0; f < F; f++) sum += w[f] * LOAD(x + f * P);
        int64_t k = 0;
        for (; k + 4 <= H; k += 4) {
            const float *u = hidden + k * F;
            lanes a = (lanes){0} + hiddenBias[k], b = (lanes){0} + hiddenBias[k + 1];
            lanes c = (lanes){0} + hiddenBias[k + 2], d = (lanes){0} + hiddenBias[k + 3];
            for (int64_t f = 0; f < F; f++) {
                lanes v = LOAD(x + f * P);
                a += u[f] * v;
                b += u[F + f] * v;
                c += u[2 * F + f] * v;
                d += u[3 * F + f] * v;
            }
            lanes p, q, r, t;
            rational_tanh(&a, &p);
            rational_tanh(&b, &q);
            rational_tanh(&c, &r);
            rational_tanh(&d, &t);
            if (arguments) {
                STORE(arguments + k * P + j, a);
                STORE(arguments + (k + 1) * P + j, b);
                STORE(arguments + (k + 2) * P + j, c);
                STORE(arguments + (k + 3) * P + j, d);
            }
            sum += output[k] * p;
            sum += output[k + 1] * q;
            sum += output[k + 2] * r;
            sum += output[k + 3] * t;
        }
        for (; k < H; k++) {
            lanes a = (lanes){0} + hiddenBias[k], p;
            for (int64_t f = 0; f < F; f++) a += hidden[k * F + f] * LOAD(x + f * P);
            rational_tanh(&a, &p);
            if (arguments) STORE(arguments + k * P + j, a);
            sum += output[k] * p;
        }
        STORE(z + j, sum);
    }
}

CLONES void dami_candidate_backward(
    int64_t P, int64_t F, int64_t H, const float *features, const float *output, const float *dz, float *arguments,
    float *dw, float *dhidden, float *dhiddenBias, float *doutput) {
    for (int64_t f = 0; f < F; f++) dw[f] += dot(P, dz, features + f * P);
    for (int64_t k = 0; k < H; k++) {
        float *a = arguments + k * P;
        lanes dout = {0}, dbias = {0};
        for (int64_t j = 0; j < P; j += LANES) {
            lanes x = LOAD(a + j), g = LOAD(dz + j), q = x * x, inverse = 1.0f / (3.0f + q);
            dout += g * (x * (27.0f + q) * inverse * (1.0f / 9));
            // The slope of the rational function: ((9 - x²) / (3 (3 + x²)))², 0 where it is clamped.
            lanes root = (9.0f - q) * inverse * (1.0f / 3);
            g = g * output[k] * (root * root);
            dbias += g;
            STORE(a + j, g);
        }
        doutput[k] += sum_lanes(&dout);
        dhiddenBias[k] += sum_lanes(&dbias);
    }
    // dhidden (H, F) += G (H, P) features^T (P, F), in tiles of 2 by 4 whose accumulators stay in registers.
    int64_t k = 0;
    for (; k + 2 <= H; k += 2) {
        const float *g = arguments + k * P, *h = g + P;
        int64_t f = 0;
        for (; f + 4 <= F; f += 4) {
            const float *x = features + f * P;
            lanes s[8] = {{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}};
            for (int64_t j = 0; j < P; j += LANES) {
                lanes u = LOAD(g + j), v = LOAD(h + j);
                for (int i = 0; i < 4; i++) {
                    lanes y = LOAD(x + i * P + j);
                    s[i] += u * y;
                    s[4 + i] += v * y;
                }
            }
            for (int i = 0; i < 4; i++) {
                dhidden[k * F + f + i] += sum_lanes(&s[i]);
                dhidden[(k + 1) * F + f + i] += sum_lanes(&s[4 + i]);
            }
        }
        for (; f < F; f++) {
            dhidden[k * F + f] += dot(P, g, features + f * P);
            dhidden[(k + 1) * F + f] += dot(P, h, features + f * P);
        }
    }
    for (; k < H; k++)
        for (int64_t f = 0; f < F; f++) dhidden[k * F + f] += dot(P, arguments + k * P, features + f * P);
}

// MARK: Optimiser

CLONES void dami_adamw(
    int64_t n, const float *gradient, float rate, float decay, float beta1, float beta2, float correction1,
    float correction2, float averaging, float *weights, float *m, float *v, float *average) {
    for (int64_t i = 0; i < n; i++) {
        float g = gradient[i];
        float mi = beta1 * m[i] + (1 - beta1) * g;
        float vi = beta2 * v[i] + (1 - beta2) * g * g;
        float w = weights[i] - rate * decay * weights[i];
        w -= rate * (mi / correction1) / (__builtin_sqrtf(vi / correction2) + 1e-8f);
        m[i] = mi;
        v[i] = vi;
        weights[i] = w;
        average[i] += (1 - averaging) * (w - average[i]);
    }
}

// MARK: Positive definite matrices

/// out (one row block of columns c..<c+32) -= sum over k < K of w[k * wstride] rows[k].
INLINE void subtract_rows(int64_t K, const double *w, int64_t wstride, const double *rows, int64_t stride, double *out) {
    dlanes a = *(dlanes *)out, b = *(dlanes *)(out + 8), c = *(dlanes *)(out + 16), d = *(dlanes *)(out + 24);
    for (int64_t k = 0; k < K; k++) {
        const double *r = rows + k * stride;
        double x = w[k * wstride];
        a -= x * *(const dlanes *)r;
        b -= x * *(const dlanes *)(r + 8);
        c -= x * *(const dlanes *)(r + 16);
        d -= x * *(const dlanes *)(r + 24);
    }
    *(dlanes *)out = a;
    *(dlanes *)(out + 8) = b;
    *(dlanes *)(out + 16) = c;
    *(dlanes *)(out + 24) = d;
}

CLONES static int64_t cholesky_upper(int64_t n, int64_t s, double *u) {
    enum { B = 32 };
    for (int64_t i0 = 0; i0 < n; i0 += B) {
        int64_t i1 = i0 + B < n ? i0 + B : n;
        for (int64_t c = i0; c < s; c += 32)
            for (int64_t i = i0; i < i1; i++) subtract_rows(i0, u + i, s, u + c, s, u + i * s + c);
        for (int64_t i = i0; i < i1; i++) {
            double *row = u + i * s;
            for (int64_t k = i0; k < i; k++) {
                double x = u[k * s + i];
                const double *other = u + k * s;
                for (int64_t j = i; j < n; j++) row[j] -= x * other[j];
            }
            if (!(row[i] > 0)) return i + 1;
            double root = __builtin_sqrt(row[i]);
            for (int64_t j = i; j < n; j++) row[j] /= root;
        }
    }
    return 0;
}

CLONES static void inverse_from_lower(int64_t n, int64_t s, const double *l, double *y, double *out) {
    // y = l^-1, by forward substitution in panels of 32 columns; l is lower triangular.
    for (int64_t c = 0; c < s; c += 32) {
        for (int64_t i = 0; i < n; i++) {
            double *row = y + i * s + c;
            for (int j = 0; j < 32; j++) row[j] = c + j == i ? 1 : 0;
            if (i < c) continue;
            subtract_rows(i - c, l + i * s + c, 1, y + c * s + c, s, row);
            double d = l[i * s + i];
            for (int j = 0; j < 32; j++) row[j] /= d;
        }
    }
    // out = y^T y: row i is the sum over k >= i of y[k][i] y[k]; written negated, then turned round.
    for (int64_t c = 0; c < s; c += 32) {
        for (int64_t i = 0; i < n; i++) {
            double *row = out + i * s + c;
            for (int j = 0; j < 32; j++) row[j] = 0;
            int64_t k = i > c ? i : c;
            if (k < n) subtract_rows(n - k, y + k * s + i, s, y + k * s + c, s, row);
            for (int j = 0; j < 32; j++) row[j] = -row[j];
        }
    }
}

int64_t dami_invert_positive(int64_t n, double *a) {
    int64_t s = (n + 31) / 32 * 32;
    double *u = calloc((size_t)(s * s), sizeof *u), *y = calloc((size_t)(s * s), sizeof *y);
    double *l = calloc((size_t)(s * s), sizeof *l);
    int64_t failed = -1;
    if (u && y && l) {
        for (int64_t i = 0; i < n; i++) memcpy(u + i * s, a + i * n, (size_t)n * sizeof *u);
        failed = cholesky_upper(n, s, u);
        if (failed == 0) {
            for (int64_t i = 0; i < n; i++)
                for (int64_t k = 0; k <= i; k++) l[i * s + k] = u[k * s + i];
            inverse_from_lower(n, s, l, y, u);
            for (int64_t i = 0; i < n; i++) memcpy(a + i * n, u + i * s, (size_t)n * sizeof *u);
        }
    }
    free(u);
    free(y);
    free(l);
    return failed;
}
