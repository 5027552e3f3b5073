/// Resolves the names in a ``GrammarSource`` and builds the automata of a ``Grammar``.
struct GrammarCompiler {
    private let source: GrammarSource
    private var terminalNumbers: [[TextUnit]: Int32] = [:]
    private var numbersOfText: [String: Int32] = [:]
    private var wordNumbers: [String: Int32] = [:]
    private var wordNames: [String] = []
    private var words = Automaton()
    private var wordStarts: [Int32] = []
    private var sentenceAutomaton = Automaton()
    private var sentenceOfState: [Int32] = []
    private var sentences: [Grammar.Sentence] = []
    private var sentenceStarts: [Int32] = []
    private var constants: [Grammar.Constant] = []
    private var constantNumbers: [Grammar.Constant: Int32] = [:]
    /// In sentences, where a phrase that goes on at a state has been written out already.
    private var shared: [Continuation: Int]?

    private struct Continuation: Hashable {
        var phrase: String
        var target: Int
    }

    /// Phrases being written out, to find one that holds itself.
    private var openPhrases: [String] = []

    init(_ source: GrammarSource) { self.source = source }

    mutating func compile() throws {
        for group in groupedSentences() {
            // One automaton for all phrasings of the same acts, so that they share how they end.
            var builder = AutomatonBuilder()
            let end = builder.addState()
            builder.accept(end)
            shared = [:]
            for sentence in group {
                try add(
                    sentence.phrasing.template, of: sentence.phrasing, from: 0, to: end, in: &builder, asWord: false)
            }
            let start = sentenceAutomaton.append(builder)
            if sentenceAutomaton.isAccepting[Int(start)] {
                throw group[0].phrasing.error(
                    "phrasings of \(group[0].acts.joined(separator: " + ")) that cannot be empty")
            }
            let number = Int32(sentences.count)
            while sentenceOfState.count < sentenceAutomaton.stateCount {
                sentenceOfState.append(sentenceAutomaton.isAccepting[sentenceOfState.count] ? number : -1)
            }
            sentences.append(.init(acts: group[0].acts, isAlone: group[0].isAlone))
            sentenceStarts.append(start)
        }
        shared = nil
        for name in Self.knownNames + Self.ordinalNames { _ = wordNumber(name) }
        // Words refer to words: compiling one may number others behind it.
        var next = 0
        while next < wordNames.count {
            try compileWord(wordNames[next])
            next += 1
        }
    }

    /// Sentences of the same acts and standing, in the order of the first of each.
    private func groupedSentences() -> [[GrammarSource.Sentence]] {
        var groups: [[GrammarSource.Sentence]] = []
        var numbers: [String: Int] = [:]
        for sentence in source.sentences {
            let key = sentence.acts.joined(separator: "+") + (sentence.isAlone ? "!" : "")
            if let number = numbers[key] {
                groups[number].append(sentence)
            } else {
                numbers[key] = groups.count
                groups.append([sentence])
            }
        }
        return groups
    }

    private static let knownNames = [
        "filler", "loose_filler", "correction", "before_item", "after_item", "item_separator", "spaced_separator",
        "particle",
        "not_an_item", "other_business",
        "ordinal_suffix", "ordinal_prefix", "first_of_list", "last_of_list", "thing", "range_to",
    ]
    private static let ordinalNames = (1...10).map { "ordinal_\($0)" }

    private mutating func wordNumber(_ name: String) -> Int32 {
        if let number = wordNumbers[name] { return number }
        let number = Int32(wordNames.count)
        wordNumbers[name] = number
        wordNames.append(name)
        return number
    }

    private mutating func compileWord(_ name: String) throws {
        var builder = AutomatonBuilder()
        let end = builder.addState()
        builder.accept(end)
        if let lines = source.words[name] {
            for line in lines { try add(line.template, of: line, from: 0, to: end, in: &builder, asWord: true) }
        } else if let dot = name.firstIndex(of: "."), let verbs = source.verbs[String(name[..<dot])],
            let ending = source.endings[String(name[name.index(after: dot)...])]
        {
            for form in 0..<3 where !ending.forms[form].isEmpty {
                let joint = builder.addState()
                for stem in Set(verbs.map { $0[form] }).sorted() {
                    builder.addEdge(.terminal(terminal(stem)), from: 0, to: joint)
                }
                for line in ending.forms[form] {
                    try add(line.template, of: line, from: joint, to: end, in: &builder, asWord: true)
                }
            }
        }
        let start = words.append(builder)
        if words.isAccepting[Int(start)], let line = source.words[name]?.first {
            throw line.error("templates for \(name) that cannot be empty")
        }
        wordStarts.append(start)
    }

    private mutating func terminal(_ text: String) -> Int32 {
        if let number = numbersOfText[text] { return number }
        let units = ScannedLine(text).units
        defer { numbersOfText[text] = terminalNumbers[units] }
        if let number = terminalNumbers[units] { return number }
        let number = Int32(terminalNumbers.count)
        terminalNumbers[units] = number
        return number
    }

    /// Adds a template between two states.
    private mutating func add(
        _ template: Template, of line: GrammarSource.Line, from: Int, to: Int, in builder: inout AutomatonBuilder,
        asWord: Bool
    ) throws {
        switch template {
        case .literal(let text):
            if numbersOfText[text] == nil, ScannedLine(text).units.isEmpty {
                builder.addEmpty(from: from, to: to)
            } else {
                builder.addEdge(.terminal(terminal(text)), from: from, to: to)
            }
        case .sequence(let parts):
            var state = from
            for (index, part) in parts.enumerated() {
                let next = index == parts.count - 1 ? to : builder.addState()
                try add(part, of: line, from: state, to: next, in: &builder, asWord: asWord)
                state = next
            }
            if parts.isEmpty { builder.addEmpty(from: from, to: to) }
        case .alternatives(let options):
            for option in options { try add(option, of: line, from: from, to: to, in: &builder, asWord: asWord) }
        case .optional(let inner):
            try add(inner, of: line, from: from, to: to, in: &builder, asWord: asWord)
            builder.addEmpty(from: from, to: to)
        case .repeated(let inner):
            let (before, after) = (builder.addState(), builder.addState())
            builder.addEmpty(from: from, to: before)
            try add(inner, of: line, from: before, to: after, in: &builder, asWord: asWord)
            builder.addEmpty(from: after, to: before)
            builder.addEmpty(from: after, to: to)
        case .rule(let name):
            try addRule(name, of: line, from: from, to: to, in: &builder, asWord: asWord)
        case .slot(let name):
            builder.addEdge(try symbol(ofSlot: name, of: line, asWord: asWord), from: from, to: to)
        case .constant(let slot, let value):
            guard !asWord, Self.constantSlots.contains(slot) else {
                throw line.error(
                    "one of the constant slots \(Self.constantSlots.sorted().joined(separator: ", ")), in a phrase or a sentence"
                )
            }
            let constant = Grammar.Constant(slot: slot, value: value)
            let number = constantNumbers[constant] ?? Int32(constants.count)
            if number == constants.count {
                constantNumbers[constant] = number
                constants.append(constant)
            }
            builder.addEdge(.constant(number), from: from, to: to)
        }
    }

    private static let constantSlots: Set<String> = ["gender", "age", "ordinals", "lang", "category", "count"]

    private mutating func addRule(
        _ name: String, of line: GrammarSource.Line, from: Int, to: Int, in builder: inout AutomatonBuilder,
        asWord: Bool
    ) throws {
        let isWord = source.words[name] != nil
        let verb = name.firstIndex(of: ".").map { (name[..<$0], name[name.index(after: $0)...]) }
        let isVerb = verb.map { source.verbs[String($0.0)] != nil && source.endings[String($0.1)] != nil } ?? false
        if isWord || isVerb {
            builder.addEdge(.word(wordNumber(name)), from: from, to: to)
            return
        }
        guard let phrases = source.phrases[name] else {
            throw line.error("a rule that is defined, in place of <\(name)>")
        }
        guard !asWord else {
            throw line.error("a word in place of the phrase <\(name)>: words are made of words alone")
        }
        guard !openPhrases.contains(name) else { throw line.error("<\(name)> not to hold itself") }
        let continuation = Continuation(phrase: name, target: to)
        if let entry = shared?[continuation] {
            builder.addEmpty(from: from, to: entry)
            return
        }
        openPhrases.append(name)
        defer { openPhrases.removeLast() }
        let entry = builder.addState()
        builder.addEmpty(from: from, to: entry)
        for phrase in phrases { try add(phrase.template, of: phrase, from: entry, to: to, in: &builder, asWord: false) }
        shared?[continuation] = entry
    }

    private func symbol(ofSlot text: String, of line: GrammarSource.Line, asWord: Bool) throws -> Symbol {
        if text == "number" { return .number }
        guard !asWord else { throw line.error("no slot but {number} in a word") }
        var name = text[...]
        var part = 0
        if let digit = name.first?.wholeNumberValue {
            part = digit
            name = name.dropFirst()
        }
        let isKept = name.first != "_"
        if !isKept { name = name.dropFirst() }
        guard let slot = Slot(rawValue: String(name)) else {
            let known = Slot.allCases.map(\.rawValue).joined(separator: ", ")
            throw line.error("a slot (\(known), number) in place of {\(text)}")
        }
        return .slot(slot, isKept: isKept, part: part)
    }

    // MARK: The result

    mutating func grammar() throws -> Grammar {
        try checkForCycles()
        let sorted = terminalNumbers.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let trie = UnitTrie(sortedKeys: sorted.map { $0.key[...] }, values: sorted.map(\.value))
        var wordsByTerminal = Array(repeating: [Int32](), count: terminalNumbers.count)
        var wordsByNumber: [Int32] = []
        for word in wordNames.indices {
            let (terminals, startsWithNumber) = firsts(of: word)
            for terminal in terminals { wordsByTerminal[Int(terminal)].append(Int32(word)) }
            if startsWithNumber { wordsByNumber.append(Int32(word)) }
        }
        var byTerminal = Array(repeating: [Int32](), count: terminalNumbers.count)
        var byWord = Array(repeating: [Int32](), count: wordNames.count)
        var bySlot: [(symbol: Symbol, targets: [Int32])] = []
        for start in sentenceStarts {
            for edge in sentenceAutomaton.edges[sentenceAutomaton.edges(of: start)] {
                switch edge.symbol {
                case .terminal(let number): byTerminal[Int(number)].append(edge.target)
                case .word(let number): byWord[Int(number)].append(edge.target)
                default:
                    if let index = bySlot.firstIndex(where: { $0.symbol == edge.symbol }) {
                        bySlot[index].targets.append(edge.target)
                    } else {
                        bySlot.append((edge.symbol, [edge.target]))
                    }
                }
            }
        }
        return Grammar(
            terminals: trie, words: FixedAutomaton(words), wordStarts: FixedTable(wordStarts), wordNames: wordNames,
            wordsByTerminal: FixedLists(wordsByTerminal), wordsByNumber: wordsByNumber, sentences: sentences,
            sentenceAutomaton: FixedAutomaton(sentenceAutomaton), sentenceOfState: FixedTable(sentenceOfState),
            startsByTerminal: FixedLists(byTerminal), startsByWord: FixedLists(byWord), startsBySlot: bySlot,
            constants: constants, aliases: source.aliases,
            numerals: Numerals(), respelling: source.respelling,
            known: knownWords())
    }

    private func knownWords() -> Grammar.KnownWords {
        func number(_ name: String) -> Int32 { wordNumbers[name] ?? 0 }
        return .init(
            filler: number("filler"), looseFiller: number("loose_filler"), correction: number("correction"),
            beforeItem: number("before_item"), afterItem: number("after_item"), itemSeparator: number("item_separator"),
            spacedSeparator: number("spaced_separator"),
            particle: number("particle"), notAnItem: number("not_an_item"),
            otherBusiness: number("other_business"), ordinalSuffix: number("ordinal_suffix"),
            ordinalPrefix: number("ordinal_prefix"), first: number("first_of_list"), last: number("last_of_list"),
            thing: number("thing"), rangeTo: number("range_to"), ordinalWords: Self.ordinalNames.map(number))
    }

    /// The terminals that a word may begin with, through the words that it begins with.
    private func firsts(of word: Int) -> (terminals: Set<Int32>, startsWithNumber: Bool) {
        var terminals = Set<Int32>()
        var startsWithNumber = false
        var seen = Set([word])
        var queue = [word]
        while let word = queue.popLast() {
            for edge in words.edges[words.edges(of: wordStarts[word])] {
                switch edge.symbol {
                case .terminal(let number): terminals.insert(number)
                case .number: startsWithNumber = true
                case .word(let number): if seen.insert(Int(number)).inserted { queue.append(Int(number)) }
                case .slot, .constant: break
                }
            }
        }
        return (terminals, startsWithNumber)
    }

    /// Words may not hold themselves: matching them must end.
    private func checkForCycles() throws {
        var done = Set<Int>()
        var open: [Int] = []
        func visit(_ word: Int) throws {
            if done.contains(word) { return }
            if open.contains(word) {
                let name = wordNames[word]
                guard let line = source.words[name]?.first else { return }
                throw line.error("<\(name)> not to hold itself")
            }
            open.append(word)
            let states =
                Int(wordStarts[word])..<(word + 1 < wordStarts.count ? Int(wordStarts[word + 1]) : words.stateCount)
            for state in states {
                for edge in words.edges[words.edges(of: Int32(state))] {
                    if case .word(let next) = edge.symbol { try visit(Int(next)) }
                }
            }
            open.removeLast()
            done.insert(word)
        }
        for word in wordNames.indices { try visit(word) }
    }
}
