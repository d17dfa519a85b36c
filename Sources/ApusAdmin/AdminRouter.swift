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

    func answer(_ request: AdminRequest) async -> AdminAnswer {
        guard let command = commands.first(where: { $0.path == request.path }) else {
            return .text("invalid path. " + HelpPage.text(commands), status: 404)
        }
        if case .mutation = command.access, request.method != "POST" {
            return .text("Method \(request.method) not allowed, POST required.", status: 405)
        }
        if case .refused(let reason) = entry.check(request, command.access) {
            log.warning("admin request refused", metadata: ["path": "\(command.path)", "reason": "\(reason)"])
            return .text(reason, status: 403)
        }
        if command.access == .mutation { log.info("admin command", metadata: ["path": "\(command.path)"]) }
        return await command.answer(request, face)
    }
}
