import Shop
import Understanding

extension LineReduction {
    mutating func setProfile(gender: Gender?, age: Int?) {
        let before = state.profile
        if let gender { state.known.profile.gender = gender }
        if let age { state.known.profile.age = age }
        let changed = state.profile != before
        parts.append(.profileSet(state.profile, changed: changed))
        // An answer to dami's question, or a new fact about somebody who has a list before them, sharpens the list.
        if changed, state.shown != nil { suggestion = .sharpened }
    }

    mutating func logIn(_ id: String) {
        guard state.role.mayLogIn || (state.role == .customer && state.identity == id) else {
            parts.append(.refused(.mayNotLogIn))
            return
        }
        switch facts.customers[id] {
        case .found(let record):
            leave()
            state.customer = record.id
            state.record = record
            state.known.profile = record.profile
            state.known.cart = record.cart
            takeCartAsTold()
            bar(.login)
            events.append(.loggedIn(customer: record.id))
            parts.append(
                .loggedIn(profileCard, due: record.due, coupons: record.coupons, today: facts.today))
            suggestion = .loggedIn
        case .failed(let message): parts.append(.refused(.lookupFailed(message)))
        case .missing, nil: parts.append(.refused(.noSuchCustomer(id)))
        }
    }

    /// Leaves nothing of the one before, logged in or not: somebody else may sit down next.
    mutating func logOut() {
        let customer = state.customer
        leave()
        bar(.logout)
        parts.append(.loggedOut(customer))
    }

    mutating func reset() {
        state.forgetTalk()
        suggestion = nil
        parts.append(.reset(customer: state.customer))
    }

    var profileCard: ProfileCard {
        ProfileCard(
            customer: state.customer, profile: state.profile,
            historyCount: (state.record?.history.count ?? 0) + state.purchases.count, cart: state.cart,
            excluded: state.excluded, filter: state.filter)
    }

    /// The end of a customer's visit. Their cart stays theirs, for the next one.
    private mutating func leave() {
        tellCart()
        if let customer = state.customer { events.append(.loggedOut(customer: customer)) }
        state.forgetVisit()
        takeCartAsTold()
        suggestion = nil
    }
}
