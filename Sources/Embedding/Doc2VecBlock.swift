/// What the baskets of a block ask of items. The buffers grow as blocks need, and stay.
struct Doc2VecBlock: @unchecked Sendable {
    // Unchecked: see `Doc2VecTrainer`.
    private(set) var baskets: [Int] = []
    private(set) var groupedTargets = RowGroups()
    private(set) var groupedInputs = RowGroups()

    private var firstTargets: [Int] = [0]
    private var firstInputs: [Int] = [0]
    private var dimensions = 0
    private var targets = GrowingBuffer<Int32>()
    private var inputs = GrowingBuffer<Int32>()
    private var targetRows = GrowingBuffer<Float>()
    private var inputRows = GrowingBuffer<Float>()

    /// (targets, D), (inputs, D).
    var targetGradients: UnsafeMutablePointer<Float> { targetRows.start }
    var inputGradients: UnsafeMutablePointer<Float> { inputRows.start }

    /// Room for the targets of a basket.
    func targets(ofBasketAt index: Int) -> UnsafeMutableBufferPointer<Int32> {
        .init(start: targets.start + firstTargets[index], count: firstTargets[index + 1] - firstTargets[index])
    }

    func targetRow(ofBasketAt index: Int) -> UnsafeMutablePointer<Float> {
        targetRows.start + firstTargets[index] * dimensions
    }

    func inputRow(ofBasketAt index: Int) -> UnsafeMutablePointer<Float> {
        inputRows.start + firstInputs[index] * dimensions
    }

    mutating func begin(_ baskets: [Int], of list: BasketList, settings: Doc2VecSettings) {
        self.baskets = baskets
        dimensions = settings.dimensions
        firstTargets.removeAll(keepingCapacity: true)
        firstInputs.removeAll(keepingCapacity: true)
        var (targetCount, inputCount) = (0, 0)
        for basket in baskets {
            let count = list[basket].count
            firstTargets.append(targetCount)
            firstInputs.append(inputCount)
            targetCount += count + settings.sharedNegatives(items: count)
            if settings.itemsPredict { inputCount += count }
        }
        firstTargets.append(targetCount)
        firstInputs.append(inputCount)
        targets.reserve(targetCount)
        inputs.reserve(inputCount)
        targetRows.reserve(targetCount * dimensions)
        inputRows.reserve(inputCount * dimensions)
        guard settings.itemsPredict else { return }
        for (index, basket) in baskets.enumerated() {
            for (position, item) in list[basket].enumerated() { inputs.start[firstInputs[index] + position] = item }
        }
    }

    mutating func groupByItem(vocabulary: Int) {
        groupedTargets.group(keys: .init(start: targets.start, count: firstTargets.last!), keyCount: vocabulary)
        groupedInputs.group(keys: .init(start: inputs.start, count: firstInputs.last!), keyCount: vocabulary)
    }

    func deallocate() {
        targets.deallocate()
        inputs.deallocate()
        targetRows.deallocate()
        inputRows.deallocate()
    }
}

/// Memory that only grows; what was there is lost when it does.
struct GrowingBuffer<Element: BitwiseCopyable> {
    private(set) var start = UnsafeMutablePointer<Element>.allocate(capacity: 1)
    private var capacity = 1

    mutating func reserve(_ count: Int) {
        guard capacity < count else { return }
        start.deallocate()
        capacity = count * 3 / 2
        start = .allocate(capacity: capacity)
    }

    func deallocate() {
        start.deallocate()
    }
}
