import Shop
import Testing

@testable import Understanding

@Suite struct LabelledLineTests {
    /// What a file of labelled lines comes to.
    private struct Score {
        var count = 0
        var exact = 0
        var names = 0
        var languages = 0
        var outOfScope = 0
        var misread = 0
        var wrong: [String] = []

        init(_ lines: [LabelledLine]) throws {
            for line in lines {
                let parser = try Fixture.parser(line.catalog)
                let found = parser.utterance(of: line.text, today: Fixture.today)
                let acts = found.notation(in: parser.catalog)
                count += 1
                if acts == line.acts { exact += 1 } else { wrong.append("\(line.text): \(line.acts), not \(acts)") }
                let wanted = line.acts.components(separatedBy: " + ").map { $0.prefix { $0 != " " } }
                if wanted.elementsEqual(found.acts.map { Substring($0.name) }, by: ==) { names += 1 }
                if found.language.rawValue == line.language { languages += 1 }
                if line.acts == "unknown" {
                    outOfScope += 1
                    if acts != "unknown" { misread += 1 }
                }
            }
        }
    }

    @Test(arguments: [
        "before-ko.txt", "before-en.txt", "after.txt", "independent.txt", "round-1.txt", "round-2.txt", "round-3.txt",
        "round-4.txt",
    ])
    func linesUsedForTuningAreReadAsLabelled(file: String) throws {
        let score = try Score(Fixture.labelled(file))
        #expect(Double(score.exact) >= 0.99 * Double(score.count), "\(score.wrong)")
        #expect(Double(score.languages) >= 0.99 * Double(score.count))
        #expect(score.misread == 0)
    }

    /// By writers who knew the specification alone and looked for what nobody else would say.
    @Test(arguments: [
        "writers-ko-1.txt", "writers-ko-2.txt", "writers-ko-3.txt", "writers-en-1.txt", "writers-en-2.txt",
        "writers-en-3.txt",
    ])
    func farFetchedLinesAreReadOrLeftAlone(file: String) throws {
        let score = try Score(Fixture.labelled(file))
        #expect(Double(score.exact) >= 0.94 * Double(score.count), "\(score.wrong)")
        #expect(score.misread == 0)
    }

    @Test(arguments: ["heldout.txt", "heldout-ko.txt", "heldout-en.txt"])
    func heldOutLinesMeetTheBar(file: String) throws {
        let score = try Score(Fixture.labelled(file))
        #expect(Double(score.exact) >= 0.97 * Double(score.count))
        #expect(Double(score.names) >= 0.97 * Double(score.count))
        #expect(score.misread <= 1)
    }

    /// The same by other writers yet, who varied more: short of the bar. What was reached is not to be lost.
    @Test(arguments: [("heldout-ko-2.txt", 0.87), ("heldout-en-2.txt", 0.90)])
    func heldOutLinesOfOtherWritersAreReadAsFarAsTheyWere(file: String, share: Double) throws {
        let score = try Score(Fixture.labelled(file))
        #expect(Double(score.exact) >= share * Double(score.count))
        #expect(score.misread <= 1)
    }

    @Test func sentencesInTheGrammarFilesAreReadAsTheySay() throws {
        for file in Grammar.bundledTexts {
            try GrammarTests(yaml: file.text, file: file.name).check(Fixture.grammar)
        }
    }
}
