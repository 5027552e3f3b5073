import ArgumentParser
import Foundation
import Shop

/// Where dami keeps a shop and a model when none are named: `$DAMI_HOME`, else `$XDG_DATA_HOME/dami`, else
/// `~/.local/share/dami`.
enum DamiHome {
    static var directory: String {
        let environment = ProcessInfo.processInfo.environment
        if let home = environment["DAMI_HOME"], !home.isEmpty { return home }
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/dami" }
        return NSHomeDirectory() + "/.local/share/dami"
    }

    static var shop: String { directory + "/shop.db" }
    static var model: String { directory + "/shop.model" }
}

/// Writes a line to stderr, where progress and errors go; stdout is for results.
func note(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
}
