import ApusProxy
import Logging

/// Finds the command of a request, and refuses what must not be done.
struct AdminRouter: Sendable {
    let commands: [AdminCommand]
    let face: any ProxyFace
    let entry: AdminGuard
    let log: Logger

    init(
        face: any ProxyFace, entry: AdminGuard = AdminGuard(), log: Logger = Logger(label: "admin"),
        commands: [AdminCommand] = AdminCommands.all
    ) {
        self.face = face
        self.entry = entry
        self.log = log
        self.commands = commands
    }

    /// The largest body that a request may have, in bytes.
    func bodyLimit(method: String, target: String) -> Int {
        let path = target.split(separator: "?", maxSplits: 1).first.map(String.init) ?? ""
        let here = commands.first { $0.match(path) != nil && $0.takes(method) }
        return here?.bodyLimit ?? AdminServer.bodyLimit
    }

    func answer(_ request: AdminRequest) async -> AdminAnswer {
        let here = commands.filter { $0.match(request.path) != nil }
        guard !here.isEmpty else { return .text("invalid path. " + HelpPage.text(commands), status: 404) }
        guard let command = here.first(where: { $0.takes(request.method) }) else {
            let methods = here.compactMap(\.onlyMethod).joined(separator: " or ")
            return .text("Method \(request.method) not allowed, \(methods) required.", status: 405)
        }
        var request = request
        request.name = command.match(request.path) ?? ""
        if !command.takesText { request.takeForm() }
        if case .refused(let reason) = entry.check(request, command.access) {
            log.warning("admin request refused", metadata: ["path": "\(command.path)", "reason": "\(reason)"])
            return .text(reason, status: 403)
        }
        if command.access == .mutation { log.info("admin command", metadata: ["path": "\(request.path)"]) }
        return await command.answer(request, face)
    }
}
