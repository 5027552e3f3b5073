/// An ONNX graph being written (opset 17, IR 8), as onnx.proto numbers its fields.
///
///     var graph = OnnxGraph(name: "network")
///     graph.input("x", .float, [nil, 3], "what goes in")
///     graph.constant("w", [3, 2], weights)
///     let y = graph.node("MatMul", ["x", "w"])
///     graph.output(y, named: "logits", columns: 2)
///     let bytes = graph.model(metadata: ["labels": "a\nb"])
struct OnnxGraph {
    /// Element types, by their numbers in TensorProto.
    enum ElementType: Int {
        case float = 1
        case int64 = 7
    }

    enum Attribute {
        case integer(Int)
        case integers([Int])
    }

    private let name: String
    private var nodes: [ProtobufMessage] = []
    private var constants: [ProtobufMessage] = []
    private var inputs: [ProtobufMessage] = []
    private var outputs: [ProtobufMessage] = []
    private var values = 0

    init(name: String) {
        self.name = name
    }

    /// An input; `nil` stands for the size of the batch.
    mutating func input(_ name: String, _ type: ElementType, _ shape: [Int?], _ documentation: String) {
        inputs.append(Self.value(name, type, shape, documentation))
    }

    /// A constant matrix, row-major.
    mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
        precondition(values.count == shape.reduce(1, *))
        constants.append(Self.tensor(name, .float, shape, values.withUnsafeBytes { Array($0) }))
    }

    mutating func constant(_ name: String, _ shape: [Int], _ values: [Int64]) {
        constants.append(Self.tensor(name, .int64, shape, values.withUnsafeBytes { Array($0) }))
    }

    private static func tensor(_ name: String, _ type: ElementType, _ shape: [Int], _ raw: [UInt8]) -> ProtobufMessage {
        var tensor = ProtobufMessage()
        for extent in shape { tensor.add(1, extent) }
        tensor.add(2, type.rawValue)
        tensor.add(8, name)
        tensor.add(9, raw: raw)
        return tensor
    }

    /// An operator on named values; gives the name of its result.
    mutating func node(
        _ operation: String, _ operands: [String], _ attributes: [(String, Attribute)] = [], result: String? = nil
    ) -> String {
        values += 1
        let result = result ?? "\(operation.lowercased())_\(values)"
        var node = ProtobufMessage()
        for operand in operands { node.add(1, operand) }
        node.add(2, result)
        node.add(3, "\(operation)_\(values)")
        node.add(4, operation)
        for (name, value) in attributes {
            var attribute = ProtobufMessage()
            attribute.add(1, name)
            switch value {
            case .integer(let number):
                attribute.add(3, number)
                attribute.add(20, 2)
            case .integers(let numbers):
                for number in numbers { attribute.add(8, number) }
                attribute.add(20, 7)
            }
            node.add(5, attribute)
        }
        nodes.append(node)
        return result
    }

    mutating func output(_ value: String, columns: Int, _ documentation: String) {
        outputs.append(Self.value(value, .float, [nil, columns], documentation))
    }

    private static func value(
        _ name: String, _ type: ElementType, _ shape: [Int?], _ documentation: String
    ) -> ProtobufMessage {
        var extents = ProtobufMessage()
        for extent in shape {
            var dimension = ProtobufMessage()
            if let extent { dimension.add(1, extent) } else { dimension.add(2, "batch") }
            extents.add(1, dimension)
        }
        var tensor = ProtobufMessage()
        tensor.add(1, type.rawValue)
        tensor.add(2, extents)
        var kind = ProtobufMessage()
        kind.add(1, tensor)
        var value = ProtobufMessage()
        value.add(1, name)
        value.add(2, kind)
        value.add(3, documentation)
        return value
    }

    /// The file's bytes.
    func model(metadata: [(key: String, value: String)]) -> [UInt8] {
        var graph = ProtobufMessage()
        for node in nodes { graph.add(1, node) }
        graph.add(2, name)
        for constant in constants { graph.add(5, constant) }
        for input in inputs { graph.add(11, input) }
        for output in outputs { graph.add(12, output) }
        var opset = ProtobufMessage()
        opset.add(1, "")
        opset.add(2, 17)
        var model = ProtobufMessage()
        model.add(1, 8)
        model.add(2, "dami")
        model.add(7, graph)
        model.add(8, opset)
        for (key, value) in metadata {
            var entry = ProtobufMessage()
            entry.add(1, key)
            entry.add(2, value)
            model.add(14, entry)
        }
        return model.bytes
    }
}
