import ApusConfig

/// Facts of the process as `/server_info`, `/ready` and the `server.` statistics tell them.
public struct ServerReading: Sendable, Equatable {
    public enum State: String, Sendable {
        case live = "LIVE"
        case draining = "DRAINING"
        case preInitializing = "PRE_INITIALIZING"
        case initializing = "INITIALIZING"
    }

    public var state: State
    public var version: String
    /// Seconds since the start.
    public var uptime: Int
    public var concurrency: Int
    public var node: Node
    public var configPath: String
    public var drainSeconds: Int
    public var logLevel: String
    /// Statistics of things that are gone are left out; these are the beginnings of those that live:
    /// `cluster.v1.`, `http.ingress.`, `listener.127.0.0.1_80.`, `tcp.t1.`
    public var livePrefixes: Set<String>
    public var totalConnections = 0
    /// When the configuration took effect: `2026-01-31T12:00:00.123Z`.
    public var configUpdated = ""
    public var reloads = 0
    public var reloadFailures = 0
    /// Gauges that others want shown, by name.
    public var gauges: [String: Int] = [:]

    public init(
        state: State, version: String, uptime: Int = 0, concurrency: Int = 1, node: Node = Node(),
        configPath: String = "", drainSeconds: Int = 10, logLevel: String = "info", livePrefixes: Set<String> = []
    ) {
        self.state = state
        self.version = version
        self.uptime = uptime
        self.concurrency = concurrency
        self.node = node
        self.configPath = configPath
        self.drainSeconds = drainSeconds
        self.logLevel = logLevel
        self.livePrefixes = livePrefixes
    }
}
