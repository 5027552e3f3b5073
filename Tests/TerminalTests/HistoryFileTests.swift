import Foundation
import Testing

@testable import Terminal

@Suite struct HistoryFileTests {
    /// A directory that is gone with the test.
    final class Place {
        let path = FileManager.default.temporaryDirectory.path + "/dami-history-\(UUID().uuidString)"
        deinit { try? FileManager.default.removeItem(atPath: path) }
        var history: HistoryFile { HistoryFile(path: path + "/state/dami/history") }
    }

    @Test func followsXDG() {
        #expect(HistoryFile.defaultPath(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"]) == "/s/dami/history")
        #expect(
            HistoryFile.defaultPath(environment: ["XDG_STATE_HOME": "s", "HOME": "/h"])
                == "/h/.local/state/dami/history")
        #expect(HistoryFile.defaultPath(environment: ["HOME": "/h"]) == "/h/.local/state/dami/history")
    }

    @Test func isTheOwnersAlone() throws {
        let place = Place()
        #expect(try place.history.load() == [])
        try place.history.append("우유 담아줘")
        chmod(place.history.path, 0o644)
        try place.history.append("추천해줘")
        #expect(try place.history.load() == ["우유 담아줘", "추천해줘"])
        let mode = { (path: String) in
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(place.history.path) == 0o600)
        #expect(try mode((place.history.path as NSString).deletingLastPathComponent) == 0o700)
    }

    @Test func keepsTheLastThousandLines() throws {
        let place = Place()
        for number in 1...1010 { try place.history.append("줄 \(number)") }
        #expect(try place.history.load() == (11...1010).map { "줄 \($0)" })
        let data = try #require(FileManager.default.contents(atPath: place.history.path))
        #expect(data.split(separator: 0x0A).count == 1000)
    }

    @Test func leavesOutWhatNobodyWantsBack() throws {
        let place = Place()
        for line in ["우유", "우유", " 비밀", "", "  ", "a\u{1B}[31m", "식빵", "우유"] { try place.history.append(line) }
        #expect(try place.history.load() == ["우유", "식빵", "우유"])
    }

    @Test func whatWasAddedCanBeTakenOutAgainAndNothingElse() throws {
        let place = Place()
        for line in ["우유", "식빵", "로그인", "우유"] { try place.history.append(line) }
        // Another chat's, meanwhile; one of them says the same.
        for line in ["샴푸", "로그인", "린스"] { try place.history.append(line) }
        #expect(try place.history.append("로그아웃"))
        #expect(try !place.history.append("로그아웃"), "the same line once more is not added")
        let file = try FileManager.default.attributesOfItem(atPath: place.history.path)[.systemFileNumber] as? Int
        try place.history.remove(["로그인", "우유", "로그아웃", "never there"])
        #expect(try place.history.load() == ["우유", "식빵", "샴푸", "로그인", "린스"])
        let attributes = try FileManager.default.attributesOfItem(atPath: place.history.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(attributes[.systemFileNumber] as? Int != file, "written beside and renamed")
        try place.history.remove(["우유", "식빵", "샴푸", "로그인", "린스"])
        #expect(try place.history.load() == [])
        #expect(FileManager.default.contents(atPath: place.history.path) == Data())
    }

    @Test func aDamagedFileIsReadAsFarAsItIsText() throws {
        let place = Place()
        try place.history.append("우유")
        let handle = try #require(FileHandle(forWritingAtPath: place.history.path))
        handle.seekToEndOfFile()
        handle.write(Data([0xFF, 0xFE, 0x0A]) + Data("식빵\n\0\n".utf8))
        try place.history.append("샴푸")
        #expect(try place.history.load() == ["우유", "식빵", "샴푸"])
    }

    @Test func writersAtOnceLoseNothing() async throws {
        let place = Place()
        let history = place.history
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask { for number in 0..<150 { try? history.append("\(writer)-\(number)") } }
            }
        }
        let lines = try history.load()
        #expect(lines.count == 1000)
        #expect(Set(lines).count == 1000)
        // Every writer's last lines are there, in its own order.
        for writer in 0..<8 {
            let own = lines.compactMap { $0.hasPrefix("\(writer)-") ? Int($0.dropFirst(2)) : nil }
            #expect(own == own.sorted())
        }
    }

    @Test func aLinkStaysALink() throws {
        let place = Place()
        try FileManager.default.createDirectory(atPath: place.path + "/state/dami", withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: place.path + "/real"))
        symlink(place.path + "/real", place.history.path)
        for number in 1...1001 { try place.history.append("\(number)") }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: place.history.path) == place.path + "/real")
        #expect(try place.history.load().count == 1000)
    }

    @Test func saysWhyItCanNotBeWritten() {
        #expect(throws: HistoryFile.Failure.self) { try HistoryFile(path: "/proc/none/history").append("우유") }
    }
}
