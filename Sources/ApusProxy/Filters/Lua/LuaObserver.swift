import Logging

/// Who watches one state's script and answers its calls in the place of the outer world: a bench for scripts.
protocol LuaObserver: AnyObject {
    /// In the place of the log.
    func logged(_ level: Logger.Level, _ text: String)
    /// The script failed, with a traceback of Lua's.
    func failed(_ message: String)
    /// `clearRouteCache` was called.
    func clearedRouteCache()
    /// `httpCall`, in the place of a cluster. nil: as if no endpoint were healthy.
    func called(_ call: ScriptCall) -> ScriptMessage?
}

extension LuaState {
    func log(_ level: Logger.Level, _ text: String) {
        if let observer { observer.logged(level, text) } else { LuaLog.write(level, text, script) }
    }

    func logFailure(_ message: String) {
        if let observer { observer.failed(message) } else { LuaLog.write(.error, message, script) }
    }
}
