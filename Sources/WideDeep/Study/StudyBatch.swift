import CKernels

/// The memory of a batch: what goes forward, what comes back, and the sparse columns.
final class StudyBatch: @unchecked Sendable {
    // Unchecked: see `StudyTrainer`.
    private let parameters: StudyParameters
    private(set) var count = 0
    private(set) var samples: ArraySlice<Int32> = []

    /// The input of layer l: (R, sizes[l]).
    let activations: [UnsafeMutablePointer<Float>]
    /// The gradient by the output of layer l before its activation: (R, sizes[l+1]). The last begins as the logits.
    let deltas: [UnsafeMutablePointer<Float>]
    /// (R, gender and age dimensions).
    let embeddingDeltas: UnsafeMutablePointer<Float>
    let packedForward: [UnsafeMutablePointer<Float>]
    let packedBackward: [UnsafeMutablePointer<Float>]
    let weightGradients: [UnsafeMutablePointer<Float>]
    /// The loss of each row.
    let losses: UnsafeMutableBufferPointer<Float>
    /// The wide columns of all rows, and the row of each.
    private(set) var columns: [Int32] = []
    private(set) var columnRows: [Int32] = []
    /// Pieces of the tower's weights that move in one task, the largest layers first.
    let tiles: [(layer: Int, rows: Range<Int>)]

    private let memory: UnsafeMutablePointer<Float>

    init(parameters: StudyParameters, capacity: Int) {
        self.parameters = parameters
        let sizes = parameters.sizes
        let kernels = ck_kernels_in_use()!
        let embedded = parameters.gender.columns + parameters.age.columns
        var extents = sizes.map { $0 * capacity } + sizes.dropFirst().map { $0 * capacity }
        for weight in parameters.weights {
            extents.append(ck_gemm_packed_size(kernels, weight.columns, weight.rows))
            extents.append(ck_gemm_packed_size(kernels, weight.rows, weight.columns))
            extents.append(weight.count)
        }
        extents += [embedded * capacity, capacity]
        // Each piece begins on a cache line.
        let padded = extents.map { ($0 + 15) / 16 * 16 }
        let total = padded.reduce(0, +)
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(64, total * 4), alignment: 64)
        memory = raw.bindMemory(to: Float.self, capacity: total)
        memory.initialize(repeating: 0, count: total)
        var next = memory
        var pieces = padded.map { extent in
            defer { next += extent }
            return next
        }[...]
        let layers = sizes.count - 1
        activations = Array(pieces.prefix(layers))
        pieces = pieces.dropFirst(sizes.count)
        deltas = Array(pieces.prefix(layers))
        pieces = pieces.dropFirst(layers)
        let perLayer = Array(pieces.prefix(3 * layers))
        packedForward = (0..<layers).map { perLayer[3 * $0] }
        packedBackward = (0..<layers).map { perLayer[3 * $0 + 1] }
        weightGradients = (0..<layers).map { perLayer[3 * $0 + 2] }
        pieces = pieces.dropFirst(3 * layers)
        embeddingDeltas = pieces.first!
        losses = UnsafeMutableBufferPointer(start: pieces.last!, count: capacity)
        tiles = Self.tiles(of: sizes)
    }

    private static func tiles(of sizes: [Int]) -> [(layer: Int, rows: Range<Int>)] {
        var tiles: [(layer: Int, rows: Range<Int>)] = []
        for layer in 0..<sizes.count - 1 {
            for first in stride(from: 0, to: sizes[layer], by: StudyTrainer.tileRows) {
                tiles.append((layer, first..<min(sizes[layer], first + StudyTrainer.tileRows)))
            }
        }
        return tiles.sorted { $0.rows.count * sizes[$0.layer + 1] > $1.rows.count * sizes[$1.layer + 1] }
    }

    deinit {
        UnsafeMutableRawPointer(memory).deallocate()
    }

    func begin(_ rows: ArraySlice<Int32>, samples all: StudySamples) {
        samples = ArraySlice(Array(rows))
        count = rows.count
        columns.removeAll(keepingCapacity: true)
        columnRows.removeAll(keepingCapacity: true)
        for (row, sample) in rows.enumerated() {
            all.wide.withRow(Int(sample)) { wide in
                columns.append(contentsOf: wide)
                columnRows.append(contentsOf: repeatElement(Int32(row), count: wide.count))
            }
        }
    }
}
