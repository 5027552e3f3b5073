import Shop

/// What a part of an utterance means. `ACTS` in `docs/ACTS.md` is the specification.
///
/// An act carries only the slots that were said.
public enum Act: Hashable, Sendable {
    case recommend(count: Int?, category: String?)
    case setProfile(gender: Gender?, age: Int?)
    case addToCart(Mention)
    case removeFromCart(Mention)
    case showCart
    case clearCart
    case checkout
    case explain(Mention)
    case more(count: Int?)
    case similar(Mention)
    case reject(Mention, category: String?)
    /// `nil` lifts the filter.
    case filter(category: String?)
    case showProfile
    case undo
    case reset
    case login(customer: String)
    case logout
    case language(ReplyLanguage)
    case coupons
    case help
    case greet
    case thanks
    case quit
    case unknown

    /// The act's name on the wire.
    public var name: String {
        switch self {
        case .recommend: "recommend"
        case .setProfile: "set_profile"
        case .addToCart: "add_to_cart"
        case .removeFromCart: "remove_from_cart"
        case .showCart: "show_cart"
        case .clearCart: "clear_cart"
        case .checkout: "checkout"
        case .explain: "explain"
        case .more: "more"
        case .similar: "similar"
        case .reject: "reject"
        case .filter: "filter"
        case .showProfile: "show_profile"
        case .undo: "undo"
        case .reset: "reset"
        case .login: "login"
        case .logout: "logout"
        case .language: "language"
        case .coupons: "coupons"
        case .help: "help"
        case .greet: "greet"
        case .thanks: "thanks"
        case .quit: "quit"
        case .unknown: "unknown"
        }
    }
}

extension Act {
    /// The things that it is about, where it can be about things.
    var mention: Mention? {
        switch self {
        case .addToCart(let mention), .removeFromCart(let mention), .explain(let mention), .similar(let mention),
            .reject(let mention, category: _):
            mention
        default: nil
        }
    }
}

/// The language that dami answers in.
public enum ReplyLanguage: String, Hashable, Sendable, Codable, CaseIterable {
    case korean = "ko"
    case english = "en"
}

/// The things that an act is about: items by name, by position in the list shown last, or neither ("그거").
public struct Mention: Hashable, Sendable, Codable {
    /// Subcategories, in the order said.
    public var items: [ItemID]
    /// Positions in the list shown last.
    public var ordinals: Ordinals?
    /// What was said and fits several subcategories equally well.
    public var ambiguous: Ambiguity?
    /// What looks like an item but is in no catalog, as it was said.
    public var unknownItems: [String]

    public init(
        items: [ItemID] = [], ordinals: Ordinals? = nil, ambiguous: Ambiguity? = nil, unknownItems: [String] = []
    ) {
        self.items = items
        self.ordinals = ordinals
        self.ambiguous = ambiguous
        self.unknownItems = unknownItems
    }

    /// Nothing was named: "that one".
    public var isEmpty: Bool { items.isEmpty && ordinals == nil && ambiguous == nil && unknownItems.isEmpty }

    /// Positions in the list shown last, from 1; -1 is the last.
    public enum Ordinals: Hashable, Sendable, Codable {
        case positions([Int])
        case all
    }

    /// A name that fits several subcategories.
    public struct Ambiguity: Hashable, Sendable, Codable {
        /// As it was said.
        public var text: String
        public var options: [ItemID]

        public init(text: String, options: [ItemID]) {
            self.text = text
            self.options = options
        }
    }
}

/// A line, understood.
public struct Utterance: Hashable, Sendable {
    /// The language that the line is in.
    public enum Language: String, Hashable, Sendable, Codable {
        case korean = "ko"
        case english = "en"
        case mixed
    }

    /// An act, and where it was said.
    public struct SpannedAct: Hashable, Sendable {
        public var act: Act
        /// Offsets in Unicode scalars of `text`; empty for structured acts.
        public var span: Range<Int>

        public init(act: Act, span: Range<Int>) {
            self.act = act
            self.span = span
        }
    }

    public var text: String
    public var language: Language
    /// Never empty for a line that is not blank: what was not understood is `.unknown`.
    public var spanned: [SpannedAct]
    public var acts: [Act] { spanned.map(\.act) }

    public init(text: String, language: Language, spanned: [SpannedAct]) {
        self.text = text
        self.language = language
        self.spanned = spanned
    }
}

/// A day of the calendar that birth years count from.
public struct CalendarDay: Hashable, Sendable, Codable {
    public var year: Int
    public var month: Int
    public var day: Int

    public init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }
}

/// Text to acts: a pure function of the line, the catalog, the grammars and today's date.
public protocol UtteranceParsing: Sendable {
    func utterance(of text: String, today: CalendarDay) -> Utterance
    /// The items whose names are nearest to something that is in no catalog, nearest first.
    func nearestItems(to text: String, limit: Int) -> [ItemID]
}

extension UtteranceParsing {
    public func nearestItems(to text: String, limit: Int) -> [ItemID] { [] }
}
