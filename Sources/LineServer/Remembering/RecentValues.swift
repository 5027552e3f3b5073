import Synchronization

/// The results of a pure function for the arguments that were asked for lately, a bounded number of them.
///
///     let squares = RecentValues<Int, Int>(capacity: 1000)
///     squares.value(for: 12) { 144 }   // computed
///     squares.value(for: 12) { 144 }   // remembered
///
/// Two generations: what is asked for again while it is in the old one moves to the young one; when the young one has half of
/// the capacity it becomes the old one, and what nobody asked for is gone. Every step is O(1), and at most `capacity`
/// values are held. Safe to use from any number of threads; two that ask for the same at once both compute it.
final class RecentValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Generations {
        var young: [Key: Value] = [:]
        var old: [Key: Value] = [:]
    }

    private let generations = Mutex(Generations())
    private let half: Int

    init(capacity: Int) { half = max(1, capacity / 2) }

    func value(for key: Key, compute: () -> Value) -> Value {
        if let known = lookUp(key) { return known }
        let value = compute()
        generations.withLock { keep(value, for: key, in: &$0) }
        return value
    }

    /// The number of values held.
    var count: Int { generations.withLock { $0.young.count + $0.old.count } }

    private func lookUp(_ key: Key) -> Value? {
        generations.withLock { generations in
            if let value = generations.young[key] { return value }
            guard let value = generations.old.removeValue(forKey: key) else { return nil }
            keep(value, for: key, in: &generations)
            return value
        }
    }

    private func keep(_ value: Value, for key: Key, in generations: inout Generations) {
        if generations.young.count >= half {
            generations.old = generations.young
            generations.young = [:]
            generations.young.reserveCapacity(half)
        }
        generations.young[key] = value
    }
}
