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
        /// Changes something: POST only, by a known name, and not sent by another site's page.
        case mutation
    }

    var path: String
    var help: String
    var access = Access.knownHost
    var parameters: [Parameter] = []
    var answer: @Sendable (AdminRequest, any ProxyFace) async -> AdminAnswer
}
