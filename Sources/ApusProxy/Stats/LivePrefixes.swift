/// Names of statistics begin with what they belong to; these rules find the owner among those that live.
enum LivePrefixes {
    private static let owners = ["cluster.", "http.", "listener.", "tcp."]

    /// Whether what a name belongs to still lives. Names of the process itself always do.
    static func contain(_ name: String, _ live: Set<String>) -> Bool {
        guard owners.contains(where: name.hasPrefix) else { return true }
        return owner(of: name, live) != nil
    }

    /// The longest prefix that is in the set: names of clusters may have dots in them.
    static func owner(of name: String, _ live: Set<String>) -> String? {
        var end = name.endIndex
        while let dot = name[..<end].lastIndex(of: ".") {
            let prefix = String(name[...dot])
            if live.contains(prefix) { return prefix }
            end = dot
        }
        return nil
    }
}
