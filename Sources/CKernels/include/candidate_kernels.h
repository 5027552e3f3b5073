// Kernels of the default model: sums of weighted rows, features of all candidates at once, softmax, AdamW.
//
// Every kernel gives the same bits on every machine, on any number of threads and under every instruction set:
//   - a lane computes one candidate; nothing is summed across lanes but in `dami_dot`'s fixed sixteen,
//   - nothing is contracted to fused multiply-add,
//   - logarithm and exponential are computed here from the four operations, not by the C library.
// So the clones for AVX2 and AVX-512 are only faster, and a ranking never depends on where it was computed.
//
// Letters: P padded candidates (a multiple of DAMI_LANES), F features, H hidden units, R rows.
#ifndef DAMI_CANDIDATE_KERNELS_H
#define DAMI_CANDIDATE_KERNELS_H

#include <stdint.h>

#define DAMI_LANES 16

#ifdef __cplusplus
extern "C" {
#endif

/// out (P) += sum over r of weights[r] * matrix[rows[r]] (each P long, `stride` floats apart), in the order of r.
/// Where `rows` is NULL, row r is r itself. Adding rows by several calls gives the same bits as by one.
void dami_add_rows(
    int64_t P, int64_t R, const int32_t *rows, const float *weights, const float *matrix, int64_t stride, float *out);

/// out[r] = the inner product of x (P) and matrix row r, summed in sixteen lanes that are added pairwise.
void dami_dot_rows(int64_t P, int64_t R, const float *matrix, int64_t stride, const float *x, float *out);

/// The inner product of x and y (n a multiple of DAMI_LANES).
float dami_dot(int64_t n, const float *x, const float *y);

/// out = scale * x + offset, elementwise.
void dami_affine(int64_t n, float scale, float offset, const float *x, float *out);

/// out = log(max(scale * x + offset, 1e-30)), elementwise; relative error below 2e-7.
void dami_log_affine(int64_t n, float scale, float offset, const float *x, float *out);

/// z[j] += sum over f of w[f] features[f][j] + sum over k of output[k] tanh_(hiddenBias[k] + sum over f of
/// hidden[k][f] features[f][j]), where tanh_ is the rational approximation x(27 + x²)/(27 + 9x²), clamped at ±3.
/// features is (F, P), hidden (H, F). `arguments` (H, P) receives the clamped arguments of tanh_, or is NULL.
void dami_candidate_forward(
    int64_t P, int64_t F, int64_t H, const float *features, const float *w, const float *hidden,
    const float *hiddenBias, const float *output, float *arguments, float *z);

/// The gradient of `dami_candidate_forward` with respect to its weights, added to dw (F), dhidden (H, F),
/// dhiddenBias (H) and doutput (H). `arguments` is overwritten.
void dami_candidate_backward(
    int64_t P, int64_t F, int64_t H, const float *features, const float *output, const float *dz, float *arguments,
    float *dw, float *dhidden, float *dhiddenBias, float *doutput);

/// The greatest of x (P).
float dami_max(int64_t P, const float *x);

/// out[j] = exp(x[j] - shift); returns the sum, in sixteen lanes. Arguments below -87 give 0.
float dami_exp_sum(int64_t P, float shift, const float *x, float *out);

/// One AdamW step (Loshchilov & Hutter 2019) over n weights, with the exponential average of the weights.
/// `correction1` and `correction2` are 1 - beta^t.
void dami_adamw(
    int64_t n, const float *gradient, float rate, float decay, float beta1, float beta2, float correction1,
    float correction2, float averaging, float *weights, float *m, float *v, float *average);

/// Replaces a symmetric positive definite matrix (n, n) by its inverse, by Cholesky's factorisation. Returns 0; the
/// number, from 1, of the first pivot that was not positive; or -1 where there was no memory.
int64_t dami_invert_positive(int64_t n, double *a);

#ifdef __cplusplus
}
#endif
#endif
