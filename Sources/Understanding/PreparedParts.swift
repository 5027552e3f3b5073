import Foundation
import Shop

/// A grammar and a lexicon that are made on another thread while the program goes on: a prompt need not wait for them.
///
/// The lock is what makes sharing it safe: `made` is only touched under it.
final class PreparedParts: @unchecked Sendable {
    struct Parts {
        var grammar: Grammar
        var lexicon: ItemLexicon
    }

    private let lock = NSLock()
    private let make: @Sendable () -> Parts
    private var made: Parts?

    init(_ make: @escaping @Sendable () -> Parts) { self.make = make }

    /// Begins to make the parts in the background.
    func begin() { Thread.detachNewThread { _ = self.parts } }

    /// The parts; waits for them the first time.
    var parts: Parts {
        lock.withLock {
            if let made { return made }
            let parts = make()
            made = parts
            return parts
        }
    }
}
