import Report
import Shop

extension EvaluationReport {
    /// One page that needs nothing else: no script, no font, no picture from elsewhere; light or dark as the reader's
    /// system is; readable from 320 points of width up.
    package func html() -> String {
        let sections = [
            headline, tasksSection, baselines.isEmpty ? "" : comparisonSection, chartsSection, calibrationSection,
            segmentsSection, trainingSection, methodsSection,
        ]
        return HTMLPage(title: "\(subject.model): evaluation", sections: sections).html
    }

    private var headline: String {
        let facts = [
            ("test baskets", grouped(subject.customers)), ("train baskets", grouped(subject.trainBaskets)),
            ("subcategories", grouped(subject.labels)), ("preset", HTMLText.escaped(subject.preset)),
        ]
        let verdict =
            baselines.isEmpty
            ? ""
            : """
            <p class="verdict"><b>\(count(of: .above))</b> of \(comparisons.count) columns above the best known method,
            <b>\(count(of: .withinNoise))</b> within noise, <b>\(count(of: .below))</b> below.</p>
            """
        return """
            <header>
            <h1>\(HTMLText.escaped(subject.model))</h1>
            <p class="sub">measured on \(HTMLText.escaped(subject.shop))</p>
            <dl class="facts">\(facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined())</dl>
            \(verdict)
            </header>
            """
    }

    private var tasksSection: String {
        let sections = cutoffs.map { cutoff in
            let rows = model.results.map { result in
                [HTMLText.escaped(result.task.description), grouped(result.customers.count)]
                    + [Metric.ndcg, .recall].map { metric in
                        let mean = decimal(result.mean(of: metric, at: cutoff))
                        guard cutoff == 10, let interval = interval(of: model.ranker.name, in: result.task, metric)
                        else { return mean }
                        return "\(mean) <small>±\(decimal((interval.high - interval.low) / 2))</small>"
                    }
                    + [Metric.hitRate, .mrr, .precision].map { decimal(result.mean(of: $0, at: cutoff)) }
                    + [decimal(result.coverage[cutoff] ?? 0)]
                    + [Metric.repeatRecall, .exploreRecall].map { decimal(result.mean(of: $0, at: cutoff)) }
            }
            return table(
                header: [
                    "at \(cutoff)", "users", "NDCG", "Recall", "Hit rate", "MRR", "Precision", "Coverage", "Repeat",
                    "Explore",
                ], rows: rows)
        }
        return """
            <section>
            <h2>What it reaches</h2>
            <p><b>warm</b>: history and profile, an empty cart. <b>cart-k</b>: a stranger with k random items of the test
            basket in the cart, the others to be found. <b>warm-cart-k</b>: both. <b>profile</b>, <b>none</b>: a stranger
            whose gender and age are known, or nothing. Items in the cart are never ranked. <b>Repeat</b> and
            <b>Explore</b> are the recall of items that the customer bought before, and of new ones. ± is half a 95 %
            interval over customers.</p>
            \(sections.joined(separator: "\n"))
            </section>
            """
    }

    private var comparisonSection: String {
        let tasks = model.results.map(\.task)
        let tables = [Metric.ndcg, .recall].map { metric in
            let methods = [model] + baselines
            let best = tasks.map { task in
                methods.compactMap { interval(of: $0.ranker.name, in: task, metric)?.mean }.max()
            }
            let rows = methods.map { method in
                [HTMLText.escaped(method.ranker.name)]
                    + zip(tasks, best).map { task, best in
                        guard let mean = interval(of: method.ranker.name, in: task, metric)?.mean else { return "" }
                        return mean == best ? "<b>\(decimal(mean))</b>" : decimal(mean)
                    }
            }
            return table(header: ["\(metric == .ndcg ? "NDCG" : "Recall")@10"] + tasks.map(\.description), rows: rows)
        }
        let differences = comparisons.map { item in
            [
                HTMLText.escaped(item.task.description), item.metric == .ndcg ? "NDCG" : "Recall",
                HTMLText.escaped(item.best),
                decimal(item.bestMean), signed(item.difference.mean),
                "\(signed(item.difference.low)) … \(signed(item.difference.high))", percent(item.relative),
                "<span class=\"\(item.verdict == .withinNoise ? "noise" : item.verdict.rawValue)\">"
                    + "\(item.verdict.rawValue)</span>",
            ]
        }
        return """
            <section>
            <h2>Against known methods</h2>
            <p>Every method saw the same train baskets and was asked the same questions; its settings were chosen on train
            baskets alone. A cell is empty where a method does not use what the task tells.</p>
            \(tables.joined(separator: "\n"))
            <h3>Ours minus the best other, on the same customers</h3>
            <p>The interval resamples customers in pairs. “Above” and “below” mean that it does not hold zero. The best
            other is the one that did best on these very baskets, which favours it a little.</p>
            \(table(
                header: ["task", "at 10", "best other", "reaches", "ours −", "95 % interval", "relative", "verdict"],
                rows: differences, leftColumns: [0, 1, 2, 7]))
            </section>
            """
    }

    private var chartsSection: String {
        let methods = [model] + baselines
        let panels = model.results.map { result in
            let rows = methods.compactMap { method -> IntervalChart.Row? in
                guard let interval = interval(of: method.ranker.name, in: result.task, .ndcg) else { return nil }
                return IntervalChart.Row(
                    name: method.ranker.name, mean: interval.mean, low: interval.low, high: interval.high,
                    isOurs: method.ranker.name == model.ranker.name)
            }
            return """
                <figure><figcaption>\(HTMLText.escaped(result.task.description))</figcaption>
                \(IntervalChart(rows: rows.sorted { $0.mean > $1.mean }, label: "NDCG@10 of each method").svg)</figure>
                """
        }
        return """
            <section>
            <h2>NDCG@10 by task</h2>
            <p>Dots are means, bars 95 % intervals over customers. The intervals of two methods may overlap although one is
            surely better: they were asked of the same customers, and the paired differences are what decides.</p>
            <div class="panels">\(panels.joined(separator: "\n"))</div>
            </section>
            """
    }

    private var calibrationSection: String {
        let points = probabilities.shown.bins.map {
            ReliabilityChart.Point(predicted: $0.predicted, observed: $0.observed, count: $0.count)
        }
        return """
            <section>
            <h2>Do the scores mean what they say?</h2>
            <p>Of the items shown with a score of 20 %, one in five should be bought. Expected calibration error:
            <b>\(decimal(probabilities.shown.expectedError))</b> of the ten items shown,
            <b>\(decimal(probabilities.all.expectedError))</b> of all subcategories.</p>
            <div class="panels"><figure><figcaption>The ten shown, all tasks</figcaption>
            \(ReliabilityChart(points: points).svg)</figure></div>
            <p>Accuracy, the share of (customer, subcategory) cells in which “score above
            \(probabilities.threshold.shortDescription)” is right, is <b>\(decimal(probabilities.accuracy))</b>. Saying “not
            bought” of everything reaches <b>\(decimal(probabilities.allZeroAccuracy))</b>, with a recall and an NDCG of 0:
            accuracy says nothing about recommendations.</p>
            </section>
            """
    }

    private var segmentsSection: String {
        let shown = segments.filter { $0.task == .warm || $0.task == .profile || segments.count == 1 }
        guard !shown.isEmpty else { return "" }
        let tables = shown.map { task, figures in
            """
            <h3>\(HTMLText.escaped(task.description))</h3>
            \(table(
                header: ["", "segment", "users", "NDCG@10", "95 % interval", "Recall@10", "95 % interval"],
                rows: figures.map { row in
                    [
                        row.segment.dimension.rawValue, HTMLText.escaped(row.segment.name), grouped(row.users),
                        decimal(row.ndcg.mean), "\(decimal(row.ndcg.low)) … \(decimal(row.ndcg.high))",
                        decimal(row.recall.mean), "\(decimal(row.recall.low)) … \(decimal(row.recall.high))",
                    ]
                }, leftColumns: [0, 1]))
            """
        }
        return """
            <section>
            <h2>For whom</h2>
            <p>By gender, age and number of earlier baskets.</p>
            \(tables.joined(separator: "\n"))
            </section>
            """
    }

    private var trainingSection: String {
        let curves = [
            ("Cost by epoch", "cost", training.cost),
            ("NDCG@10 and Recall@10 on held-out customers, trial run", "quality", training.heldOut),
        ]
        let charts = curves.filter { $0.2.count > 1 }.map { caption, name, values in
            let points = values.enumerated().map { (Double($0.offset), $0.element) }
            return "<figure><figcaption>\(caption)</figcaption>"
                + LineChart(points: points, name: name, xName: "epoch").svg + "</figure>"
        }
        guard !charts.isEmpty else { return "" }
        return """
            <section>
            <h2>How it learned</h2>
            <div class="panels">\(charts.joined(separator: "\n"))</div>
            </section>
            """
    }

    private var methodsSection: String {
        let rows = baselines.filter { !$0.settings.isEmpty }.map {
            [HTMLText.escaped($0.ranker.name), HTMLText.escaped($0.settings)]
        }
        guard !rows.isEmpty else { return "" }
        return """
            <section>
            <h2>Settings chosen for the known methods</h2>
            <p>By NDCG@10 on each customer's last train basket, and on the one before that.</p>
            \(table(header: ["method", "settings"], rows: rows, leftColumns: [0, 1]))
            </section>
            """
    }
}

private func table(header: [String], rows: [[String]], leftColumns: Set<Int> = [0]) -> String {
    HTMLTable(header: header, rows: rows, leftColumns: leftColumns).html
}
