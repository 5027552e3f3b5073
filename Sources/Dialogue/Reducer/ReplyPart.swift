import Recommender
import Shop
import Understanding

/// What one act came to: the structured reply, before it is put into words.
///
/// A reply is a list of parts in the order of the acts; the renderers turn each into a line or a few, and the JSON
/// takes its `kind`, `recommendations` and `question` from them.
enum ReplyPart: Hashable, Sendable {
    case list(RecommendedList)
    case nothingLeft(NothingLeft)
    /// Nothing but what was pointed at in vain.
    case missed(Misses)
    case added(CartChange)
    case removed(CartChange)
    case cart([ItemID])
    /// Emptied; what was in it.
    case cleared([ItemID])
    case checkedOut([ItemID], again: [Repurchase])
    case nothingToCheckOut
    case profileSet(Profile, changed: Bool)
    case profile(ProfileCard)
    case explained(ExplainedItems)
    case rejected(Rejection)
    case filtered(String?, changed: Bool)
    case undone(from: Conversation.Known, to: Conversation.Known)
    case undoBarred(UndoStack.Barrier)
    case nothingToUndo
    case reset(customer: String?)
    case loggedIn(ProfileCard, due: [CustomerRecord.DueItem], coupons: [ItemID], today: Int)
    case loggedOut(String?)
    /// Who was logged in is no customer any more, since before the line.
    case customerLost
    case language(ReplyLanguage)
    /// `nil`: nobody is logged in.
    case coupons([ItemID]?)
    case help(isStaff: Bool)
    case greeting
    case thanks
    case goodbye
    /// With an item of the list shown last, that an example may name.
    case unknown(example: ItemID?)
    case unknownCommand(String, nearest: String?)
    case question(ItemQuestion)
    case questionDropped
    case refused(RefusalReason)
    case toggled(Toggle, Bool)
    case features(FeatureListing)
    case score(ScoreBreakdown, rank: Int?)
    case whatIf(WhatIf)

    /// The kind of reply that the part is, by INTERFACES' table.
    var kind: Reply.Kind {
        switch self {
        case .list: .recommendations
        case .explained, .features, .score, .whatIf: .explanation
        case .question: .question
        case .added, .removed, .cart, .cleared: .cart
        case .profileSet, .profile: .profile
        case .nothingLeft, .missed, .checkedOut, .nothingToCheckOut, .rejected, .filtered, .undone, .undoBarred,
            .nothingToUndo,
            .reset, .loggedIn, .loggedOut, .customerLost, .language, .coupons, .questionDropped, .toggled:
            .confirmation
        case .help: .help
        case .greeting, .thanks: .smalltalk
        case .goodbye: .goodbye
        case .refused: .error
        case .unknown, .unknownCommand: .unknown
        }
    }
}

/// A list, and what it rests on.
struct RecommendedList: Hashable, Sendable {
    /// Why the list is shown.
    enum Occasion: Hashable, Sendable {
        case asked, more, filtered
        /// Of itself, after a fact was said.
        case sharpened
        /// Of itself, after something was put in the cart.
        case cartChanged
        case checkedOut
        case loggedIn
        /// Like these items; the items were given by name or position.
        case similar(to: [ItemID])
        /// More of those.
        case moreSimilar(to: [ItemID])
        /// From the category of an item that the model does not know enough to compare.
        case sameCategory(ItemID)
    }

    var occasion: Occasion
    var recommendations: [Recommendation]
    var basis: Basis
    /// Whether the reply asks for age and gender.
    var asksProfile = false
    /// Whether more were asked for than a reply holds.
    var isCapped = false
}

/// What a list rests on.
struct Basis: Hashable, Sendable {
    var profile: Profile
    var cartCount: Int
    var historyCount: Int
    var category: String?

    var isEmpty: Bool { profile.isEmpty && cartCount == 0 && historyCount == 0 }
}

enum NothingLeft: Hashable, Sendable {
    /// All of it was shown.
    case shownAll(category: String?)
    /// Nothing in this category but what is in the cart or excluded.
    case category(String)
    case similar(to: [ItemID])
    case nothing
}

/// What was said and is in no catalog, with items of near names.
struct UnknownItem: Hashable, Sendable {
    var text: String
    var near: [ItemID]
}

/// What a mention pointed at in vain.
struct Misses: Hashable, Sendable {
    /// Positions past the end of the list shown last.
    var positions: [Int] = []
    var listCount = 0
    var unknown: [UnknownItem] = []

    var isEmpty: Bool { positions.isEmpty && unknown.isEmpty }
}

struct CartChange: Hashable, Sendable {
    var changed: [ItemID] = []
    /// In the cart already, or (for a removal) not there.
    var unchanged: [ItemID] = []
    var misses = Misses()
    /// How many the cart holds after the change.
    var cartCount = 0
}

struct Rejection: Hashable, Sendable {
    var items: [ItemID] = []
    var already: [ItemID] = []
    var category: String?
    /// How many items the category excluded.
    var categoryCount = 0
    var misses = Misses()
}

struct Repurchase: Hashable, Sendable {
    var item: ItemID
    var days: Int
}

struct ProfileCard: Hashable, Sendable {
    var customer: String?
    var profile: Profile
    var historyCount: Int
    var cart: [ItemID]
    var excluded: [ItemID]
    var filter: String?
}

struct ExplainedItems: Hashable, Sendable {
    struct Explanation: Hashable, Sendable {
        var item: ItemID
        /// Position in the list shown last, from 1.
        var position: Int?
        /// The model's own reasons that speak for the item, strongest first.
        var reasons: [Reason]
        /// The items that it was found by its likeness to.
        var similarTo: [ItemID] = []
        var isLabel = true
    }

    var explanations: [Explanation]
    var profile: Profile
    var misses = Misses()
}

/// Why something was not done.
enum RefusalReason: Hashable, Sendable {
    case mayNotLogIn
    case staffOnly(command: String)
    case noSuchCustomer(String)
    case lookupFailed(String)
    /// "That one", "the second one", and no list.
    case nothingListed
    case noSuchCategory(String)
    case usage(String)

    var code: ErrorCode {
        switch self {
        case .mayNotLogIn, .staffOnly: .unauthorised
        case .lookupFailed: .internal
        case .noSuchCustomer, .nothingListed, .noSuchCategory, .usage: .badRequest
        }
    }
}

/// A setting that a command switches.
enum Toggle: String, Hashable, Sendable {
    case json, trace, suggest
}

/// The list under another profile beside today's.
struct WhatIf: Hashable, Sendable {
    var today: Profile
    var other: Profile
    var todayList: [Recommendation]
    var otherList: [Recommendation]
}
