import Dispatch

/// The results of a function for `0..<count`, computed on all cores. The result does not depend on how many there are.
///
/// - Parameter grain: so many neighbouring indices are computed by one core in one go.
package func concurrentMap<Result: Sendable>(
    _ count: Int, grain: Int = 16, _ transform: @Sendable (Int) -> Result
) -> [Result] {
    guard count > 0 else { return [] }
    return Array(unsafeUninitializedCapacity: count) { buffer, initializedCount in
        // Each index is written by exactly one iteration, and none is read before all are done.
        nonisolated(unsafe) let results = buffer
        DispatchQueue.concurrentPerform(iterations: (count + grain - 1) / grain) { chunk in
            for index in chunk * grain..<min(count, (chunk + 1) * grain) {
                results.initializeElement(at: index, to: transform(index))
            }
        }
        initializedCount = count
    }
}
