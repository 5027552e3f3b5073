import CKernels

/// A matrix of weights with the state of its optimiser.
///
/// Row-major (rows, columns). Rows may be brought up to date lazily: ``lastStep`` holds, for each row, the last step that
/// it has seen; weights that had no gradient since have those steps outstanding.
final class Parameter: @unchecked Sendable {
    // Unchecked: the trainer's tasks write to rows of their own.
    let name: String
    let rows: Int
    let columns: Int
    let values: UnsafeMutablePointer<Float>
    /// The optimiser's slots: Adam's moments, FTRL's z and n, Adagrad's sum in `second`.
    let first: UnsafeMutablePointer<Float>?
    let second: UnsafeMutablePointer<Float>?
    /// Of lazy parameters.
    let lastStep: UnsafeMutablePointer<Int32>?

    var count: Int { rows * columns }

    init(_ name: String, rows: Int, columns: Int, optimiser: Optimiser, isLazy: Bool = false) {
        self.name = name
        self.rows = rows
        self.columns = columns
        let count = rows * columns
        func allocated(_ value: Float?) -> UnsafeMutablePointer<Float>? {
            guard let value else { return nil }
            let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(1, count))
            memory.initialize(repeating: value, count: max(1, count))
            return memory
        }
        values = allocated(0)!
        first = allocated(optimiser.initialSlots.first)
        second = allocated(optimiser.initialSlots.second)
        if isLazy {
            lastStep = .allocate(capacity: max(1, rows))
            lastStep!.initialize(repeating: 0, count: max(1, rows))
        } else {
            lastStep = nil
        }
    }

    deinit {
        values.deallocate()
        first?.deallocate()
        second?.deallocate()
        lastStep?.deallocate()
    }

    func row(_ index: Int) -> UnsafeMutablePointer<Float> { values + index * columns }

    var array: [Float] { Array(UnsafeBufferPointer(start: values, count: count)) }

    /// Step t of some rows, by their gradient.
    func step(_ t: Int, rows: Range<Int>, gradient: UnsafePointer<Float>, by schedule: OptimiserSchedule) {
        let start = rows.lowerBound * columns
        schedule.step(
            t, count: rows.count * columns, values: values + start, first: first.map { $0 + start },
            second: second.map { $0 + start }, gradient: gradient)
        if let lastStep { for row in rows { lastStep[row] = Int32(t) } }
    }

    /// Brings a lazy row to where it is after step t, with no gradient since its last. A row that never had one has
    /// nothing to catch up with.
    func catchUp(row: Int, to t: Int, by schedule: OptimiserSchedule) {
        guard let lastStep, !schedule.optimiser.restsWithoutGradient else { return }
        let last = Int(lastStep[row])
        guard last > 0, last < t else { return }
        let start = row * columns
        schedule.idle(
            last + 1...t, count: columns, values: values + start, first: first.map { $0 + start },
            second: second.map { $0 + start })
        lastStep[row] = Int32(t)
    }
}
