import NIOCore
import NIOEmbedded
import Testing

@testable import LineServer

@Suite("Whose turn it is") struct TurnQueueTests {
    @Test func littleGoesBeforeMuchButMuchGetsATurnOfEverySlice() {
        let eventLoop = EmbeddedEventLoop()
        let queue = TurnQueue(eventLoop: eventLoop)
        var order: [String] = []
        for name in ["much 1", "much 2"] { queue.add(isHeavy: true) { order.append(name) } }
        for name in ["little 1", "little 2"] { queue.add(isHeavy: false) { order.append(name) } }
        #expect(queue.isBusy)
        #expect(order.isEmpty)
        while queue.isBusy { eventLoop.advanceTime(by: .milliseconds(1)) }
        #expect(order == ["much 1", "little 1", "little 2", "much 2"])
    }

    @Test func whoGoesOnForEverLeavesTheLoopToOthersBetweenSlices() {
        let eventLoop = EmbeddedEventLoop()
        let queue = TurnQueue(eventLoop: eventLoop)
        var turns = 0
        func goOn() {
            turns += 1
            queue.add(isHeavy: true, goOn)
        }
        queue.add(isHeavy: true, goOn)
        // Were it run by tasks that are ready at once, this would not return.
        eventLoop.advanceTime(by: .microseconds(50))
        #expect(turns > 0)
        #expect(queue.isBusy)
    }

    @Test func heavyConnectionsLeaveTheProcessorToOthersWhileTheseAsk() {
        let eventLoop = EmbeddedEventLoop()
        let queue = TurnQueue(eventLoop: eventLoop)
        var turns = 0
        queue.servedLight(at: .now())
        queue.add(isHeavy: true) { turns += 1 }
        eventLoop.advanceTime(by: .microseconds(100))
        #expect(turns == 0)
        eventLoop.advanceTime(by: .microseconds(300))
        #expect(turns == 1)
    }
}
