import Shop

/// Understands utterances about one shop's catalog, Korean, English or both.
///
///     let parser = try UtteranceParser(catalog: catalog)
///     parser.utterance(of: "30대 여자야 우유 담고 추천해줘", today: today).acts
///     // [set_profile F 30, add_to_cart 우유, recommend]
///
/// A line is scanned to units, covered with the grammar's sentences (``LineCover``), first with names said in full,
/// then with parts of names and typing errors, then as spelled otherwise (``Respelling``) or typed on the other keyboard
/// layout. What can't be covered is
/// ``Act/unknown``. A value without mutable state: any number of threads may share it.
public struct UtteranceParser: UtteranceParsing {
    public let catalog: Catalog
    private let prepared: PreparedParts
    var grammar: Grammar { prepared.parts.grammar }
    var lexicon: ItemLexicon { prepared.parts.lexicon }

    /// Longer lines are no utterances; they are ``Act/unknown`` without being looked at.
    private static let scalarLimit = 1_000

    public init(catalog: Catalog, grammar: Grammar) {
        self.catalog = catalog
        prepared = PreparedParts {
            PreparedParts.Parts(grammar: grammar, lexicon: ItemLexicon(catalog: catalog, aliases: grammar.aliases))
        }
        _ = prepared.parts
    }

    /// A parser with the grammars that come with the program.
    ///
    /// Returns at once: grammars and lexicon are made in the background, and the first line waits for them.
    public init(catalog: Catalog) {
        self.catalog = catalog
        prepared = PreparedParts {
            let grammar = Grammar.shared
            return PreparedParts.Parts(
                grammar: grammar, lexicon: ItemLexicon(catalog: catalog, aliases: grammar.aliases))
        }
        prepared.begin()
    }

    public func utterance(of text: String, today: CalendarDay) -> Utterance {
        guard text.unicodeScalars.count <= Self.scalarLimit else {
            return Utterance(
                text: text, language: LineLanguage.of(String(text.prefix(Self.scalarLimit))),
                spanned: [.init(act: .unknown, span: 0..<text.unicodeScalars.count)])
        }
        let line = ScannedLine(text)
        let reading = Reading(line, grammar: grammar, lexicon: lexicon)
        let understood = reading.whole().flatMap { utterance($0, in: line, text: text, today: today) }
        if let understood, understood.unknownLength == 0 { return understood }
        if let respelled = understandRespelled(line, text: text, today: today),
            respelled.unknownLength < understood?.unknownLength ?? .max
        {
            return respelled
        }
        if let understood { return understood }
        if let understood = reading.inPart().flatMap({ utterance($0, in: line, text: text, today: today) }) {
            return understood
        }
        if let understood = understandOtherLayout(text, today: today) { return understood }
        let language = LineLanguage.of(line, names: lexicon.catalogNameRanges(in: line))
        return Utterance(text: text, language: language, spanned: [.init(act: .unknown, span: 0..<line.scalars.count)])
    }

    /// The catalog's names that are most like what was said, best first.
    public func nearestItems(to text: String, limit: Int) -> [ItemID] {
        lexicon.nearestItems(to: text, limit: limit)
    }

    /// A line, and what has been found in it: what reads it in part goes on from what looked for the whole.
    private struct Reading {
        private let matcher: LineMatcher
        private let cover: LineCover

        init(_ line: ScannedLine, grammar: Grammar, lexicon: ItemLexicon) {
            matcher = LineMatcher(line: line, grammar: grammar, lexicon: lexicon)
            cover = LineCover(matcher)
        }

        /// All of the line: with names said in full, else with parts of names and typing errors, too.
        func whole(isStrict: Bool = false) -> [LineCover.Part]? {
            guard matcher.count > 0 else { return nil }
            if let parts = cover.parts() { return parts }
            guard !isStrict else { return nil }
            matcher.loosen()
            return cover.parts()
        }

        /// What stands behind a clause that leads up to it, or by itself between punctuation; asked when there is no ``whole``.
        func inPart() -> [LineCover.Part]? {
            matcher.count > 0 ? cover.partsBehindPrelude() ?? cover.partsByStretch() : nil
        }
    }

    private func understand(_ line: ScannedLine, text: String, today: CalendarDay, isStrict: Bool) -> Utterance? {
        Reading(line, grammar: grammar, lexicon: lexicon).whole(isStrict: isStrict)
            .flatMap { utterance($0, in: line, text: text, today: today) }
    }

    private func utterance(
        _ parts: [LineCover.Part], in line: ScannedLine, text: String, today: CalendarDay
    ) -> Utterance? {
        let assembly = ActAssembly(parts, grammar: grammar, line: line, today: today)
        guard !assembly.acts.isEmpty else { return nil }
        let language = LineLanguage.of(line, names: assembly.nameRanges)
        return Utterance(text: text, language: language, spanned: assembly.acts)
    }

    /// The line with English words between Korean ones in Korean, with plain endings, with keywords set right.
    private func understandRespelled(_ line: ScannedLine, text: String, today: CalendarDay) -> Utterance? {
        for respelled in grammar.respelling.lines(for: text) {
            let spelled = ScannedLine(respelled.text)
            guard var understood = understand(spelled, text: text, today: today, isStrict: respelled.isGuess) else {
                continue
            }
            understood.spanned = understood.spanned.map { .init(act: $0.act, span: respelled.origin(of: $0.span)) }
            understood.language = LineLanguage.of(line, names: lexicon.catalogNameRanges(in: line))
            return understood
        }
        return nil
    }

    /// The line as the same keys type it on the other layout; only what is understood in full counts.
    private func understandOtherLayout(_ text: String, today: CalendarDay) -> Utterance? {
        var candidates: [String] = []
        if text.contains(where: { $0.isASCII && $0.isLetter }) {
            candidates.append(KeyboardLayout.hangul(typedAsLatin: text))
        }
        if text.unicodeScalars.contains(where: \.isSingleJamo) {
            candidates.append(KeyboardLayout.latin(typedAsHangul: text))
        }
        for candidate in candidates {
            guard var understood = understand(ScannedLine(candidate), text: text, today: today, isStrict: true) else {
                continue
            }
            // Spans are of the text as it was typed: the repaired line has other offsets.
            let whole = 0..<text.unicodeScalars.count
            understood.spanned = understood.spanned.map { .init(act: $0.act, span: whole) }
            return understood
        }
        return nil
    }
}

extension Utterance {
    /// Characters of what looks like an item and is none.
    fileprivate var unknownLength: Int {
        acts.reduce(0) { $0 + ($1.mention?.unknownItems ?? []).reduce(0) { $0 + $1.unicodeScalars.count } }
    }
}

extension ItemLexicon {
    /// Stretches of a line that are names of the catalog's items or categories, wherever they stand.
    func catalogNameRanges(in line: ScannedLine) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var position = 0
        while position < line.count {
            guard line.marks[position].contains(.gap) else {
                position += 1
                continue
            }
            let item = exactMatches(in: line, at: position).first { $0.isCatalogName && $0.cost <= 1 }
            let end = item?.end ?? categoryMatches(in: line, at: position).first { $0.cost <= 1 }?.end
            if let end { ranges.append(position..<end) }
            position = end ?? position + 1
        }
        return ranges
    }
}
