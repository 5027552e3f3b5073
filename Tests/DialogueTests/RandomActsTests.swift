import Foundation
import Shop
import TestSupport
import Testing
import Understanding

@testable import Dialogue

/// ACTS.md's "What acts do to the state", written down a second time and as plainly as can be, beside the reducer.
private struct Ledger {
    struct Known: Equatable {
        var profile = Profile()
        var cart: [ItemID] = []
        var excluded: Set<ItemID> = []
        var filter: String?
    }

    let catalog = Catalog.korean
    var known = Known()
    var history: [Known] = []
    var listed: [ItemID]?
    var pending: [ItemID]?

    mutating func apply(_ acts: [Act]) {
        var before = known
        for act in acts {
            switch act {
            case .setProfile(let gender, let age):
                if let gender { known.profile.gender = gender }
                if let age { known.profile.age = age }
            case .addToCart(let mention):
                for item in items(mention) where !known.cart.contains(item) {
                    known.cart.append(item)
                    known.excluded.remove(item)
                }
            case .removeFromCart(let mention):
                let gone = items(mention)
                known.cart.removeAll(where: gone.contains)
            case .clearCart: known.cart = []
            case .reject(let mention, let category):
                known.excluded.formUnion(items(mention))
                if let category { known.excluded.formUnion(catalog.items(inCategory: category)) }
            case .filter(let category): known.filter = category
            case .checkout where !known.cart.isEmpty:
                known.cart = []
                history = []
                before = known
            case .reset:
                known = Known()
                listed = nil
            case .logout:
                known = Known()
                listed = nil
                history = []
                before = known
            case .undo:
                if known != before {
                    known = before
                } else if let last = history.popLast() {
                    known = last
                    before = last
                }
            default: break
            }
        }
        if known != before { history.append(before) }
        if history.count > UndoStack.maximumLines { history.removeFirst() }
    }

    private func items(_ mention: Mention) -> [ItemID] {
        var items = mention.items
        switch mention.ordinals {
        case .all: items += listed ?? []
        case .positions(let positions):
            let list = listed ?? []
            items += positions.compactMap { position in
                let index = position > 0 ? position - 1 : list.count + position
                return list.indices.contains(index) ? list[index] : nil
            }
        case nil: break
        }
        return items
    }
}

@Suite("Random lines of acts")
struct RandomActsTests {
    private static let catalog = Catalog.korean

    private static func mention(_ generator: inout SplitMix) -> Mention {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return .at(Int.random(in: 1...12, using: &generator))
        case 1: return .at(-1, Int.random(in: 1...3, using: &generator))
        case 2: return Bool.random(using: &generator) ? .all : Mention(unknownItems: ["\u{7}라디오"])
        default:
            let count = Int.random(in: 1...3, using: &generator)
            return Mention(items: (0..<count).map { _ in Int.random(in: 0..<catalog.count, using: &generator) })
        }
    }

    private static func act(_ generator: inout SplitMix) -> Act {
        let category = (catalog.categories + catalog.middleCategories).randomElement(using: &generator)!
        let count = Bool.random(using: &generator) ? Int.random(in: 1...12, using: &generator) : nil
        switch Int.random(in: 0..<28, using: &generator) {
        case 0, 1, 2:
            return .recommend(count: count, category: Int.random(in: 0..<4, using: &generator) == 0 ? category : nil)
        case 3:
            return .setProfile(
                gender: Gender.allCases.randomElement(using: &generator),
                age: Bool.random(using: &generator) ? Int.random(in: 1...9, using: &generator) * 10 : nil)
        case 4, 5, 6, 7: return .addToCart(mention(&generator))
        case 8, 9: return .removeFromCart(mention(&generator))
        case 10: return .showCart
        case 11: return .clearCart
        case 12: return .checkout
        case 13: return .explain(mention(&generator))
        case 14, 15: return .more(count: count)
        case 16: return .similar(mention(&generator))
        case 17: return .reject(mention(&generator), category: nil)
        case 18: return .reject(Mention(), category: category)
        case 19: return .filter(category: Bool.random(using: &generator) ? category : nil)
        case 20, 21, 22: return .undo
        case 23: return Int.random(in: 0..<4, using: &generator) == 0 ? .reset : .showProfile
        case 24: return Int.random(in: 0..<6, using: &generator) == 0 ? .logout : .coupons
        case 25: return .language(Bool.random(using: &generator) ? .korean : .english)
        case 26: return [.help, .greet, .thanks, .unknown].randomElement(using: &generator)!
        default: return .explain(Mention())
        }
    }

    /// After `show_cart` a removal by position may mean the cart's, which the ledger doesn't know.
    private static func isPlain(_ act: Act) -> Bool {
        if case .removeFromCart(let mention) = act { return mention.ordinals == nil }
        return true
    }

    @Test(arguments: 0..<60)
    func theStateIsWhatTheActsSayAndTheReplyKeepsItsPromises(seed: Int) throws {
        var generator = SplitMix(state: UInt64(seed))
        var talk = Talk()
        var ledger = Ledger()
        var shownSinceRecommend = Set<ItemID>()
        for _ in 0..<60 {
            let several = Int.random(in: 0..<4, using: &generator) == 0 ? Int.random(in: 2...4, using: &generator) : 1
            let acts = (0..<several).map { _ in Self.act(&generator) }.filter(Self.isPlain)
            guard !acts.isEmpty else { continue }
            // Positions in a line of several may point into a list of the same line: the ledger sees lists of before.
            if several > 1, acts.contains(where: \.asksForList) { continue }
            let turn = talk.assistant.respond(to: .acts(acts), in: &talk.conversation)
            ledger.apply(acts)
            let state = talk.conversation.known
            #expect(state.profile == ledger.known.profile)
            #expect(state.cart == ledger.known.cart)
            #expect(Set(state.excluded) == ledger.known.excluded && Set(state.excluded).count == state.excluded.count)
            #expect(state.filter == ledger.known.filter)

            let list = turn.reply.recommendations
            #expect((turn.reply.kind == .recommendations) == (list != nil))
            if let items = list?.map(\.item) {
                if case .recommend? = acts.first { shownSinceRecommend = [] }
                if acts.contains(.reset) || acts.contains(.logout) { shownSinceRecommend = [] }
                if acts.count == 1, case .more(let count) = acts[0] {
                    #expect(shownSinceRecommend.isDisjoint(with: items))
                    if let count { #expect(items.count <= count) }
                }
                if acts.count == 1, case .recommend(let count, nil) = acts[0] {
                    let scope = state.filter.map(Self.catalog.items(inCategory:)) ?? Array(0..<Self.catalog.count)
                    let left = scope.filter {
                        Self.catalog.isLabel($0) && !state.cart.contains($0) && !state.excluded.contains($0)
                    }
                    #expect(items.count == min(count ?? 10, left.count))
                    #expect(Set(items).isSubset(of: left))
                }
                shownSinceRecommend.formUnion(items)
                ledger.listed = items
                #expect(!items.isEmpty && Set(items).count == items.count)
                #expect(Set(items).isDisjoint(with: state.cart))
                #expect(Set(items).isDisjoint(with: state.excluded))
                #expect(items.allSatisfy { Self.catalog.isLabel($0) })
            } else if talk.conversation.shown == nil {
                ledger.listed = nil
                shownSinceRecommend = []
            }
            try checkFrame(turn, talk)
        }
    }

    /// A text reply fits its frame, and its JSON is one line that says the same.
    private func checkFrame(_ turn: Turn, _ talk: Talk) throws {
        let lines = turn.reply.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(!lines.isEmpty && lines.count <= 25)
        for line in lines {
            let isBlank = line.allSatisfy { $0.isWhitespace }
            #expect(!isBlank)
            #expect(turn.reply.kind == .error || line.displayWidth <= 80, "\(line)")
            let control = line.unicodeScalars.first { $0.properties.generalCategory == .control }
            #expect(control == nil)
        }
        let json = talk.assistant.json(of: turn, in: talk.conversation, id: "[1]")
        #expect(!json.contains("\n"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["cart"] as? [String] == talk.cart)
        #expect(object["excluded"] as? [String] == talk.excluded)
        let reply = try #require(object["reply"] as? [String: Any])
        #expect(reply["kind"] as? String == turn.reply.kind.rawValue)
        #expect(reply["text"] as? String == turn.reply.text)
        #expect((reply["recommendations"] as? [Any])?.count == turn.reply.recommendations?.count)
    }

    @Test(arguments: 0..<10)
    func replayingALogGivesTheState(seed: Int) {
        var generator = SplitMix(state: UInt64(1000 + seed))
        let log = (0..<80).map { _ in (0..<Int.random(in: 1...3, using: &generator)).map { _ in Self.act(&generator) } }
        var first = Talk()
        var second = Talk()
        let firstReplies = log.map { first.assistant.respond(to: .acts($0), in: &first.conversation).reply }
        let secondReplies = log.map { second.assistant.respond(to: .acts($0), in: &second.conversation).reply }
        #expect(first.conversation == second.conversation)
        #expect(firstReplies == secondReplies)
    }

    @Test(arguments: 0..<10)
    func undoInvertsEveryLineThatChangedSomething(seed: Int) {
        var generator = SplitMix(state: UInt64(2000 + seed))
        var talk = Talk()
        for _ in 0..<80 {
            let act = Self.act(&generator)
            let before = talk.conversation.known
            talk.say(act)
            let barred: Bool =
                switch act {
                case .checkout, .logout, .undo, .login: true
                default: false
                }
            guard !barred, talk.conversation.known != before else { continue }
            var copy = talk
            copy.say(.undo)
            #expect(copy.conversation.known == before, "\(act)")
        }
    }
}
