import ApusConfig
import Logging

/// What the admin server sees of a running proxy, and may tell it to do.
public protocol ProxyFace: Sendable {
    /// Each worker's numbers, copied on its own loop.
    func numbers() async -> [WorkerNumbers]
    func clusterReadings() async -> [ClusterReading]
    /// What has gone to each cluster that was ever used.
    func serviceTraffic() async -> [ServiceTraffic]
    func listenerReadings() async -> [ListenerReading]
    /// Facts of the process itself.
    func serverReading() async -> ServerReading

    /// The configuration that is in effect, names in snake_case.
    func configDocument() async -> ConfigValue

    /// Makes `/ready` and the health check filter fail, or succeed again.
    func setHealthcheck(failing: Bool) async
    /// Stops accepting connections. `graceful`: connections are told to go and have the drain time.
    func drainListeners(graceful: Bool, inboundOnly: Bool) async
    func shutdown() async
    /// Reads the configuration again: all or nothing. The errors, when it was refused.
    func reload() async -> [Diagnostic]
    func resetCounters() async
    /// Hands access logs to their files, opened anew.
    func reopenLogs() async

    /// The scripts of filters, by name.
    func scriptReadings() async -> [ScriptReading]
    /// The text of a script that is in force; nil when there is no such script.
    func scriptText(_ name: String) async -> String?
    /// Puts another text in force, or with `dryRun` only looks at it.
    func replaceScript(_ name: String, with text: String, dryRun: Bool) async -> ScriptChange
    func rollBackScript(_ name: String) async -> ScriptChange

    func logLevel(_ logger: LogSubject) async -> Logger.Level
    func setLogLevel(_ level: Logger.Level, of loggers: [LogSubject]) async
}
