import Recommender
import Shop
import Understanding

/// The engine behind the REPL, the server and `replay`.
///
///     let assistant = Assistant(recommender: model, parser: UtteranceParser(catalog: model.catalog))
///     var conversation = Conversation(id: "s-1", role: .guest)
///     assistant.respond(to: .text("30대 여자야 추천해줘"), in: &conversation).reply.text
///
/// It is the edge around the pure parts: it looks up what the acts need to know (customers, intervals, near names),
/// and hands that with the acts to ``Dialogue``, whose reply parts it renders. It keeps no state of its own, so any
/// number of threads may share one.
public struct Assistant: Responding {
    let recommender: any Recommending
    let parser: any UtteranceParsing
    let directory: any CustomerDirectory
    let today: @Sendable () -> CalendarDay
    private let korean: KoreanPhrasing
    private let english: EnglishPhrasing

    public var catalog: Catalog { korean.catalog }

    public init(
        recommender: any Recommending, parser: any UtteranceParsing,
        directory: any CustomerDirectory = EmptyCustomerDirectory(),
        today: @escaping @Sendable () -> CalendarDay = { CalendarDay.now }
    ) {
        self.recommender = recommender
        self.parser = parser
        self.directory = directory
        self.today = today
        self.korean = KoreanPhrasing(catalog: recommender.catalog)
        self.english = EnglishPhrasing(catalog: recommender.catalog)
    }

    public func respond(to request: Request, in conversation: inout Conversation) -> Turn {
        let clock = ContinuousClock()
        let start = clock.now
        let day = today()
        bringRecord(to: &conversation, today: day)
        let hasLostCustomer = conversation.hasLostCustomer
        conversation.hasLostCustomer = false
        let line = read(request, in: conversation, today: day)
        let parsed = clock.now
        var outcome = reduce(line, conversation, today: day)
        if hasLostCustomer { outcome.parts.insert(.customerLost, at: 0) }
        conversation = outcome.conversation
        conversation.language = conversation.fixedLanguage ?? line.language ?? conversation.language
        let reduced = clock.now
        let reply = reply(outcome, in: conversation)
        var turn = Turn(utterance: line.utterance, reply: reply, events: outcome.events)
        if conversation.settings.traces {
            let timings = [
                ("parse", parsed - start), ("reduce", reduced - parsed), ("render", clock.now - reduced),
            ]
            turn.trace = trace(of: line.utterance, in: conversation, timings: timings)
        }
        return turn
    }

    func phrasing(_ language: ReplyLanguage) -> any Phrasing {
        switch language {
        case .korean: korean
        case .english: english
        }
    }

    // MARK: Reading

    /// A request, read.
    struct Line {
        var utterance: Utterance
        /// What a slash command asks for; `nil` for everything else.
        var command: CommandRequest?
        var answer: Dialogue.Answer?
        /// The language of the line, where it is in one.
        var language: ReplyLanguage?
    }

    private func read(_ request: Request, in conversation: Conversation, today day: CalendarDay) -> Line {
        switch request {
        case .acts(let acts):
            return Line(utterance: Utterance(text: "", acts: acts, language: conversation.language))
        case .text(let text):
            let text = text.trimmedOfBlanks
            if text.hasPrefix("/") { return read(command: text, in: conversation, today: day) }
            var line = Line(utterance: parser.utterance(of: text, today: day))
            line.language = line.utterance.replyLanguage(catalog: catalog)
            if let question = conversation.pending.first {
                line.answer = AnswerReader(catalog: catalog, question: question).answer(in: text)
                if case .options(let items)? = line.answer, line.utterance.acts == [.unknown] {
                    line.utterance.spanned = [
                        .init(act: question.purpose.act(on: items), span: 0..<text.unicodeScalars.count)
                    ]
                }
            }
            return line
        }
    }

    private func read(command text: String, in conversation: Conversation, today day: CalendarDay) -> Line {
        let reader = CommandReader(catalog: catalog, parser: parser, today: day, role: conversation.role)
        let command = reader.request(of: text)
        var acts: [Act] = []
        if case .acts(let read) = command { acts = read }
        if case .unknown = command { acts = [.unknown] }
        return Line(
            utterance: Utterance(text: text, acts: acts, language: conversation.language), command: command)
    }

    // MARK: Reducing

    private func reduce(_ line: Line, _ conversation: Conversation, today day: CalendarDay) -> Dialogue.Outcome {
        let dialogue = Dialogue(recommender: recommender)
        switch line.command {
        case nil, .acts:
            let acts = line.utterance.acts
            return dialogue.reduce(
                conversation, acts: acts, answer: line.answer, facts: facts(for: acts, conversation, today: day))
        case .features?: return dialogue.features(conversation)
        case .score(let item)?: return dialogue.score(of: item, conversation)
        case .whatIf(let profile)?: return dialogue.whatIf(profile, conversation)
        case .toggle(let toggle, let isOn)?: return dialogue.toggle(toggle, isOn, conversation)
        case .refused(let reason)?: return Dialogue.Outcome(conversation, .refused(reason))
        case .unknown(let command, let nearest)?:
            return Dialogue.Outcome(conversation, .unknownCommand(command, nearest: nearest))
        }
    }

    /// A conversation that was stored comes back without the customer's record.
    private func bringRecord(to conversation: inout Conversation, today day: CalendarDay) {
        guard let customer = conversation.customer, conversation.record == nil else { return }
        // Where it can't be read now, the conversation goes on by what it knows itself, and the next line tries again.
        conversation.record = try? directory.customer(customer, today: day)
    }

    private func facts(for acts: [Act], _ conversation: Conversation, today day: CalendarDay) -> Facts {
        var facts = Facts(today: day.number)
        for act in acts {
            switch act {
            case .login(let id):
                guard conversation.role.mayLogIn || conversation.identity == id else { continue }
                facts.customers[id] = lookUp(id, today: day)
            case .checkout:
                for item in conversation.cart + acts.flatMap(\.mentioned) + (conversation.shown?.items ?? []) {
                    facts.repurchaseDays[item] = directory.repurchaseDays(of: item)
                }
            default:
                for text in act.unknownNames { facts.nearest[text] = parser.nearestItems(to: text, limit: 3) }
            }
        }
        return facts
    }

    private func lookUp(_ id: String, today day: CalendarDay) -> Facts.Lookup {
        do {
            return try directory.customer(id, today: day).map { .found($0) } ?? .missing
        } catch let error as any ReportableError {
            return .failed(error.message)
        } catch {
            return .failed("\(error)")
        }
    }
}

extension Act {
    fileprivate var mention: Mention? {
        switch self {
        case .addToCart(let mention), .removeFromCart(let mention), .explain(let mention), .similar(let mention),
            .reject(let mention, _):
            mention
        default: nil
        }
    }

    fileprivate var mentioned: [ItemID] { mention.map { $0.items + ($0.ambiguous?.options ?? []) } ?? [] }
    fileprivate var unknownNames: [String] {
        guard let mention else { return [] }
        return mention.unknownItems + (mention.ambiguous.map { $0.options.isEmpty ? [$0.text] : [] } ?? [])
    }
}

extension ItemQuestion.Purpose {
    func act(on items: [ItemID]) -> Act {
        switch self {
        case .add: .addToCart(Mention(items: items))
        case .remove: .removeFromCart(Mention(items: items))
        case .explain: .explain(Mention(items: items))
        case .similar: .similar(Mention(items: items))
        case .reject: .reject(Mention(items: items), category: nil)
        }
    }
}

extension Utterance {
    /// Acts that no text was read for.
    init(text: String, acts: [Act], language: ReplyLanguage) {
        self.init(
            text: text, language: language == .korean ? .korean : .english,
            spanned: acts.map { SpannedAct(act: $0, span: 0..<0) })
    }

    /// The language to answer in, where the line tells: a number or a catalog's name alone doesn't.
    func replyLanguage(catalog: Catalog) -> ReplyLanguage? {
        guard text.contains(where: \.isLetter), catalog.item(named: text) == nil, !catalog.hasCategory(named: text)
        else { return nil }
        switch language {
        case .korean, .mixed: return .korean
        case .english: return .english
        }
    }
}

extension String {
    /// Without the spaces around it.
    var trimmedOfBlanks: String {
        guard first?.isWhitespace == true || last?.isWhitespace == true else { return self }
        let start = drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}
