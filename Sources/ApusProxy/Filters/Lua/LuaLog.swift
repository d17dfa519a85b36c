import Logging

/// What scripts log, and what is logged about them: Envoy's logger `lua`.
enum LuaLog {
    private static let logger = Logger(label: "lua")

    static func write(_ level: Logger.Level, _ text: String, _ script: LuaScript) {
        logger.log(level: level, "script log: \(text)", metadata: ["script": "\(script.name)"])
    }

    /// What becomes of a script.
    static func note(_ level: Logger.Level, _ text: String, script: String, reason: String? = nil) {
        var metadata: Logger.Metadata = ["script": "\(script)"]
        if let reason { metadata["reason"] = "\(reason)" }
        logger.log(level: level, "\(text)", metadata: metadata)
    }
}
