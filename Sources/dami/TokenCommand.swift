import ArgumentParser
import Dialogue
import LineServer
import Shop

/// `dami token`: a new token for a tokens file.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make a new token for the file that dami serve --tokens reads.",
        discussion: """
            The token is printed once, on stderr: give it to whom it is for, it is stored nowhere. Its line for the \
            tokens file is printed on stdout:

              dami token frontend web-shop >> tokens

            A server that runs takes the file up again on SIGHUP. Roles: guest (their own conversation), frontend (may log \
            in any customer), staff (frontend, and the staff commands).
            """)

    @Argument(help: "guest, frontend or staff.") var role: TokenRole
    @Argument(help: "Whose token it is, for people who read the file.") var name: String

    /// The roles that a token can give.
    enum TokenRole: String, ExpressibleByArgument, CaseIterable {
        case guest, frontend, staff

        var role: Role {
            switch self {
            case .guest: .guest
            case .frontend: .frontend
            case .staff: .staff
            }
        }
    }

    func validate() throws {
        let isOneLine = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard isOneLine, !name.isBlank else {
            throw ValidationError("NAME must be one line of text that is not blank")
        }
    }

    func run() throws {
        let (token, line) = TokenBook.makeToken(role: role.role, name: name)
        note(token)
        try StandardOutput.print(line)
    }
}
