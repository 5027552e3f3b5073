/// Who is on the other side, and so what they may ask for.
public enum Role: String, Hashable, Sendable, Codable, CaseIterable {
    /// A person at the terminal: a customer, who logs in only as themselves (``Conversation/identity``).
    case customer
    /// A connection without a token, or with a guest's: its own conversation only.
    case guest
    /// A chat front-end: may log in any customer.
    case frontend
    /// Support staff: a front-end's rights, and the staff commands.
    case staff

    public var mayLogIn: Bool { self == .frontend || self == .staff }
    public var mayUseStaffCommands: Bool { self == .staff }
}
