import Foundation
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import LineServer

@Suite("Whose turn it is") struct TurnQueueTests {
    @Test func littleGoesBeforeMuchButMuchGetsATurnOfEverySlice() {
        let eventLoop = EmbeddedEventLoop()
        // By this clock a slice never ends, however busy the machine is.
        let queue = TurnQueue(eventLoop: eventLoop, now: { .uptimeNanoseconds(0) })
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
        let queue = TurnQueue(eventLoop: eventLoop, now: { .uptimeNanoseconds(1_000_000_000) })
        var turns = 0
        queue.servedLight(at: .uptimeNanoseconds(999_000_000))
        queue.add(isHeavy: true) { turns += 1 }
        eventLoop.advanceTime(by: .microseconds(100))
        #expect(turns == 0)
        eventLoop.advanceTime(by: .microseconds(300))
        #expect(turns == 1)
    }

    /// A slice that is due again when it ends keeps a real event loop from its sockets for as long as anybody has lines left.
    @Test func theSocketsAreLookedAtBetweenSlices() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let busy = BusyTurns(eventLoop: group.next())
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { busy.accepted() }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let address = try #require(server.localAddress)
        // The kernel connects it at once; to be accepted it needs the event loop, and nothing else, however busy the machine is.
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        let connected = try await group.next().submit {
            let status = address.withSockAddr { connect(client, $0, socklen_t($1)) }
            busy.begin()
            return status
        }.get()
        #expect(connected == 0)
        let turns = try await busy.turnsWhenAccepted.futureResult.get()
        #expect(turns < BusyTurns.most / 10)
        try await server.close()
        try await group.shutdownGracefully()
    }
}

/// A connection that always has lines left, until it has had very many turns. Belongs to its event loop.
private final class BusyTurns: @unchecked Sendable {
    static let most = 10_000
    let turnsWhenAccepted: EventLoopPromise<Int>
    private let queue: TurnQueue
    private var turns = 0
    private var isOver = false

    init(eventLoop: any EventLoop) {
        queue = TurnQueue(eventLoop: eventLoop)
        turnsWhenAccepted = eventLoop.makePromise()
    }

    func begin() { queue.add(isHeavy: true, turn) }

    func accepted() {
        isOver = true
        turnsWhenAccepted.succeed(turns)
    }

    private func turn() {
        turns += 1
        let end = NIODeadline.now() + .microseconds(50)
        while NIODeadline.now() < end {}
        if !isOver, turns < Self.most { queue.add(isHeavy: true, turn) }
    }
}
