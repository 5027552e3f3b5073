import Features
import Recommender
import Shop
import Understanding

/// One line on its way through the reducer: the state so far, and what the acts have come to.
///
/// Acts are applied one after another to `state`; each appends what it came to. At the end the line becomes one entry
/// of the undo stack, where it changed what is known.
struct LineReduction {
    var state: Conversation
    let recommender: any Recommending
    let facts: Facts
    var parts: [ReplyPart] = []
    var events: [ConversationEvent] = []
    var endsConversation = false
    /// What dami would like to recommend of itself at the end of the line; the last wish counts.
    var suggestion: Suggestion?
    /// What was known when the line, or what follows a checkout, login or logout in it, began.
    private var before: Conversation.Known
    /// The cart that the last event told of.
    private var toldCart: [ItemID]

    var catalog: Catalog { recommender.catalog }

    init(_ conversation: Conversation, recommender: any Recommending, facts: Facts) {
        self.state = conversation
        self.recommender = recommender
        self.facts = facts
        self.before = conversation.known
        self.toldCart = conversation.known.cart
    }

    mutating func apply(_ act: Act, listsLater: Bool) {
        switch act {
        case .recommend(let count, let category): recommend(count: count, category: category)
        case .more(let count): more(count: count)
        case .similar(let mention): similar(to: mention)
        case .filter(let category): filter(by: category, lists: !listsLater)
        case .setProfile(let gender, let age): setProfile(gender: gender, age: age)
        case .showProfile: parts.append(.profile(profileCard))
        case .addToCart(let mention): add(mention)
        case .removeFromCart(let mention): remove(mention)
        case .showCart:
            parts.append(.cart(state.cart))
            state.showsCart = true
        case .clearCart: clearCart()
        case .checkout: checkOut()
        case .explain(let mention): explain(mention)
        case .reject(let mention, let category): reject(mention, category: category)
        case .undo: undo()
        case .reset: reset()
        case .login(let customer): logIn(customer)
        case .logout: logOut()
        case .language(let language): speak(language)
        case .coupons: parts.append(.coupons(state.customer == nil ? nil : state.record?.coupons ?? []))
        case .help: parts.append(.help(isStaff: state.role.mayUseStaffCommands))
        case .greet: parts.append(.greeting)
        case .thanks: parts.append(.thanks)
        case .quit:
            parts.append(.goodbye)
            endsConversation = true
        case .unknown: parts.append(.unknown(example: state.shown?.items.first))
        }
    }

    /// Closes the line: one undo entry, the events still owed, one full list at most.
    func finished() -> Dialogue.Outcome {
        var line = self
        line.closeSegment()
        line.suggest()
        return Dialogue.Outcome(
            conversation: line.state, parts: line.parts, events: line.events, endsConversation: line.endsConversation)
    }

    // MARK: Undo

    private mutating func undo() {
        // What this line itself changed is the last change not yet taken back.
        let from = state.known
        if from != before {
            state.known = before
            parts.append(.undone(from: from, to: before))
            return
        }
        switch state.undoStack.pop() {
        case .restored(let known):
            state.known = known
            before = known
            parts.append(.undone(from: from, to: known))
        case .barred(let barrier): parts.append(.undoBarred(barrier))
        case .empty: parts.append(.nothingToUndo)
        }
    }

    /// What was changed so far in this line can't be taken back any more.
    mutating func bar(_ barrier: UndoStack.Barrier) {
        state.undoStack.bar(barrier)
        before = state.known
    }

    mutating func tellCart() {
        guard state.cart != toldCart else { return }
        events.append(.cartChanged(customer: state.customer, state.cart))
        toldCart = state.cart
    }

    /// After a login or logout, the cart is another's, who knows it.
    mutating func takeCartAsTold() { toldCart = state.cart }

    private mutating func closeSegment() {
        if state.known != before { state.undoStack.push(before) }
        tellCart()
    }

    private mutating func speak(_ language: ReplyLanguage) {
        state.fixedLanguage = language
        state.language = language
        parts.append(.language(language))
    }

}
