#ifndef DAMI_CKERNELS_H
#define DAMI_CKERNELS_H

/// Float32 kernels for training and serving, in several instruction sets chosen at run time.
///
/// Every kernel gives the same bits in every instruction set: sums run over sixteen lanes (or one) in a fixed order,
/// products that are added are fused everywhere, and exp and log are polynomials of our own. So a model's answers,
/// and training for a seed, do not depend on the machine. `plain` is the reference that the tests hold the others to.
///
/// Matrices are row-major. Letters: M, N, K are the sizes of C (M,N) = A (M,K) · B (K,N); ld is a row's stride.
/// No kernel allocates, reads a clock, or keeps state, but for `ck_gemm`'s packing buffers (one pair a thread).

#include <stddef.h>
#include <stdint.h>

#include "candidate_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/// One step of Adam (Kingma & Ba 2015, algorithm 1), its scalars worked out for step t (from 1).
typedef struct ck_adam {
    float step_size;    ///< lr / (1 - beta1^t)
    float root_scale;   ///< 1 / sqrt(1 - beta2^t)
    float beta1, beta2; ///< decay rates of the moments
    float epsilon;      ///< added to the root
    float decay;        ///< 1 - lr · weight decay (AdamW, Loshchilov & Hutter 2019); 1 where there is none
} ck_adam;

/// FTRL-Proximal (McMahan et al. 2013, algorithm 1).
typedef struct ck_ftrl {
    float alpha, beta, l1, l2;
} ck_ftrl;

/// Dropout as a pure function of (seed, element), so that it is the same on any number of threads.
typedef struct ck_dropout {
    uint64_t seed;      ///< differs by run, step and layer
    uint32_t threshold; ///< an element is kept where its 32 random bits are below; keep · 2^32, UINT32_MAX keeps all
    float scale;        ///< 1 / keep
} ck_dropout;

/// The kernels of one instruction set.
typedef struct ck_kernels {
    const char *name; ///< "plain", "avx2", "avx512", "neon"
    int (*supported)(void);
    int mr, nr;       ///< the micro-kernel's tile

    /// acc (mr,nr) = Σ_k a[k·mr + i] · b[k·nr + j], k ascending from 0.
    void (*gemm_tile)(size_t k, const float *a, const float *b, float *acc);

    float (*dot)(size_t n, const float *x, const float *y);
    void (*axpy)(size_t n, float a, const float *x, float *y);
    void (*scale)(size_t n, float a, float *x);
    void (*gather)(size_t n, size_t count, const int32_t *rows, const float *weights, const float *w, size_t ld,
                   float *out);
    void (*bias_relu_dropout)(size_t n, const float *bias, float *y, const ck_dropout *dropout, uint32_t first);
    void (*relu_backward)(size_t n, const float *y, float scale, float *dy);
    void (*exp)(size_t n, const float *x, float *y);
    void (*log)(size_t n, const float *x, float *y);
    void (*tanh)(size_t n, const float *x, float *y);
    void (*sigmoid)(size_t n, const float *x, float *y);
    float (*sigmoid_cross_entropy)(size_t n, const float *x, float scale, float *dx);
    float (*softmax)(size_t n, const float *x, float *p);
    void (*adam)(size_t n, float *w, float *m, float *v, const float *g, const ck_adam *step);
    void (*adam_idle)(size_t n, float *w, float *m, float *v, size_t steps, const ck_adam *step);
    void (*adagrad)(size_t n, float *w, float *s, const float *g, float rate, float epsilon);
    void (*ftrl)(size_t n, float *w, float *z, float *s, const float *g, const ck_ftrl *p);
} ck_kernels;

/// The instruction sets compiled into this binary, best first; NULL past the end. `plain` is the last.
const ck_kernels *ck_kernels_at(size_t index);

/// The best that this processor has, or the one that the environment variable DAMI_KERNELS names (if it has it).
const ck_kernels *ck_kernels_best(void);

extern const ck_kernels *ck_active;

/// The instruction set in use: what `ck_kernels_best` said when the process began.
static inline const ck_kernels *ck_kernels_in_use(void) { return ck_active; }

/// How `ck_gemm` reads an operand.
typedef enum ck_order { CK_PLAIN = 0, CK_TRANSPOSED = 1 } ck_order;

/// C = A·B + beta·C, where beta is 0 or 1.
///
/// A is (M,K), stored (K,M) where `order_a` is CK_TRANSPOSED; B is (K,N), stored (N,K) where `order_b` is.
/// nn is the forward pass, nt the gradient of an input, tn that of weights. An element's bits depend on its row of A
/// and column of B alone, not on M, N or how the caller cuts them up for threads.
void ck_gemm(ck_order order_a, ck_order order_b, size_t m, size_t n, size_t k, const float *a, size_t lda,
             const float *b, size_t ldb, float beta, float *c, size_t ldc);

/// The same with a given instruction set.
void ck_gemm_with(const ck_kernels *kernels, ck_order order_a, ck_order order_b, size_t m, size_t n, size_t k,
                  const float *a, size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc);

/// Floats that `ck_gemm_pack` writes for a (K,N) operand.
size_t ck_gemm_packed_size(const ck_kernels *kernels, size_t n, size_t k);

/// Lays a B operand out as the micro-kernel reads it, for many products with the same B.
void ck_gemm_pack(const ck_kernels *kernels, ck_order order_b, size_t n, size_t k, const float *b, size_t ldb,
                  float *packed);

/// `ck_gemm` with a B that `ck_gemm_pack` laid out: the same bits.
void ck_gemm_packed(const ck_kernels *kernels, ck_order order_a, size_t m, size_t n, size_t k, const float *a,
                    size_t lda, const float *packed, float beta, float *c, size_t ldc);

// Wrappers over the active table.

/// Σ x·y.
static inline float ck_dot(size_t n, const float *x, const float *y) { return ck_active->dot(n, x, y); }

/// y += a·x.
static inline void ck_axpy(size_t n, float a, const float *x, float *y) { ck_active->axpy(n, a, x, y); }

/// x *= a.
static inline void ck_scale(size_t n, float a, float *x) { ck_active->scale(n, a, x); }

/// out (n) += Σ_i weights[i] · w[rows[i], 0..<n], i ascending; weights NULL: each is 1. A sparse row times a matrix.
static inline void ck_gather(size_t n, size_t count, const int32_t *rows, const float *weights, const float *w,
                             size_t ld, float *out) {
    ck_active->gather(n, count, rows, weights, w, ld, out);
}

/// y = dropout(max(y + bias, 0)); dropout NULL: none. `first` is the element number of y[0]. NaN stays NaN.
static inline void ck_bias_relu_dropout(size_t n, const float *bias, float *y, const ck_dropout *dropout,
                                        uint32_t first) {
    ck_active->bias_relu_dropout(n, bias, y, dropout, first);
}

/// dy = y > 0 ? dy · scale : 0, where y is what `ck_bias_relu_dropout` gave and scale its dropout's (else 1).
static inline void ck_relu_backward(size_t n, const float *y, float scale, float *dy) {
    ck_active->relu_backward(n, y, scale, dy);
}

/// y = e^x, within 2 ulp; 0 below −87.3, infinite above 88.7.
static inline void ck_exp(size_t n, const float *x, float *y) { ck_active->exp(n, x, y); }

/// y = ln x for normal x > 0, within 2 ulp.
static inline void ck_log(size_t n, const float *x, float *y) { ck_active->log(n, x, y); }

/// y = tanh x, to 2e-7 absolute.
static inline void ck_tanh(size_t n, const float *x, float *y) { ck_active->tanh(n, x, y); }

/// y = 1 / (1 + e^−x).
static inline void ck_sigmoid(size_t n, const float *x, float *y) { ck_active->sigmoid(n, x, y); }

/// Sigmoid cross-entropy of a row of logits whose labels are all 0: the sum of ln(1 + e^x); dx = sigmoid(x) · scale.
/// For each label that is 1 the caller takes x off the loss and `scale` off dx.
static inline float ck_sigmoid_cross_entropy(size_t n, const float *x, float scale, float *dx) {
    return ck_active->sigmoid_cross_entropy(n, x, scale, dx);
}

/// p = softmax(x); gives ln Σ e^x.
static inline float ck_softmax(size_t n, const float *x, float *p) { return ck_active->softmax(n, x, p); }

/// A step of Adam: m = β1·m + (1−β1)·g, v = β2·v + (1−β2)·g², w = decay·w − step_size·m / (√v·root_scale + ε).
static inline void ck_adam_step(size_t n, float *w, float *m, float *v, const float *g, const ck_adam *step) {
    ck_active->adam(n, w, m, v, g, step);
}

/// The `steps` steps of Adam of weights whose gradient was 0 in each: the very bits of `ck_adam_step` with g = 0.
/// `step` points to the scalars of the first of them; the others follow. Their step sizes must not grow.
static inline void ck_adam_idle(size_t n, float *w, float *m, float *v, size_t steps, const ck_adam *step) {
    ck_active->adam_idle(n, w, m, v, steps, step);
}

/// Adagrad (Duchi et al. 2011): s += g², w −= rate · g / (√s + ε).
static inline void ck_adagrad_step(size_t n, float *w, float *s, const float *g, float rate, float epsilon) {
    ck_active->adagrad(n, w, s, g, rate, epsilon);
}

/// FTRL-Proximal: z += g − (√(s+g²) − √s)/α · w, s += g², then w in closed form from z and s.
static inline void ck_ftrl_step(size_t n, float *w, float *z, float *s, const float *g, const ck_ftrl *p) {
    ck_active->ftrl(n, w, z, s, g, p);
}

#ifdef __cplusplus
}
#endif

#endif
