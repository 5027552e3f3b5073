import ArgumentParser
import Foundation
import NIOCore
import NIOPosix

/// Asks a line server as many lines as it answers, or so many a second, and says how long each reply took.
///
/// With `--rate` a line's time counts from when it was due, not from when it could be sent, so that a server which stalls
/// is charged for all the lines that waited (Tene's "coordinated omission").
@main
struct LineLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "line-load", abstract: "A load generator for line protocols.")

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        /// Lines of a conversation; a reply ends with an empty line.
        case text
        /// The same lines as JSON requests.
        case json
        /// JSON `ping`s: the protocol without the engine.
        case ping
        /// Lines that come back as they are.
        case echo
        /// Redis' inline PING.
        case redis
    }

    @Option(help: "What to say.") var kind = Kind.text
    @Option(help: "The server's host.") var host = "127.0.0.1"
    @Option(help: "The server's port.") var port = 7447
    @Option(help: "Connections at once.") var connections = 50
    @Option(help: "Lines that each connection has under way.") var depth = 1
    @Option(help: "Lines a second, over all connections; 0 for as many as go.") var rate = 0
    @Option(help: "Seconds to measure, after one to warm up.") var seconds = 10.0
    @Option(help: "Event loops of the generator.") var threads = 1
    @Option(help: "Share of lines that change nothing (recommend, show), in percent; the rest change cart or profile.")
    var reading = 60
    @Flag(help: "Print one line of JSON.") var json = false

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let start = NIODeadline.now() + .milliseconds(200)
        let plan = Plan(
            script: Script(kind: kind, reading: reading), depth: depth, interval: interval, start: start,
            measureFrom: start + .seconds(1), end: start + .seconds(1) + .nanoseconds(Int64(seconds * 1e9)))
        let results = try await withThrowingTaskGroup(of: Latencies.self) { tasks in
            for index in 0..<connections {
                tasks.addTask {
                    let done = group.any().makePromise(of: Latencies.self)
                    _ = try await ClientBootstrap(group: group)
                        .channelOption(.socketOption(.tcp_nodelay), value: 1)
                        .channelInitializer { channel in
                            channel.eventLoop.makeCompletedFuture {
                                try channel.pipeline.syncOperations.addHandler(
                                    LoadHandler(plan: plan, index: index, done: done))
                            }
                        }
                        .connect(host: host, port: port).get()
                    return try await done.futureResult.get()
                }
            }
            var total = Latencies()
            for try await latencies in tasks { total.add(latencies) }
            return total
        }
        try await group.shutdownGracefully()
        report(results)
    }

    /// Between two lines of one connection.
    private var interval: TimeAmount? {
        rate > 0 ? .nanoseconds(Int64(1e9 * Double(connections) / Double(rate))) : nil
    }

    private func report(_ latencies: Latencies) {
        let perSecond = Double(latencies.count) / seconds
        let values = [0.5, 0.9, 0.99, 0.999, 1].map { latencies.quantile($0) / 1000 }
        if json {
            print(
                """
                {"kind":"\(kind.rawValue)","connections":\(connections),"depth":\(depth),"rate":\(rate),\
                "lines_per_second":\(Int(perSecond)),"p50_us":\(values[0]),"p90_us":\(values[1]),\
                "p99_us":\(values[2]),"p999_us":\(values[3]),"max_us":\(values[4])}
                """)
        } else {
            let names = ["p50", "p90", "p99", "p99.9", "max"]
            let times = zip(names, values).map { "\($0) \(String(format: "%.0f", $1)) µs" }.joined(separator: ", ")
            print("\(kind.rawValue): \(Int(perSecond)) lines/s, \(times)")
        }
    }
}

/// What all connections share.
struct Plan: Sendable {
    var script: Script
    var depth: Int
    var interval: TimeAmount?
    var start: NIODeadline
    var measureFrom: NIODeadline
    var end: NIODeadline
}

/// The lines of a shopper, in turn.
struct Script: Sendable {
    let lines: [ByteBuffer]
    /// Whether an empty line ends a reply.
    let endsWithEmptyLine: Bool

    init(kind: LineLoad.Kind, reading: Int) {
        let readingLines = ["추천해줘", "왜?", "더 보여줘", "장바구니 보여줘", "recommend me five things", "what's in my cart?"]
        let changingLines = ["우유 담아줘", "30대 여자야", "우유 빼줘", "I'm a 25 year old man", "생수 담아줘", "장바구니 비워줘"]
        let spoken = (0..<100).map { index in
            // Spreads the readings evenly among the changes.
            (index * reading) / 100 != ((index + 1) * reading) / 100
                ? readingLines[index % readingLines.count] : changingLines[index % changingLines.count]
        }
        endsWithEmptyLine = kind == .text
        lines =
            switch kind {
            case .text: spoken.map { ByteBuffer(string: $0 + "\n") }
            case .json: spoken.enumerated().map { ByteBuffer(string: "{\"id\":\($0),\"text\":\"\($1)\"}\n") }
            case .ping: [ByteBuffer(string: "{\"id\":1,\"ping\":true}\n")]
            case .echo: [ByteBuffer(string: "우유 담고 추천해줘\n")]
            case .redis: [ByteBuffer(string: "PING\r\n")]
            }
    }
}

/// Counts of latencies in buckets of 1.5 % each, from 1 µs to 100 s.
struct Latencies: Sendable {
    private static let step = 1.015
    private var buckets = [Int](repeating: 0, count: 1300)
    private(set) var count = 0

    mutating func record(_ nanoseconds: Int64) {
        let bucket = Int(log(max(1000, Double(nanoseconds)) / 1000) / log(Self.step))
        buckets[min(bucket, buckets.count - 1)] += 1
        count += 1
    }

    mutating func add(_ other: Latencies) {
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        count += other.count
    }

    /// In nanoseconds.
    func quantile(_ share: Double) -> Double {
        var left = Int((Double(count) * share).rounded(.up))
        for (index, bucket) in buckets.enumerated() {
            left -= bucket
            if left <= 0, bucket > 0 { return 1000 * pow(Self.step, Double(index + 1)) }
        }
        return 0
    }
}
