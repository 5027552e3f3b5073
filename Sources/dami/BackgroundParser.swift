import Foundation
import Shop
import Synchronization
import Understanding

/// A parser that is made on a thread of its own while something else goes on: a prompt that is shown, a line that is
/// typed. Who asks before it is ready waits for it.
final class BackgroundParser: UtteranceParsing {
    private let parser = Mutex<UtteranceParser?>(nil)
    private let ready = DispatchSemaphore(value: 0)

    init(catalog: Catalog) {
        Thread.detachNewThread { [self] in
            let made = UtteranceParser(catalog: catalog)
            parser.withLock { $0 = made }
            ready.signal()
        }
    }

    private var made: UtteranceParser {
        if let parser = parser.withLock({ $0 }) { return parser }
        ready.wait()
        // For whoever waits beside us.
        ready.signal()
        guard let parser = parser.withLock({ $0 }) else { preconditionFailure("signalled before it was made") }
        return parser
    }

    func utterance(of text: String, today: CalendarDay) -> Utterance { made.utterance(of: text, today: today) }

    func nearestItems(to text: String, limit: Int) -> [ItemID] { made.nearestItems(to: text, limit: limit) }
}
