import Dialogue
import Shop
import Understanding

/// What the terminal itself says, beside the replies, in the language in use.
struct ChatTexts {
    let language: ReplyLanguage

    var hint: String {
        switch language {
        case .korean: "도움말 /help · 완성 Tab · 찾기 Ctrl-R · 끝내기 Ctrl-D"
        case .english: "/help for help · Tab completes · Ctrl-R searches · Ctrl-D leaves"
        }
    }

    var interruptAgain: String {
        switch language {
        case .korean: "한 번 더 Ctrl-C를 누르면 끝납니다."
        case .english: "Press Ctrl-C once more to leave."
        }
    }

    func moreCandidates(_ count: Int) -> String {
        switch language {
        case .korean: "… 그 밖에 \(count)개: 더 입력해 주세요"
        case .english: "… and \(count) more: type on"
        }
    }

    func searchPrompt(_ query: String, isFound: Bool) -> String {
        switch (language, isFound) {
        case (.korean, true): "찾기 ‘\(query)’: "
        case (.korean, false): "없음 ‘\(query)’: "
        case (.english, true): "search ‘\(query)’: "
        case (.english, false): "not found ‘\(query)’: "
        }
    }

    func lineTooLong(limit: Int) -> String {
        switch language {
        case .korean: "한 줄은 \(limit)바이트까지 읽습니다."
        case .english: "A line may have \(limit) bytes at most."
        }
    }

    var notUTF8: String {
        switch language {
        case .korean: "UTF-8이 아닌 줄입니다."
        case .english: "The line is not UTF-8."
        }
    }

    func notKept(_ reason: String) -> String {
        switch language {
        case .korean: "저장하지 못해서 하지 않은 것으로 했습니다: \(reason)"
        case .english: "It could not be stored, so it was not done: \(reason)"
        }
    }

    /// Who is talking and what is in the cart: "13516 · 30대 여성 · 2 ❯ ".
    ///
    /// - Parameter columns: the window's; a prompt that takes more than half of it would leave no room to type.
    static func prompt(for conversation: Conversation, showsUnicode: Bool, columns: Int) -> Prompt {
        let mark = showsUnicode ? "❯ " : "> "
        let who = who(conversation.profile, language: showsUnicode ? conversation.language : nil)
        let cart = conversation.cart.isEmpty ? nil : String(conversation.cart.count)
        let customer = conversation.customer.flatMap { id in
            showsUnicode || id.allSatisfy(\.isASCII) ? id.filter { !$0.isNewline } : nil
        }
        let separator = showsUnicode ? " · " : ", "
        let staff: String? =
            conversation.role.mayUseStaffCommands
            ? (showsUnicode && conversation.language == .korean ? "직원" : "staff") : nil
        for parts in [[staff, customer, who, cart], [customer, who, cart], [who, cart], [cart]] {
            let told = parts.compactMap { $0 }.joined(separator: separator)
            if told.isEmpty { break }
            if told.displayWidth + 3 <= columns / 2 {
                return Prompt(text: "\(told) \(mark)", colouredCount: told.count)
            }
        }
        return Prompt(text: mark)
    }

    /// - Parameter language: `nil` for a terminal that is known to show ASCII alone.
    private static func who(_ profile: Profile, language: ReplyLanguage?) -> String? {
        var words: [String] = []
        if let age = profile.age { words.append(language == .korean ? "\(age)대" : "\(age)s") }
        if let gender = profile.gender {
            switch language {
            case .korean: words.append(gender == .female ? "여성" : "남성")
            case .english: words.append(gender == .female ? "female" : "male")
            case nil: words.append(gender.rawValue)
            }
        }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}
