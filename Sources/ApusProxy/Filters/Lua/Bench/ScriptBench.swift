import ApusConfig
import Logging
import NIOCore
import NIOPosix

/// Runs one script on requests and answers without a network: the filter, its state and the exchanges are those of the
/// proxy; the client, the upstream, the clusters that the script calls, its log and its clock are the bench's.
///
/// Used on its loop alone, see `perform`.
public final class ScriptBench {
    /// What the script has said or done wrong, in order.
    public enum Event: Sendable {
        case log(level: String, text: String)
        /// With its place in front; without a traceback.
        case failure(String)
        case call(ScriptCall)
    }

    private let worker: Worker
    private let script: LuaScript
    private let state: LuaState
    private let observer: Observer
    private var streams: [ScriptStream] = []

    /// The filter's name, by which metadata is found.
    public static let filterName = "envoy.filters.http.lua"

    /// `name`: what errors call the script. `folders`: where `require` looks. Throws what is wrong with the text.
    public init(name: String, text: String, folders: [String], on loop: any EventLoop) throws {
        loop.preconditionInEventLoop()
        let snapshot = Snapshot(bootstrap: Bootstrap(), listeners: [], clusters: [], version: 1)
        worker = Worker(loop: loop, index: 0, snapshot: snapshot, log: Logger(label: "bench"), seed: 1)
        script = LuaScript(
            name: name, source: LuaSource(text: text, filename: name, origin: name),
            limits: LuaLimits(scriptFolders: folders), statPrefix: "http.bench.lua.", slot: 0)
        observer = Observer()
        state = try LuaState(script, script.current, worker: worker, observer: observer)
        worker.luaStates = [state]
    }

    /// Does something on a loop that nothing else uses.
    public static func perform<Result: Sendable>(
        _ work: @escaping @Sendable (any EventLoop) throws -> Result
    ) async throws -> Result {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        return try await loop.submit { try work(loop) }.get()
    }

    /// Milliseconds since 1970, by which `timestamp` and the lifetimes of shared values go; nil: the time it is.
    public var milliseconds: Int64? {
        didSet {
            guard let now = milliseconds else { return }
            state.clock = {
                WallTime(seconds: now / 1000, nanoseconds: now % 1000 * 1_000_000)
            }
            state.uptime = { now.multipliedReportingOverflow(by: 1_000_000).partialValue }
        }
    }

    /// Answers the script's calls; nil: as if no endpoint were healthy.
    public var answerCall: (ScriptCall) -> ScriptMessage? {
        get { observer.answerCall }
        set { observer.answerCall = newValue }
    }

    /// What has happened since this was last asked.
    public func takeEvents() -> [Event] {
        defer { observer.events.removeAll() }
        return observer.events
    }

    /// Whether the script has hooks for requests and answers.
    public var hasHooks: Bool { state.onRequest >= 0 || state.onResponse >= 0 }

    /// Lets the script see a request. `context`: `filter_context`; `metadata`: what the route says to the filter.
    public func send(
        _ request: ScriptMessage, context: ConfigValue? = nil, metadata: ConfigValue? = nil,
        remote: (host: String, port: Int) = ("127.0.0.1", 40_000)
    ) -> ScriptStream {
        observer.cleared = false
        let stream = ScriptStream()
        streams.append(stream)
        let filter = LuaFilter(script: script, name: Self.filterName, context: context, clearsRouteCache: true)
        let exchange = worker.takeExchange(
            for: stream, connection: Self.connection(remote), settings: Self.settings(filter, metadata, stream),
            id: UInt64(streams.count))
        stream.send(request, on: exchange)
        stream.clearedRouteCache = observer.cleared
        return stream
    }

    /// Ends what still waits.
    public func close() {
        for stream in streams { stream.abandon() }
        streams.removeAll()
    }

    private static func connection(_ remote: (host: String, port: Int)) -> ConnectionInfo {
        ConnectionInfo(
            id: 1, directRemote: try? SocketAddress(ipAddress: remote.host, port: remote.port),
            local: try? SocketAddress(ipAddress: "127.0.0.1", port: 8080), remoteIsInternal: false,
            remoteIsLoopback: true)
    }

    /// No clocks, nothing added to heads: what a test sees is the script's.
    private static func settings(
        _ filter: LuaFilter, _ metadata: ConfigValue?, _ stream: ScriptStream
    ) -> HTTPSettings {
        let chain = FilterChain([
            ScriptProbe(stream: stream, isLast: false), filter, ScriptProbe(stream: stream, isLast: true),
        ])
        let host = CompiledVirtualHost(VirtualHost(name: "bench", domains: ["*"]))
        let route = CompiledRoute(
            name: "bench", virtualHost: host,
            policy: RoutePolicy(
                requestMutations: .none, responseMutations: .none, chain: chain,
                metadata: Metadata(filterMetadata: metadata.map { [filterName: $0] } ?? [:])),
            action: .forward(ForwardAction(targets: .unknown("bench"))))
        let table = RouteTable(
            domains: HostIndex([["*"]]),
            hosts: [
                RouteTable.Host(
                    host: host, paths: PathIndex([(.prefix([UInt8(ascii: "/")]), false)]), routes: [route],
                    conditions: [nil],
                    secure: nil, origin: .none)
            ], ignoresPort: false, ignoresPathParameters: false)
        return HTTPSettings(
            manager: HTTPConnectionManager(
                statPrefix: "bench", generateRequestId: false, streamIdleTimeout: nil),
            routes: table, defaultChain: chain, router: RouterSettings(suppressEnvoyHeaders: true), accessLogs: [],
            localReplies: nil, limits: HTTP1Limits(), bufferLimit: 1 << 20)
    }
}

extension ScriptBench {
    /// Keeps what the state reports. An object of its own, because the state must be watched before the bench is whole.
    private final class Observer: LuaObserver {
        var events: [Event] = []
        var cleared = false
        var answerCall: (ScriptCall) -> ScriptMessage? = { _ in nil }

        func logged(_ level: Logger.Level, _ text: String) {
            let level =
                switch level {
                case .warning: "warn"
                case .error: "err"
                default: level.rawValue
                }
            events.append(.log(level: level, text: text))
        }

        func failed(_ message: String) {
            events.append(
                .failure(
                    String(message[..<(message.firstRange(of: "\nstack traceback")?.lowerBound ?? message.endIndex)])))
        }

        func clearedRouteCache() { cleared = true }

        func called(_ call: ScriptCall) -> ScriptMessage? {
            events.append(.call(call))
            return answerCall(call)
        }
    }
}
