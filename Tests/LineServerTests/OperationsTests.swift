import Foundation
import Logging
import Metrics
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import LineServer

@Suite("Metrics and health")
struct OperationsTests {
    @Test("Counters, gauges and timers are written as Prometheus reads them")
    func text() {
        let registry = PrometheusRegistry(help: ["requests_total": "Lines."])
        let text = Counter(label: "requests_total", dimensions: [("form", "text")], factory: registry)
        let odd = Counter(label: "requests_total", dimensions: [("form", "a\"b\\c\nd")], factory: registry)
        text.increment(by: 3)
        odd.increment()
        Gauge(label: "connections", factory: registry).record(7)
        let timer = Timer(label: "duration_seconds", factory: registry)
        for nanoseconds: Int64 in [40_000, 900_000, 900_000, 9_000_000_000] { timer.recordNanoseconds(nanoseconds) }
        let lines = registry.text().split(separator: "\n").map(String.init)
        #expect(lines.contains("# HELP requests_total Lines."))
        #expect(lines.contains("# TYPE requests_total counter"))
        #expect(lines.contains(#"requests_total{form="text"} 3"#))
        #expect(lines.contains(#"requests_total{form="a\"b\\c\nd"} 1"#))
        #expect(lines.contains("# TYPE connections gauge") && lines.contains("connections 7"))
        #expect(lines.contains(#"duration_seconds_bucket{le="5e-05"} 1"#))
        #expect(lines.contains(#"duration_seconds_bucket{le="0.001"} 3"#))
        #expect(lines.contains(#"duration_seconds_bucket{le="2.5"} 3"#))
        #expect(lines.contains(#"duration_seconds_bucket{le="+Inf"} 4"#))
        #expect(lines.contains("duration_seconds_count 4"))
        #expect(lines.filter { $0.hasPrefix("# TYPE") }.count == 3)
    }

    @Test("The same name gives the same counter")
    func identity() {
        let registry = PrometheusRegistry()
        Counter(label: "a", factory: registry).increment()
        Counter(label: "a", factory: registry).increment()
        #expect(registry.text().contains("a 2"))
    }

    @Test("The pages are served over HTTP; health follows the server")
    func pages() async throws {
        let registry = PrometheusRegistry()
        Counter(label: "a", factory: registry).increment()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let endpoint = MetricsEndpoint(host: "127.0.0.1", port: 0, registry: registry, logger: logger) { false }
        let services = ServiceGroup(services: [endpoint], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let address = try await endpoint.address
            for (request, expected) in [
                ("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "\r\n\r\n# TYPE a counter\na 1\n"),
                ("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "503 Service Unavailable"),
                ("GET /other HTTP/1.0\r\n\r\n", "404 Not Found"),
                (
                    "POST /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                    "405 Method Not Allowed"
                ),
            ] {
                let client = try await LineClient(to: address)
                try await client.send(request)
                try await client.waitForClose()
                #expect(client.received.contains(expected), "\(client.received)")
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }
}
