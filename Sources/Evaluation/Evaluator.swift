import Features
import Shop

/// How a ranker did in one task: every customer's value of every metric, at every cutoff.
package struct TaskResult: Sendable {
    package let task: EvaluationTask
    /// The customers that were asked, ascending.
    package let customers: [Int]
    /// By cutoff, then by ``Metric/allCases``: one value a customer, NaN where the metric is undefined.
    package let values: [Int: [[Double]]]
    /// By cutoff: distinct items recommended, over all labels.
    package let coverage: [Int: Double]

    /// A metric's values, one a customer, in the order of ``customers``.
    package func values(of metric: Metric, at cutoff: Int = 10) -> [Double] {
        values[cutoff]?[metric.index] ?? []
    }

    /// The mean over the customers for whom the metric is defined; 0 where there are none.
    package func mean(of metric: Metric, at cutoff: Int = 10) -> Double {
        Self.mean(values(of: metric, at: cutoff))
    }

    static func mean(_ values: [Double]) -> Double {
        var (sum, count) = (0.0, 0)
        for value in values where !value.isNaN {
            sum += value
            count += 1
        }
        return count > 0 ? sum / Double(count) : 0
    }
}

extension Metric {
    /// The position in ``allCases``.
    var index: Int { Self.allCases.firstIndex(of: self)! }
}

/// Asks rankers the questions of a suite and measures their answers.
///
///     let suite = TaskSuite(dataset: dataset)
///     let results = Evaluator(suite: suite).evaluate(PopularRanker(fittedOn: dataset))
///     results[0].mean(of: .ndcg)
package struct Evaluator: Sendable {
    package let suite: TaskSuite
    /// The lengths of list that are measured, ascending; 10 is always among them.
    package let cutoffs: [Int]

    package init(suite: TaskSuite, cutoffs: [Int] = [10]) {
        precondition(cutoffs.allSatisfy { $0 > 0 }, "a list has at least one item")
        self.suite = suite
        self.cutoffs = Set(cutoffs + [10]).sorted()
    }

    /// A result for each task of the suite, in its order.
    package func evaluate(_ ranker: any Ranker) -> [TaskResult] {
        let tasks = suite.tasks
        let answers = concurrentMap(suite.customers.count) { position in answer(of: ranker, at: position) }
        return tasks.indices.map { index in
            collect(task: tasks[index], answers: answers.compactMap { $0[index] })
        }
    }

    /// One customer's list in one task, measured.
    private struct Answer: Sendable {
        let customer: Int
        let ranked: [Int32]
        /// By cutoff, then by metric.
        let values: [[Double]]
    }

    private func answer(of ranker: any Ranker, at position: Int) -> [Answer?] {
        let cases = suite.tasks.map { suite.evaluationCase($0, at: position) }
        let asked = cases.compactMap { $0 }
        let queries = asked.map { RankingQuery(context: $0.context, customer: $0.customer) }
        let lists = ranker.rank(queries, count: cutoffs.last!)
        precondition(lists.count == queries.count, "\(ranker.name) left questions unanswered")
        let bought = Set(suite.dataset.customers[suite.customers[position]].train.flatMap(\.items))
        var answers = zip(asked, lists).map { question, list in
            let targets = Set(question.targets)
            return Answer(
                customer: question.customer, ranked: list.map(Int32.init),
                values: cutoffs.map { Metric.values(ranked: list, targets: targets, bought: bought, at: $0) })
        }.makeIterator()
        return cases.map { $0 == nil ? nil : answers.next() }
    }

    private func collect(task: EvaluationTask, answers: [Answer]) -> TaskResult {
        var values: [Int: [[Double]]] = [:]
        var coverage: [Int: Double] = [:]
        let labelCount = suite.dataset.catalog.labelCount
        for (index, cutoff) in cutoffs.enumerated() {
            values[cutoff] = Metric.allCases.indices.map { metric in answers.map { $0.values[index][metric] } }
            var seen = Set<Int32>()
            for answer in answers { seen.formUnion(answer.ranked.prefix(cutoff)) }
            coverage[cutoff] = labelCount > 0 ? Double(seen.count) / Double(labelCount) : 0
        }
        return TaskResult(task: task, customers: answers.map(\.customer), values: values, coverage: coverage)
    }
}
