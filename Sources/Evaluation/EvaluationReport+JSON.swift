import Foundation

extension EvaluationReport {
    /// One line of JSON: the keys that other programs rely on (`tasks`, `accuracy`, `baselines`), and what else is known.
    ///
    /// Keys are sorted, numbers rounded to six digits: the same report gives the same bytes.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(ReportRecord(self)), as: UTF8.self)
    }
}

/// The report in the words of the interface.
private struct ReportRecord: Encodable {
    typealias Figures = [String: Double]

    struct Accuracy: Encodable {
        var threshold: Double
        var value: Double
        /// What saying "not bought" of everything reaches.
        var all_zero: Double
    }

    struct Difference: Encodable {
        var best: String
        var value: Double
        var difference: Double
        var low: Double
        var high: Double
        var verdict: String
    }

    var tasks: [String: Figures]
    var accuracy: Accuracy
    var baselines: [String: [String: Figures]]
    var settings: [String: String]
    var calibration: Figures
    /// By task and metric: the ends of the 95 % interval.
    var intervals: [String: [String: [Double]]]
    var comparison: [String: [String: Difference]]
    /// By task, dimension and segment.
    var segments: [String: [String: [String: Figures]]]

    init(_ report: EvaluationReport) {
        tasks = Self.figures(of: report.model, cutoffs: report.cutoffs)
        accuracy = Accuracy(
            threshold: report.probabilities.threshold, value: rounded(report.probabilities.accuracy),
            all_zero: rounded(report.probabilities.allZeroAccuracy))
        baselines = Dictionary(
            report.baselines.map { ($0.ranker.name, Self.figures(of: $0, cutoffs: report.cutoffs)) }
        ) { first, _ in first }
        settings = Dictionary(
            report.baselines.filter { !$0.settings.isEmpty }.map { ($0.ranker.name, $0.settings) }
        ) { first, _ in first }
        calibration = [
            "ece@10": rounded(report.probabilities.shown.expectedError),
            "ece": rounded(report.probabilities.all.expectedError),
        ]
        intervals = [:]
        segments = [:]
        comparison = [:]
        for result in report.model.results {
            for metric in [Metric.ndcg, .recall] {
                guard let interval = report.interval(of: report.model.ranker.name, in: result.task, metric)
                else { continue }
                intervals[result.task.description, default: [:]][metric.key(at: 10)] = [
                    rounded(interval.low), rounded(interval.high),
                ]
            }
        }
        for (task, figures) in report.segments {
            for row in figures {
                segments[task.description, default: [:]][row.segment.dimension.rawValue, default: [:]][
                    row.segment.name] = [
                        "users": Double(row.users), Metric.ndcg.key(at: 10): rounded(row.ndcg.mean),
                        Metric.recall.key(at: 10): rounded(row.recall.mean),
                    ]
            }
        }
        for item in report.comparisons {
            comparison[item.task.description, default: [:]][item.metric.key(at: 10)] = Difference(
                best: item.best, value: rounded(item.bestMean), difference: rounded(item.difference.mean),
                low: rounded(item.difference.low), high: rounded(item.difference.high), verdict: item.verdict.rawValue)
        }
    }

    private static func figures(of ranker: MeasuredRanker, cutoffs: [Int]) -> [String: Figures] {
        var tasks: [String: Figures] = [:]
        for result in ranker.results {
            var figures = ["users": Double(result.customers.count)]
            for cutoff in cutoffs {
                for metric in Metric.allCases {
                    figures[metric.key(at: cutoff)] = rounded(result.mean(of: metric, at: cutoff))
                }
                figures["coverage@\(cutoff)"] = rounded(result.coverage[cutoff] ?? 0)
            }
            tasks[result.task.description] = figures
        }
        return tasks
    }
}

private func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
