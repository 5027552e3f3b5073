import Dialogue
import Metrics
import NIOConcurrencyHelpers
import NIOCore

/// What a server counts, through swift-metrics: whoever runs it chooses where that goes.
struct ServerMetrics: Sendable {
    private let textRequests = Counter(label: "dami_requests_total", dimensions: [("form", "text")])
    private let jsonRequests = Counter(label: "dami_requests_total", dimensions: [("form", "json")])
    private let latency = Metrics.Timer(label: "dami_request_duration_seconds")
    private let connections = Gauge(label: "dami_connections")
    private let accepted = Counter(label: "dami_connections_accepted_total")
    private let sessions = Gauge(label: "dami_sessions")
    private let reloads = Counter(label: "dami_reloads_total")
    private let errors: [ErrorCode: Counter]

    init() {
        errors = Dictionary(
            uniqueKeysWithValues: ErrorCode.allCases.map {
                ($0, Counter(label: "dami_errors_total", dimensions: [("code", $0.rawValue)]))
            })
    }

    /// A line was answered, so long after it was read.
    func answered(_ form: RequestLine.Form, after duration: TimeAmount) {
        if form == .text { textRequests.increment() } else { jsonRequests.increment() }
        latency.recordNanoseconds(duration.nanoseconds)
    }

    func refused(_ code: ErrorCode) { errors[code]?.increment() }

    func accepted(connections count: Int) {
        accepted.increment()
        connections.record(count)
    }

    func closed(connections count: Int) { connections.record(count) }

    func sessions(_ count: Int) { sessions.record(count) }

    func reloaded() { reloads.increment() }
}
