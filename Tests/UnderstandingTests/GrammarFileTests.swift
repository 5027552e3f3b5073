import Foundation
import Shop
import Testing

@testable import Understanding

@Suite struct GrammarFileTests {
    private func compileError(of yaml: String) -> GrammarError? {
        do {
            var source = try Grammar.bundledSource()
            try source.add(yaml: yaml, file: "shop.yaml")
            _ = try Grammar.compiled(source)
            return nil
        } catch { return error as? GrammarError }
    }

    @Test func aShopAddsAPhrasingAndAnAlias() throws {
        var source = try Grammar.bundledSource()
        try source.add(
            yaml: """
                sentences:
                  coupons: ["쿠포니 소환"]
                aliases:
                  - [우유, 흰둥이]
                """, file: "shop.yaml")
        let catalog = try Fixture.catalog("korean")
        let parser = UtteranceParser(catalog: catalog, grammar: try Grammar.compiled(source))
        #expect(parser.utterance(of: "쿠포니 소환", today: Fixture.today).acts == [.coupons])
        let milk = try #require(catalog.item(named: "우유"))
        #expect(parser.utterance(of: "흰둥이 담아줘", today: Fixture.today).acts == [.addToCart(Mention(items: [milk]))])
    }

    @Test(arguments: [
        ("sentences:\n  coupons: [\"(쿠폰\"]", 2, ")"), ("sentences:\n  dance: [춤]", 2, "an act's name"),
        ("sentences:\n  more: [\"<nowhere>\"]", 2, "<nowhere>"),
        ("words:\n  x: \"{what}\"\nsentences:\n  more: [\"<x>\"]", 2, "{number}"),
        ("verbs:\n  add: [담다]", 2, "three forms"), ("songs: {}", 1, "words, verbs"), ("words: [", 1, "YAML"),
        ("sentences:\n  more: [\"{speed}\"]", 2, "{speed}"),
    ])
    func anErrorNamesFileLineAndWhatWasExpected(yaml: String, line: Int, expected: String) throws {
        let error = try #require(compileError(of: yaml))
        #expect(error.file == "shop.yaml")
        #expect(error.line >= line)
        #expect(error.message.contains(expected))
    }
}
