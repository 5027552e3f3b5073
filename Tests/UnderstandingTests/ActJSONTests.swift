import Foundation
import Shop
import Testing

@testable import Understanding

@Suite struct ActJSONTests {
    private let catalog = Catalog(subcategories: [
        Subcategory(name: "우유", middleCategory: nil, category: "식품"),
        Subcategory(name: "say \"hi\", \\", middleCategory: nil, category: "식품"),
    ])

    private func acts(_ json: String) throws -> [Act] {
        try ActRequest.acts(fromJSON: Data(json.utf8), in: catalog)
    }

    @Test func everyActIsReadBackAsWritten() throws {
        let mention = Mention(
            items: [0, 1], ordinals: .positions([1, -1]), ambiguous: .init(text: "유", options: [0, 1]),
            unknownItems: ["용과"])
        let all: [Act] = [
            .recommend(count: 3, category: "식품"), .recommend(count: nil, category: nil),
            .setProfile(gender: .female, age: 30), .addToCart(mention), .removeFromCart(Mention(ordinals: .all)),
            .showCart, .clearCart, .checkout, .explain(Mention()), .more(count: 2), .similar(mention),
            .reject(mention, category: "식품"), .filter(category: "식품"), .filter(category: nil), .showProfile, .undo,
            .reset, .login(customer: "13516"), .logout, .language(.english), .coupons, .help, .greet, .thanks, .quit,
            .unknown,
        ]
        let json = "[" + all.map { $0.json(in: catalog) }.joined(separator: ",") + "]"
        #expect(try acts(json) == all)
    }

    @Test(arguments: [
        "[]", "[1]", "{}", #"[{"act":"dance"}]"#, #"[{"act":"recommend","count":0}]"#,
        #"[{"act":"recommend","count":true}]"#, #"[{"act":"set_profile"}]"#, #"[{"act":"set_profile","age":5}]"#,
        #"[{"act":"set_profile","gender":"x"}]"#, #"[{"act":"filter"}]"#, #"[{"act":"greet","items":["우유"]}]"#,
        #"[{"act":"add_to_cart","ordinals":[0]}]"#, #"[{"act":"login","customer":5}]"#,
        #"[{"act":"recommend","category":"nothing"}]"#,
    ])
    func whatIsNoActIsABadRequest(json: String) {
        #expect { try acts(json) } throws: { ($0 as? ActError)?.code == "bad_request" }
    }

    @Test func anItemThatNoCatalogHasIsNamed() {
        #expect(throws: ActError.unknownItem("두유")) { try acts(#"[{"act":"add_to_cart","items":["두유"]}]"#) }
    }
}
