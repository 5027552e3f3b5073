import Features
import Shop

extension DefaultModel {
    /// Inputs: `features` (batch, F, labels), one row a candidate feature; `history` (batch, labels), the weight of each
    /// item of the history, and `cart` (batch, labels), 1 for each item of the cart; `counts` (batch, 2), ln(1 + baskets)
    /// and ln(1 + cart items); `history_bucket`, `cart_bucket`, `age` and `gender`, rows of their tables. Output: `logits`
    /// (batch, labels), not calibrated.
    package func onnx() -> [UInt8] {
        var graph = OnnxGraph(name: "dami default")
        let (labels, layout) = (network.shape.labels, network.layout)
        graph.input("features", .float, [nil, NetworkShape.features, labels], "candidate features, in dami's order")
        graph.input("history", .float, [nil, labels], "the weight of each item of the history")
        graph.input("cart", .float, [nil, labels], "1 for each item of the cart")
        graph.input("counts", .float, [nil, 2], "ln(1 + baskets of the history), ln(1 + items of the cart)")
        graph.input("history_bucket", .int64, [nil], "0: no history, 1: 1 or 2 baskets, 2: 3 to 5, 3: more")
        graph.input("cart_bucket", .int64, [nil], "items of the cart, at most 3")
        graph.input("age", .int64, [nil], "row of the age tables")
        graph.input("gender", .int64, [nil], "row of the gender tables")
        let blocks = [
            layout.historyGates, layout.cartGates, layout.hidden, layout.hiddenBias, layout.historyHiddenBias,
            layout.cartHiddenBias, layout.output, layout.bias, layout.ageBias, layout.genderBias,
            layout.historyEmbedding, layout.cartEmbedding, layout.firstHistory, layout.firstCart, layout.firstCounts,
            layout.firstAge, layout.firstGender, layout.firstBias, layout.second, layout.secondBias, layout.last,
        ]
        for block in blocks { add(block, to: &graph) }
        graph.constant("axis_1", [1], [Int64(1)])
        graph.constant("axis_2", [1], [Int64(2)])
        graph.constant("one", [1], [Float(1)])
        let wide = wideLogits(&graph)
        let deep = deepLogits(&graph)
        let age = graph.node("Gather", [layout.ageBias.name, "age"])
        let gender = graph.node("Gather", [layout.genderBias.name, "gender"])
        let profile = graph.node("Add", [age, gender])
        let own = graph.node("Add", [profile, layout.bias.name])
        let both = graph.node("Add", [wide, deep])
        let logits = graph.node("Add", [own, both], result: "logits")
        graph.output(logits, columns: labels, "before calibration")
        return graph.model(metadata: OnnxExport.metadata(catalog, preset: Self.preset))
    }

    /// A block as a constant; rows that are padded to whole vectors lose the padding.
    private func add(_ block: ParameterBlock, to graph: inout OnnxGraph) {
        let width = block.columns == network.shape.stride ? network.shape.labels : block.columns
        let values = (0..<block.rows).flatMap { row in
            Array(UnsafeBufferPointer(start: network.row(block, row), count: width))
        }
        graph.constant(block.name, [block.rows, width], values)
    }

    /// (u_h + v_k) · f_j + o · tanh(A f_j + a + a_h + a_k), for all candidates j.
    private func wideLogits(_ graph: inout OnnxGraph) -> String {
        let layout = network.layout
        let gates = sum(&graph, layout.historyGates, layout.cartGates)
        let gateRows = graph.node("Unsqueeze", [gates, "axis_1"])
        let linear = graph.node("MatMul", [gateRows, "features"])
        let biases = sum(&graph, layout.historyHiddenBias, layout.cartHiddenBias)
        let bias = graph.node("Add", [biases, layout.hiddenBias.name])
        let biasColumns = graph.node("Unsqueeze", [bias, "axis_2"])
        let product = graph.node("MatMul", [layout.hidden.name, "features"])
        let arguments = graph.node("Add", [product, biasColumns])
        let units = activation(&graph, of: arguments)
        let curved = graph.node("MatMul", [layout.output.name, units])
        let total = graph.node("Add", [linear, curved])
        return graph.node("Squeeze", [total, "axis_1"])
    }

    /// The network's own tanh: x clamped to ±3, then x (27 + x²) / (27 + 9 x²).
    private func activation(_ graph: inout OnnxGraph, of arguments: String) -> String {
        graph.constant("minus_three", [], [Float(-3)])
        graph.constant("three", [], [Float(3)])
        graph.constant("nine", [], [Float(9)])
        graph.constant("twenty_seven", [], [Float(27)])
        let x = graph.node("Clip", [arguments, "minus_three", "three"])
        let square = graph.node("Mul", [x, x])
        let above = graph.node("Add", [square, "twenty_seven"])
        let nineSquares = graph.node("Mul", [square, "nine"])
        let below = graph.node("Add", [nineSquares, "twenty_seven"])
        let product = graph.node("Mul", [x, above])
        return graph.node("Div", [product, below])
    }

    /// The row of each table that the buckets say, added.
    private func sum(_ graph: inout OnnxGraph, _ history: ParameterBlock, _ cart: ParameterBlock) -> String {
        let byHistory = graph.node("Gather", [history.name, "history_bucket"])
        let byCart = graph.node("Gather", [cart.name, "cart_bucket"])
        return graph.node("Add", [byHistory, byCart])
    }

    private func deepLogits(_ graph: inout OnnxGraph) -> String {
        let layout = network.layout
        let history = pool(&graph, "history", layout.historyEmbedding)
        let cart = pool(&graph, "cart", layout.cartEmbedding)
        var first = layout.firstBias.name
        for (input, weight) in [
            (history, layout.firstHistory), (cart, layout.firstCart), ("counts", layout.firstCounts),
        ] {
            let product = graph.node("MatMul", [input, weight.name])
            first = graph.node("Add", [product, first])
        }
        for (index, table) in [("age", layout.firstAge), ("gender", layout.firstGender)] {
            let row = graph.node("Gather", [table.name, index])
            first = graph.node("Add", [first, row])
        }
        first = graph.node("Relu", [first])
        let product = graph.node("MatMul", [first, layout.second.name])
        let biased = graph.node("Add", [product, layout.secondBias.name])
        let second = graph.node("Relu", [biased])
        return graph.node("MatMul", [second, layout.last.name])
    }

    /// The weighted sum of embeddings over √(1 + sum of weights).
    private func pool(_ graph: inout OnnxGraph, _ input: String, _ embedding: ParameterBlock) -> String {
        let sum = graph.node("MatMul", [input, embedding.name])
        let weight = graph.node("ReduceSum", [input, "axis_1"], [("keepdims", .integer(1))])
        let more = graph.node("Add", [weight, "one"])
        let root = graph.node("Sqrt", [more])
        return graph.node("Div", [sum, root])
    }
}
