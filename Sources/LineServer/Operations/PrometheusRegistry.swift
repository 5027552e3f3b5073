import CoreMetrics
import NIOConcurrencyHelpers
import Synchronization

/// A metrics backend that writes Prometheus' text format (version 0.0.4).
///
///     let registry = PrometheusRegistry()
///     MetricsSystem.bootstrap(registry)
///     registry.text()      // "# TYPE dami_requests_total counter\ndami_requests_total{form=\"text\"} 12\n…"
///
/// Counters become counters, gauges gauges, timers histograms in seconds. To increment one is an atomic addition.
public final class PrometheusRegistry: MetricsFactory {
    fileprivate struct Key: Hashable, Comparable {
        var label: String
        var dimensions: String

        static func < (a: Key, b: Key) -> Bool { (a.label, a.dimensions) < (b.label, b.dimensions) }
    }

    private struct Tables {
        var counters: [Key: CountingHandler] = [:]
        var gauges: [Key: GaugeHandler] = [:]
        var histograms: [Key: HistogramHandler] = [:]
    }

    private let tables = NIOLockedValueBox(Tables())
    private let help: [String: String]

    /// - Parameter help: what to say about a metric, by its label.
    public init(help: [String: String] = PrometheusRegistry.serverHelp) {
        self.help = help
    }

    /// What the server's own metrics mean.
    public static let serverHelp = [
        "dami_requests_total": "Lines answered, by their form.",
        "dami_request_duration_seconds":
            "From a line being read to its reply being ready, waiting for the disk included.",
        "dami_connections": "Connections open now.",
        "dami_connections_accepted_total": "Connections accepted.",
        "dami_sessions": "Conversations that somebody is in.",
        "dami_errors_total": "Errors answered, by their code.",
        "dami_reloads_total": "Models taken up while running.",
    ]

    private func key(_ label: String, _ dimensions: [(String, String)]) -> Key {
        let pairs = dimensions.map { name, value in
            let escaped = value.reduce(into: "") { text, character in
                switch character {
                case "\\": text += "\\\\"
                case "\"": text += "\\\""
                case "\n": text += "\\n"
                default: text.append(character)
                }
            }
            return "\(name)=\"\(escaped)\""
        }
        return Key(label: label, dimensions: pairs.joined(separator: ","))
    }

    // MARK: - Making

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let key = key(label, dimensions)
        return tables.withLockedValue { tables in
            if let known = tables.counters[key] { return known }
            let new = CountingHandler()
            tables.counters[key] = new
            return new
        }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let key = key(label, dimensions)
        return tables.withLockedValue { tables in
            if let known = tables.gauges[key] { return known }
            let new = GaugeHandler()
            tables.gauges[key] = new
            return new
        }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let key = key(label, dimensions)
        return tables.withLockedValue { tables in
            if let known = tables.histograms[key] { return known }
            let new = HistogramHandler()
            tables.histograms[key] = new
            return new
        }
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    // MARK: - Writing

    /// All metrics, sorted by name.
    public func text() -> String {
        let tables = tables.withLockedValue { $0 }
        var families: [String: (type: String, lines: [String])] = [:]
        func add(_ key: Key, _ type: String, _ lines: [String]) {
            families[key.label, default: (type, [])].lines += lines
        }
        for (key, counter) in tables.counters.sorted(by: { $0.key < $1.key }) {
            add(key, "counter", [Self.line(key.label, key.dimensions, "\(counter.value)")])
        }
        for (key, gauge) in tables.gauges.sorted(by: { $0.key < $1.key }) {
            add(key, "gauge", [Self.line(key.label, key.dimensions, Self.number(gauge.value))])
        }
        for (key, histogram) in tables.histograms.sorted(by: { $0.key < $1.key }) {
            add(key, "histogram", histogram.lines(label: key.label, dimensions: key.dimensions))
        }
        var text = ""
        for (label, family) in families.sorted(by: { $0.key < $1.key }) {
            if let help = help[label] { text += "# HELP \(label) \(help)\n" }
            text += "# TYPE \(label) \(family.type)\n"
            for line in family.lines { text += line + "\n" }
        }
        return text
    }

    fileprivate static func line(_ name: String, _ dimensions: String, _ value: String) -> String {
        dimensions.isEmpty ? "\(name) \(value)" : "\(name){\(dimensions)} \(value)"
    }

    fileprivate static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
}

private final class CountingHandler: CounterHandler, Sendable {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }
}

private final class GaugeHandler: RecorderHandler, Sendable {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
}

/// Counts durations in buckets that grow by about 2.5 each, from 50 µs to 2.5 s.
private final class HistogramHandler: TimerHandler, Sendable {
    private static let bounds: [Int64] = [
        50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000,
    ]

    private struct Counts {
        var buckets = [Int64](repeating: 0, count: HistogramHandler.bounds.count + 1)
        var sum: Int64 = 0
    }

    private let counts = NIOLockedValueBox(Counts())

    func recordNanoseconds(_ duration: Int64) {
        let bucket = Self.bounds.firstIndex { duration <= $0 } ?? Self.bounds.count
        counts.withLockedValue { counts in
            counts.buckets[bucket] += 1
            counts.sum += duration
        }
    }

    func lines(label: String, dimensions: String) -> [String] {
        let counts = counts.withLockedValue { $0 }
        let prefix = dimensions.isEmpty ? "" : dimensions + ","
        var lines: [String] = []
        var cumulative: Int64 = 0
        for (index, count) in counts.buckets.enumerated() {
            cumulative += count
            let bound = index < Self.bounds.count ? "\(Double(Self.bounds[index]) / 1e9)" : "+Inf"
            lines.append(PrometheusRegistry.line(label + "_bucket", prefix + "le=\"\(bound)\"", "\(cumulative)"))
        }
        lines.append(PrometheusRegistry.line(label + "_sum", dimensions, "\(Double(counts.sum) / 1e9)"))
        lines.append(PrometheusRegistry.line(label + "_count", dimensions, "\(cumulative)"))
        return lines
    }
}
