import ApusConfig
import ApusProxy
import Logging
import Synchronization

@testable import ApusAdmin

/// A proxy that remembers what it was told to do.
final class FakeProxy: ProxyFace {
    struct Told: Sendable, Equatable {
        var failing: Bool?
        var drained: String?
        var shutdown = false
        var reloads = 0
        var resets = 0
        var reopened = 0
        var levels: [LogSubject: Logger.Level] = [:]
        /// `name: text`, `name: dry run` or `name: back`.
        var scripts: [String] = []
    }

    private let record = Mutex(Told())
    let server: ServerReading
    let clusters: [ClusterReading]
    let document: ConfigValue
    let reloadErrors: [Diagnostic]
    let scripts: [ScriptReading]
    /// What becomes of every change of a script.
    let change: ScriptChange

    init(
        state: ServerReading.State = .live, clusters: [ClusterReading] = [], document: ConfigValue = .object([]),
        reloadErrors: [Diagnostic] = [], scripts: [ScriptReading] = [], change: ScriptChange = .unknown
    ) {
        server = ServerReading(state: state, version: "apus/test", uptime: 7)
        self.clusters = clusters
        self.document = document
        self.reloadErrors = reloadErrors
        self.scripts = scripts
        self.change = change
    }

    var told: Told { record.withLock { $0 } }

    func numbers() async -> [WorkerNumbers] { [] }
    func clusterReadings() async -> [ClusterReading] { clusters }
    func serviceTraffic() async -> [ServiceTraffic] { [] }
    func listenerReadings() async -> [ListenerReading] {
        [
            ListenerReading(name: "main", address: .socket(host: "127.0.0.1", port: 10_000)),
            ListenerReading(name: "six", address: .socket(host: "::1", port: 10_001)),
            ListenerReading(name: "pipe", address: .pipe(path: "/run/apus.sock", mode: 0)),
        ]
    }
    func serverReading() async -> ServerReading { server }
    func configDocument() async -> ConfigValue { document }
    func setHealthcheck(failing: Bool) async { record.withLock { $0.failing = failing } }
    func drainListeners(graceful: Bool, inboundOnly: Bool) async {
        record.withLock { $0.drained = "graceful \(graceful), inbound only \(inboundOnly)" }
    }
    func shutdown() async { record.withLock { $0.shutdown = true } }
    func reload() async -> [Diagnostic] {
        record.withLock { $0.reloads += 1 }
        return reloadErrors
    }
    func resetCounters() async { record.withLock { $0.resets += 1 } }
    func reopenLogs() async { record.withLock { $0.reopened += 1 } }
    func scriptReadings() async -> [ScriptReading] { scripts }
    func scriptText(_ name: String) async -> String? { scripts.first { $0.name == name }?.text }
    func replaceScript(_ name: String, with text: String, dryRun: Bool) async -> ScriptChange {
        record.withLock { $0.scripts.append("\(name): \(dryRun ? "dry run" : text)") }
        return change
    }
    func rollBackScript(_ name: String) async -> ScriptChange {
        record.withLock { $0.scripts.append("\(name): back") }
        return change
    }
    func logLevel(_ logger: LogSubject) async -> Logger.Level { record.withLock { $0.levels[logger] ?? .info } }
    func setLogLevel(_ level: Logger.Level, of loggers: [LogSubject]) async {
        record.withLock { told in for logger in loggers { told.levels[logger] = level } }
    }
}

extension AdminRouter {
    func get(_ target: String) async -> AdminAnswer { await answer(AdminRequest(method: "GET", target: target)) }
    func put(_ target: String, _ body: String = "", headers: [(name: String, value: String)] = []) async -> AdminAnswer
    {
        await answer(AdminRequest(method: "PUT", target: target, headers: headers, body: Array(body.utf8)))
    }
    func post(_ target: String) async -> AdminAnswer { await answer(AdminRequest(method: "POST", target: target)) }
}
