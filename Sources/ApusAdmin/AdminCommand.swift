import ApusProxy

/// One page or action of the admin server.
struct AdminCommand: Sendable {
    /// What a parameter means and, for some, which values there are.
    struct Parameter: Sendable {
        var name: String
        var help: String
        var choices: [String] = []
        /// Present or not; a value means nothing.
        var isSwitch = false
    }

    enum Access: Sendable {
        /// Health checkers and scrapers reach the server by whatever name it has in their network.
        case anyHost
        /// What it shows is nobody's business behind a foreign name.
        case knownHost
        /// Changes something: one method only, by a known name, and not sent by another site's page.
        case mutation
    }

    /// `{name}` in it stands for any text, slashes and all, that is not empty; what is behind it must follow.
    var path: String
    var help: String
    var access = Access.knownHost
    /// The only method it takes; nil: any, or POST for a mutation. Commands can share a path.
    var method: String?
    /// The largest body that it takes, in bytes.
    var bodyLimit = 1 << 20
    var parameters: [Parameter] = []
    var answer: @Sendable (AdminRequest, any ProxyFace) async -> AdminAnswer

    private static let placeholder = "{name}"
    /// Its body is rules or a configuration.
    var takesText: Bool { bodyLimit > 1 << 20 }
    var hasName: Bool { path.contains(Self.placeholder) }

    /// What a request must do for this command; nil: anything.
    var onlyMethod: String? { method ?? (access == .mutation ? "POST" : nil) }

    func takes(_ method: String) -> Bool {
        guard let only = onlyMethod else { return true }
        return only == method || only == "GET" && method == "HEAD"
    }

    /// What stands in the place of `{name}`, decoded, if this is the request's path; empty when there is no such place.
    func match(_ path: String) -> String? {
        guard let place = self.path.firstRange(of: Self.placeholder) else { return path == self.path ? "" : nil }
        let front = self.path[..<place.lowerBound]
        let back = self.path[place.upperBound...]
        guard path.hasPrefix(front), path.hasSuffix(back), path.utf8.count > front.utf8.count + back.utf8.count else {
            return nil
        }
        return AdminRequest.decode(path.dropFirst(front.count).dropLast(back.count))
    }
}
