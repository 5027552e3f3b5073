import ArgumentParser
import ShopStore

/// `dami forget`: a customer's right to be forgotten.
struct ForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Remove a customer from the shop, everywhere and for good.",
        discussion: """
            Profile, sessions, cart, conversations and events go, their bytes are overwritten and the file is vacuumed. \
            A model keeps only sums over all customers; train it anew to take the customer out of those, too.

            The bytes can't go while another program reads what the file held before (a long dami history, a backup). Then \
            the exit status is 1: run the command again when that is done.
            """)

    @Option(help: ArgumentHelp("The shop. (default: shop.db in dami's home)", valueName: "file")) var data: String?
    @Option(help: ArgumentHelp("The customer to remove.", valueName: "id")) var customer: String

    func run() throws {
        let store = try ShopStore.open(data ?? DamiHome.shop, access: .writable, finishesErasure: false)
        guard let forgotten = try store.forget(customer: customer) else {
            note("no customer has the id \(customer); the bytes of what was removed before are gone from the file now")
            return
        }
        note(
            "removed: 1 customer, \(forgotten.sessions) sessions, \(forgotten.conversations) conversations, "
                + "\(forgotten.events) events")
    }
}
