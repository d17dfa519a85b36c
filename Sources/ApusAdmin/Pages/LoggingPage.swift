import ApusProxy
import Logging

/// `/logging`: levels of the loggers, shown and changed.
enum LoggingPage {
    /// Envoy's names. `off` is the quietest level there is.
    static let levels: [(name: String, level: Logger.Level)] = [
        ("trace", .trace), ("debug", .debug), ("info", .info), ("warning", .warning), ("error", .error),
        ("critical", .critical), ("off", .critical),
    ]

    private enum Change {
        case none
        case set([(loggers: [LogSubject], level: Logger.Level)])
        case refused(String)
    }

    @Sendable
    static func answer(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        switch change(request) {
        case .none: return .text(await list(face))
        case .set(let changes):
            for change in changes { await face.setLogLevel(change.level, of: change.loggers) }
            return .text(await list(face))
        case .refused(let reason): return .text("error: \(reason)\n\n\(usage)\(await list(face))", status: 400)
        }
    }

    private static func change(_ request: AdminRequest) -> Change {
        // Forms send empty values for what was not filled in.
        let wanted = request.query.filter { !$0.value.isEmpty }
        guard let only = wanted.first else { return .none }
        guard wanted.count == 1 else { return .refused("invalid number of parameters") }
        switch only.name {
        case "level": return pairs([("", only.value)])
        case "paths":
            return pairs(
                only.value.split(separator: ",").map { pair in
                    let parts = pair.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
                })
        default: return pairs([(only.name, only.value)])
        }
    }

    /// All or nothing. An empty name means every logger.
    private static func pairs(_ pairs: [(name: String, level: String)]) -> Change {
        var changes: [(loggers: [LogSubject], level: Logger.Level)] = []
        for pair in pairs {
            guard let level = levels.first(where: { $0.name == pair.level })?.level else {
                return .refused("unknown logger level")
            }
            if pair.name.isEmpty {
                changes.append((LogSubject.allCases, level))
            } else if let logger = LogSubject(rawValue: pair.name) {
                changes.append(([logger], level))
            } else {
                return .refused("unknown logger name")
            }
        }
        return .set(changes)
    }

    private static func list(_ face: any ProxyFace) async -> String {
        var text = "active loggers:\n"
        for logger in LogSubject.allCases {
            let level = await face.logLevel(logger)
            text += "  \(logger.rawValue): \(levels.first { $0.level == level }?.name ?? "info")\n"
        }
        return text + "\n"
    }

    private static let usage = """
        usage: /logging?<name>=<level> (change single level)
        usage: /logging?paths=name1:level1,name2:level2,... (change multiple levels)
        usage: /logging?level=<level> (change all levels)
        levels: \(levels.map(\.name).joined(separator: " "))

        """
}
