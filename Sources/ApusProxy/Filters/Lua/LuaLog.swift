import Logging

/// What scripts log, and what is logged about them: Envoy's logger `lua`.
enum LuaLog {
    private static let logger = Logger(label: "lua")

    static func write(_ level: Logger.Level, _ text: String, _ script: LuaScript) {
        logger.log(level: level, "script log: \(text)", metadata: ["script": "\(script.name)"])
    }
}
