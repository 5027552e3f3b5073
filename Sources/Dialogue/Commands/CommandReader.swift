import Shop
import Understanding

/// What a line that begins with a slash asks for.
enum CommandRequest: Hashable, Sendable {
    case acts([Act])
    case features
    case score(ItemID)
    case whatIf(Profile)
    case toggle(Toggle, Bool)
    case refused(RefusalReason)
    case unknown(String, nearest: String?)
}

/// Reads slash commands. Names are the catalog's own, or whatever the parser takes for an item.
struct CommandReader {
    let catalog: Catalog
    let parser: any UtteranceParsing
    let today: CalendarDay
    let role: Role

    func request(of line: String) -> CommandRequest {
        let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
        let name = (words.first ?? line).lowercased()
        let argument = words.count > 1 ? words[1].trimmedOfBlanks : ""
        guard let command = SlashCommand.named(name) else {
            let nearest = SlashCommand.nearest(to: name, isStaff: role.mayUseStaffCommands)
            return .unknown(words.first ?? line, nearest: nearest?.name)
        }
        guard !command.isStaff || role.mayUseStaffCommands else { return .refused(.staffOnly(command: command.name)) }
        return request(of: command, argument) ?? .refused(.usage(command.usage))
    }

    /// `nil` where the argument is not what the command takes.
    private func request(of command: SlashCommand, _ argument: String) -> CommandRequest? {
        switch command.name {
        case "/recommend": recommend(argument)
        case "/more": count(argument).map { .acts([.more(count: $0)]) }
        case "/why": .acts([.explain(argument.isEmpty ? Mention() : pointed(argument))])
        case "/similar": named(argument).map { .acts([.similar($0)]) }
        case "/add": named(argument).map { .acts([.addToCart($0)]) }
        case "/remove": named(argument).map { .acts([.removeFromCart($0)]) }
        case "/exclude": exclude(argument)
        case "/filter": filter(argument)
        case "/profile": profile(argument).map { .acts([$0]) }
        case "/language": ReplyLanguage(rawValue: argument.lowercased()).map { .acts([.language($0)]) }
        case "/login": argument.isEmpty ? nil : .acts([.login(customer: argument)])
        case "/suggest": isOn(argument).map { .toggle(.suggest, $0) }
        case "/json": isOn(argument).map { .toggle(.json, $0) }
        case "/trace": isOn(argument).map { .toggle(.trace, $0) }
        case "/score": named(argument).flatMap(\.items.first).map { .score($0) }
        case "/whatif": whatIf(argument)
        default: argument.isEmpty ? plain(command.name) : nil
        }
    }

    private func plain(_ name: String) -> CommandRequest? {
        switch name {
        case "/cart": .acts([.showCart])
        case "/clear": .acts([.clearCart])
        case "/checkout": .acts([.checkout])
        case "/undo": .acts([.undo])
        case "/reset": .acts([.reset])
        case "/logout": .acts([.logout])
        case "/help": .acts([.help])
        case "/quit": .acts([.quit])
        case "/features": .features
        default: nil
        }
    }

    private func recommend(_ argument: String) -> CommandRequest? {
        if let count = count(argument) { return .acts([.recommend(count: count, category: nil)]) }
        if let category = category(argument) { return .acts([.recommend(count: nil, category: category)]) }
        return nil
    }

    /// Without a number `nil` inside; `nil` outside where it is not a number.
    private func count(_ argument: String) -> Int?? {
        if argument.isEmpty { return .some(nil) }
        guard let count = Int(argument), count >= 1 else { return nil }
        return count
    }

    private func filter(_ argument: String) -> CommandRequest {
        if argument.isEmpty { return .acts([.filter(category: nil)]) }
        guard let category = category(argument) else { return .refused(.noSuchCategory(argument)) }
        return .acts([.filter(category: category)])
    }

    private func exclude(_ argument: String) -> CommandRequest? {
        if let category = category(argument), catalog.item(named: argument) == nil {
            return .acts([.reject(Mention(), category: category)])
        }
        return named(argument).map { .acts([.reject($0, category: nil)]) }
    }

    private func category(_ argument: String) -> String? {
        let name = CommaSeparatedNames.names(in: argument).first ?? argument
        if catalog.hasCategory(named: argument) { return argument }
        if catalog.hasCategory(named: name) { return name }
        // As the parser reads it: "only food" may be written in other words than the catalog's.
        guard !argument.isEmpty, case .filter(let category?)? = parser.utterance(of: argument, today: today).acts.first
        else { return nil }
        return category
    }

    private func profile(_ argument: String) -> Act? {
        if argument.isEmpty { return .showProfile }
        guard let profile = person(argument) else { return nil }
        return .setProfile(gender: profile.gender, age: profile.age)
    }

    private func whatIf(_ argument: String) -> CommandRequest? {
        person(argument).map { .whatIf($0) }
    }

    private func person(_ argument: String) -> Profile? {
        var profile = Profile()
        for word in argument.split(whereSeparator: \.isWhitespace) {
            if let gender = Gender(rawValue: word.uppercased()), profile.gender == nil {
                profile.gender = gender
            } else if let age = Int(word), (10...99).contains(age), profile.age == nil {
                profile.age = Profile.decade(ofYears: age)
            } else {
                return nil
            }
        }
        return profile.isEmpty ? nil : profile
    }

    private func isOn(_ argument: String) -> Bool? {
        switch argument.lowercased() {
        case "on": true
        case "off": false
        default: nil
        }
    }

    // MARK: Items

    /// Positions, or names.
    private func pointed(_ argument: String) -> Mention {
        let numbers = CommaSeparatedNames.names(in: argument).map { Int($0) }
        if !numbers.contains(where: { $0 == nil || $0 == 0 }), catalog.item(named: argument) == nil {
            return Mention(ordinals: .positions(numbers.compactMap(\.self)))
        }
        return named(argument) ?? Mention(unknownItems: [argument])
    }

    /// The items named, `nil` where nothing is. The catalog's own names go first; then positions; then the parser.
    private func named(_ argument: String) -> Mention? {
        if let item = catalog.item(named: argument) { return Mention(items: [item]) }
        var mention = Mention()
        var positions: [Int] = []
        for name in CommaSeparatedNames.names(in: argument) {
            if let item = catalog.item(named: name) {
                mention.items.append(item)
            } else if let position = Int(name), position != 0 {
                positions.append(position)
            } else {
                read(name, into: &mention)
            }
        }
        if !positions.isEmpty { mention.ordinals = .positions(positions) }
        return mention.isEmpty ? nil : mention
    }

    private func read(_ name: String, into mention: inout Mention) {
        guard case .addToCart(let read)? = parser.utterance(of: name, today: today).acts.first else {
            mention.unknownItems.append(name)
            return
        }
        mention.items += read.items
        mention.unknownItems += read.unknownItems
        if mention.ordinals == nil { mention.ordinals = read.ordinals }
        if mention.ambiguous == nil { mention.ambiguous = read.ambiguous }
        if read.isEmpty { mention.unknownItems.append(name) }
    }
}
