import Shop

/// Compiled grammars: phrasings as automata over words, ready to be matched.
///
/// Literals are keys of one trie, so that all that may begin at a place in a line is known after one walk. `words` are
/// automata of their own, matched at most once at each place; `phrases` are written out into the sentences.
public struct Grammar: Sendable {
    struct Sentence: Sendable {
        var acts: [String]
        var isAlone: Bool
    }

    struct Constant: Hashable, Sendable {
        var slot: String
        var value: String
    }

    let terminals: UnitTrie
    let words: FixedAutomaton
    let wordStarts: FixedTable<Int32>
    let wordNames: [String]
    /// For each terminal, the words that can begin with it.
    let wordsByTerminal: FixedLists<Int32>
    let wordsByNumber: [Int32]
    let sentences: [Sentence]
    let sentenceAutomaton: FixedAutomaton
    /// The sentence that a state accepts, or -1.
    let sentenceOfState: FixedTable<Int32>
    /// Targets of first steps.
    let startsByTerminal: FixedLists<Int32>
    let startsByWord: FixedLists<Int32>
    let startsBySlot: [(symbol: Symbol, targets: [Int32])]
    let constants: [Constant]
    let aliases: AliasTable
    let numerals: Numerals
    let respelling: Respelling

    /// Words that the code asks for by name.
    let known: KnownWords

    struct KnownWords: Sendable {
        var filler: Int32
        var looseFiller: Int32
        var correction: Int32
        var beforeItem: Int32
        var afterItem: Int32
        var itemSeparator: Int32
        var spacedSeparator: Int32
        var particle: Int32
        var notAnItem: Int32
        var otherBusiness: Int32
        var ordinalSuffix: Int32
        var ordinalPrefix: Int32
        var first: Int32
        var last: Int32
        var thing: Int32
        var rangeTo: Int32
        var ordinalWords: [Int32]
    }
}

extension Grammar {
    /// - Throws: ``GrammarError``.
    static func compiled(_ source: GrammarSource) throws -> Grammar {
        var compiler = GrammarCompiler(source)
        try compiler.compile()
        return try compiler.grammar()
    }
}
