import CKernels
import Features

/// The forward and backward pass of some rows of a batch.
///
/// Forward, with x⁰ the deep input and s the wide row: hˡ⁺¹ = dropout(relu(hˡ·Wˡ + bˡ)), z = h·W + b + Σ_{c∈s} wide[c].
/// Loss: the mean over rows and labels of ln(1 + e^z) − y·z. Backward: dz = (σ(z) − y) / (R·L), dhˡ = dˡ·Wˡᵀ, and d passes a
/// unit where it was kept and above 0.
struct StudyPass {
    let parameters: StudyParameters
    let settings: StudySettings
    let batch: StudyBatch
    let samples: StudySamples
    let step: Int
    let rows: Range<Int>

    private var layers: Int { parameters.weights.count }
    private var embedded: Int { parameters.gender.columns + parameters.age.columns }

    func run() {
        fillInputs()
        for layer in 0..<layers - 1 { forward(layer) }
        forwardToLogits()
        for row in rows { turnIntoGradient(row) }
        for layer in stride(from: layers - 1, to: 0, by: -1) { backward(layer) }
        backwardToEmbeddings()
    }

    private func fillInputs() {
        let width = parameters.inputs
        for row in rows {
            let sample = Int(batch.samples[row])
            let input = batch.activations[0] + row * width
            samples.fillDense(sample, input)
            let embedding = input + width - embedded
            embedding.update(
                from: parameters.gender.row(Int(samples.genders[sample])), count: parameters.gender.columns)
            (embedding + parameters.gender.columns).update(
                from: parameters.age.row(Int(samples.ages[sample])), count: parameters.age.columns)
        }
    }

    private func multiply(_ layer: Int, into out: UnsafeMutablePointer<Float>, adds: Bool) {
        let weight = parameters.weights[layer]
        ck_gemm_packed(
            ck_kernels_in_use(), CK_PLAIN, rows.count, weight.columns, weight.rows,
            batch.activations[layer] + rows.lowerBound * weight.rows, weight.rows, batch.packedForward[layer],
            adds ? 1 : 0, out + rows.lowerBound * weight.columns, weight.columns)
    }

    private func forward(_ layer: Int) {
        let out = batch.activations[layer + 1]
        let width = parameters.sizes[layer + 1]
        multiply(layer, into: out, adds: false)
        var dropout = dropout(layer)
        for row in rows {
            let first = UInt32(truncatingIfNeeded: row * width)
            if settings.keepProbability < 1 {
                ck_bias_relu_dropout(width, parameters.biases[layer].values, out + row * width, &dropout, first)
            } else {
                ck_bias_relu_dropout(width, parameters.biases[layer].values, out + row * width, nil, first)
            }
        }
    }

    private func dropout(_ layer: Int) -> ck_dropout {
        var random = KeyedGenerator(settings.seed, 13, step, layer)
        let threshold = UInt32(min(4_294_967_295, Double(settings.keepProbability) * 4_294_967_296))
        return ck_dropout(seed: random.next(), threshold: threshold, scale: 1 / settings.keepProbability)
    }

    /// The logits' layer starts from its bias and the wide rows; the tower is added.
    private func forwardToLogits() {
        let (labels, wide) = (parameters.labels, parameters.wide)
        let logits = batch.deltas[layers - 1]
        for row in rows {
            let out = logits + row * labels
            out.update(from: parameters.biases[layers - 1].values, count: labels)
            samples.wide.withRow(Int(batch.samples[row])) { columns in
                ck_gather(labels, columns.count, columns.baseAddress, nil, wide.values, labels, out)
            }
        }
        multiply(layers - 1, into: logits, adds: true)
    }

    private func turnIntoGradient(_ row: Int) {
        let labels = parameters.labels
        let logits = batch.deltas[layers - 1] + row * labels
        let scale = 1 / Float(batch.count * labels)
        samples.labels.withRow(Int(batch.samples[row])) { positives in
            var positive: Float = 0
            for label in positives { positive += logits[Int(label)] }
            batch.losses[row] = ck_sigmoid_cross_entropy(labels, logits, scale, logits) - positive
            for label in positives { logits[Int(label)] -= scale }
        }
    }

    private func backward(_ layer: Int) {
        let weight = parameters.weights[layer]
        let below = batch.deltas[layer - 1]
        ck_gemm_packed(
            ck_kernels_in_use(), CK_PLAIN, rows.count, weight.rows, weight.columns,
            batch.deltas[layer] + rows.lowerBound * weight.columns, weight.columns, batch.packedBackward[layer], 0,
            below + rows.lowerBound * weight.rows, weight.rows)
        let scale = settings.keepProbability < 1 ? 1 / settings.keepProbability : 1
        ck_relu_backward(
            rows.count * weight.rows, batch.activations[layer] + rows.lowerBound * weight.rows, scale,
            below + rows.lowerBound * weight.rows)
    }

    /// Only the last columns of the input are learned: dx = d⁰ · W⁰[those rows]ᵀ.
    private func backwardToEmbeddings() {
        let weight = parameters.weights[0]
        ck_gemm(
            CK_PLAIN, CK_TRANSPOSED, rows.count, embedded, weight.columns,
            batch.deltas[0] + rows.lowerBound * weight.columns, weight.columns,
            weight.row(parameters.inputs - embedded), weight.columns, 0,
            batch.embeddingDeltas + rows.lowerBound * embedded,
            embedded)
    }
}
