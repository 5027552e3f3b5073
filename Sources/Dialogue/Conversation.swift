import Features
import Shop
import Understanding

/// The state of one conversation: a plain value that a store can keep.
///
/// All that a turn depends on is in it, beside the model and the customer's record: the same conversation and the
/// same line give the same reply. It is `Codable`, by item numbers; a store that outlives a model keeps the names of
/// the items beside it and brings them back with ``mappingItems(_:)``.
///
/// Sizes are bounded: the catalog bounds what is known, ``UndoStack`` and ``ShownList`` bound themselves.
public struct Conversation: Hashable, Sendable, Codable {
    public var id: String
    public var role: Role
    /// Whom a ``Role/customer`` at the terminal may log in as: themselves.
    public var identity: String?
    /// The language that was asked for; `nil` follows the language of each line.
    public var fixedLanguage: ReplyLanguage?
    /// The language of the last reply.
    public var language: ReplyLanguage
    /// What the customer said, chose and ruled out: the part that `undo` takes back.
    public var known: Known
    /// The customer who is logged in.
    public var customer: String?
    /// The record of ``customer``; not stored, but looked up again where it is missing.
    public var record: CustomerRecord?
    /// Whether who was logged in is no customer of the shop any more, and no reply has said so yet. Not stored.
    public var hasLostCustomer = false
    /// What was bought in this conversation by somebody who is not logged in, oldest first.
    public var purchases: [Basket]
    /// The list shown last, which ordinals point into.
    public var shown: ShownList?
    /// Whether the cart was shown after that list: "take out number 2" may then mean the cart's.
    public var showsCart: Bool
    /// What "that one" means: the items spoken of last.
    public var focus: [ItemID]
    /// Items that wait for an answer to "which one?", the next to be answered first.
    public var pending: [ItemQuestion]
    /// Whether the age and gender were asked for in the last list, so that the question does not nag.
    public var hasAskedProfile: Bool
    public var undoStack: UndoStack
    public var settings: Settings

    /// What `undo` takes back and `reset` forgets.
    public struct Known: Hashable, Sendable, Codable {
        public var profile = Profile.unknown
        /// In the order in which things were put there; distinct.
        public var cart: [ItemID] = []
        /// In the order in which they were excluded; distinct. A category excluded stands here by its items.
        public var excluded: [ItemID] = []
        /// A `CLAC1_NM` or `CLAC2_NM` that every list is narrowed to.
        public var filter: String?

        public init() {}
    }

    /// What a person can switch on and off.
    public struct Settings: Hashable, Sendable, Codable {
        /// Whether dami recommends unasked: after cart changes, a checkout, a login (`/suggest on|off`).
        public var suggests = true
        /// Whether text lines are answered with the protocol's JSON (`/json on|off`).
        public var printsJSON = false
        /// Whether acts, state and timings follow each reply (`/trace on|off`, staff).
        public var traces = false

        public init() {}
    }

    public init(id: String, role: Role, language: ReplyLanguage? = nil, identity: String? = nil) {
        self.id = id
        self.role = role
        self.identity = identity
        self.fixedLanguage = language
        self.language = language ?? .korean
        self.known = Known()
        self.purchases = []
        self.showsCart = false
        self.focus = []
        self.pending = []
        self.hasAskedProfile = false
        self.undoStack = UndoStack()
        self.settings = Settings()
    }

    public var profile: Profile { known.profile }
    public var cart: [ItemID] { known.cart }
    public var excluded: [ItemID] { known.excluded }
    public var filter: String? { known.filter }

    private enum CodingKeys: String, CodingKey {
        case id, role, identity, fixedLanguage, language, known, customer, purchases, shown, showsCart, focus, pending
        case hasAskedProfile, undoStack, settings
    }
}

extension Conversation {
    /// What the model is asked with now.
    var context: Context {
        Context(profile: known.profile, history: (record?.history ?? []) + purchases, cart: known.cart)
    }

    /// The part whose change must be on disk before the reply is sent; the rest (the list shown last, what "that one"
    /// means) may follow.
    public var essentials: some Hashable & Sendable {
        Essentials(
            known: known, customer: customer, fixedLanguage: fixedLanguage, pending: pending, settings: settings,
            purchases: purchases)
    }

    private struct Essentials: Hashable, Sendable {
        var known: Known
        var customer: String?
        var fixedLanguage: ReplyLanguage?
        var pending: [ItemQuestion]
        var settings: Settings
        var purchases: [Basket]
    }

    /// Every item of the conversation, each once, ascending: what a store needs the names of.
    public var items: [ItemID] {
        var items = Set<ItemID>()
        _ = mappingItems { item in
            items.insert(item)
            return item
        }
        return items.sorted()
    }

    /// The conversation with other item numbers: for another catalog, or a model trained anew. What `map` gives `nil`
    /// for is left out.
    public func mappingItems(_ map: (ItemID) -> ItemID?) -> Conversation {
        var other = self
        other.known = known.mappingItems(map)
        other.record = nil
        other.purchases = purchases.map { Basket(items: $0.items.compactMap(map), day: $0.day) }
            .filter { !$0.items.isEmpty }
        other.shown = shown?.mappingItems(map)
        other.focus = focus.compactMap(map)
        other.pending = pending.compactMap { $0.mappingItems(map) }
        other.undoStack = undoStack.mappingItems(map)
        return other
    }
}

extension Conversation.Known {
    func mappingItems(_ map: (ItemID) -> ItemID?) -> Self {
        var other = self
        other.cart = cart.compactMap(map)
        other.excluded = excluded.compactMap(map)
        return other
    }
}
