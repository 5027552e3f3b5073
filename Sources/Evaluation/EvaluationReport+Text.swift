import Foundation
import Shop

extension EvaluationReport {
    /// Tables for a terminal of 100 columns, ending with a line break.
    package func text() -> String {
        var lines = [
            "\(subject.model) (\(subject.preset)) on \(subject.shop): "
                + "\(grouped(subject.customers)) test baskets, \(grouped(subject.labels)) subcategories",
            "",
        ]
        lines += modelTable()
        lines += probabilityLines()
        if !baselines.isEmpty {
            for metric in [Metric.ndcg, .recall] { lines += [""] + methodTable(metric) }
            lines += [""] + comparisonLines()
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func modelTable() -> [String] {
        cutoffs.flatMap { cutoff -> [String] in
            let header =
                [
                    "at \(cutoff)", "users", "NDCG", "Recall", "HitRate", "MRR", "Precision", "coverage", "repeat",
                    "explore",
                ]
            let rows = model.results.map { result in
                func figure(_ metric: Metric) -> String {
                    let mean = decimal(result.mean(of: metric, at: cutoff))
                    guard cutoff == 10, let interval = interval(of: model.ranker.name, in: result.task, metric)
                    else { return mean }
                    return "\(mean) ±\(decimal((interval.high - interval.low) / 2))"
                }
                return [
                    result.task.description, grouped(result.customers.count), figure(.ndcg), figure(.recall),
                    figure(.hitRate), figure(.mrr), figure(.precision), decimal(result.coverage[cutoff] ?? 0),
                    figure(.repeatRecall), figure(.exploreRecall),
                ]
            }
            return aligned([header] + rows) + (cutoff == cutoffs.last ? [] : [""])
        } + ["repeat, explore: recall of what the customer bought before, and of what is new. ±: 95 % interval"]
    }

    private func probabilityLines() -> [String] {
        let report = probabilities
        return [
            "",
            "accuracy \(decimal(report.accuracy)) at threshold \(report.threshold.shortDescription); "
                + "saying \"not bought\" of everything: \(decimal(report.allZeroAccuracy)), with recall and NDCG of 0",
            "calibration error \(decimal(report.shown.expectedError)) of the ten shown, "
                + "\(decimal(report.all.expectedError)) of all labels",
        ]
    }

    private func methodTable(_ metric: Metric) -> [String] {
        let tasks = model.results.map(\.task)
        let best = tasks.map { task in
            ([model] + baselines).compactMap { interval(of: $0.ranker.name, in: task, metric)?.mean }.max()
        }
        let rows = ([model] + baselines).map { method in
            [method.ranker.name]
                + zip(tasks, best).map { task, best in
                    guard let mean = interval(of: method.ranker.name, in: task, metric)?.mean else { return "" }
                    return decimal(mean) + (mean == best ? "*" : " ")
                }
        }
        return aligned([["\(metric == .ndcg ? "NDCG" : "Recall")@10"] + tasks.map { "\($0) " }] + rows)
    }

    private func comparisonLines() -> [String] {
        let rows = comparisons.map { item in
            [
                item.task.description, item.metric == .ndcg ? "NDCG" : "Recall", item.best, decimal(item.bestMean),
                signed(item.difference.mean), "\(signed(item.difference.low)) … \(signed(item.difference.high))",
                percent(item.relative), item.verdict.rawValue,
            ]
        }
        let header = ["task", "at 10", "best other", "reaches", "ours −", "95 % interval", "relative", "verdict"]
        return aligned([header] + rows, leftColumns: [0, 1, 2, 7]) + [
            "of \(comparisons.count): \(count(of: .above)) above, \(count(of: .withinNoise)) within noise, "
                + "\(count(of: .below)) below"
        ]
    }
}

/// Columns as wide as their widest cell, numbers to the right.
private func aligned(_ rows: [[String]], leftColumns: Set<Int> = [0]) -> [String] {
    let columns = rows.first?.count ?? 0
    let widths = (0..<columns).map { column in rows.map { $0[column].displayWidth }.max() ?? 0 }
    return rows.map { row in
        var line = ""
        for (column, cell) in row.enumerated() {
            let isLeft = leftColumns.contains(column)
            line += isLeft ? cell.padded(toWidth: widths[column]) : cell.leftPadded(toWidth: widths[column])
            if column < columns - 1 { line += "  " }
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}

/// `.2742`: four digits, and no zero before the point.
func decimal(_ value: Double) -> String {
    let text = String(format: "%.4f", value)
    return text.hasPrefix("0.") ? String(text.dropFirst()) : text.replacingOccurrences(of: "-0.", with: "-.")
}

func signed(_ value: Double) -> String { value < 0 ? "−" + decimal(-value) : "+" + decimal(value) }

func percent(_ value: Double) -> String {
    (value < 0 ? "−" : "+") + String(format: "%.1f %%", abs(value) * 100)
}

/// `12,150`, in every locale.
func grouped(_ value: Int) -> String {
    var digits = Array(String(value))
    for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: position) }
    return String(digits)
}
