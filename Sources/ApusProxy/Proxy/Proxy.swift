import ApusConfig
import Atomics
import CRuntime
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A running proxy: its workers, its listeners, and the configuration in effect.
///
/// ```swift
/// let proxy = try await Proxy.start(loaded, options: ProxyOptions(workers: 2))
/// try await proxy.replace(with: other)
/// await proxy.stop()
/// ```
public actor Proxy {
    let options: ProxyOptions
    let group: MultiThreadedEventLoopGroup
    public nonisolated let workers: [Worker]
    let log: Logger
    let started = NIODeadline.now()
    private(set) var snapshot: Snapshot
    private(set) var document: ConfigValue
    private(set) var makeDocument: (@Sendable () -> ConfigValue)?
    /// Gauges that others want shown.
    var gauges: [String: Int] = [:]
    /// `2026-01-31T12:00:00.123Z`
    private(set) var configUpdated = WallTime.now().text
    private(set) var sockets: [ListenerSockets] = []
    let resolver: Resolver
    let retired = Retired()
    var state = ServerReading.State.initializing
    var reloads = 0
    var reloadFailures = 0
    private(set) var isStopped = false
    /// Looks at the files of scripts.
    var watching: Task<Void, Never>?
    /// Gives back what only changes needed, once there have been none for a while.
    private var resting: Task<Void, Never>?
    private var isChanging = false
    private var waitingChanges: [CheckedContinuation<Void, Never>] = []

    /// What was refused, with all the reasons.
    public struct Refusal: Error, CustomStringConvertible {
        public let diagnostics: [Diagnostic]
        public let message: String
        public var description: String {
            ([message].filter { !$0.isEmpty } + diagnostics.map(\.description)).joined(separator: "\n")
        }
    }

    private init(
        options: ProxyOptions, snapshot: Snapshot, configuration: LoadResult, group: MultiThreadedEventLoopGroup,
        workers: [Worker]
    ) {
        self.options = options
        self.snapshot = snapshot
        document = configuration.document
        makeDocument = configuration.makeDocument
        self.group = group
        self.workers = workers
        log = options.log
        resolver = Resolver(log: options.log)
    }

    // MARK: Start

    /// Starts workers and listeners. Throws a `Refusal` with every reason if the configuration cannot be served; then
    /// nothing is left running.
    public static func start(_ configuration: LoadResult, options: ProxyOptions) async throws -> Proxy {
        #if !DEBUG
            apus_disable_exclusivity_checks()
        #endif
        let snapshot = try compile(configuration, options: options, previous: nil)
        let count = max(options.workers ?? System.coreCount, 1)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        var seeds = SystemRandomNumberGenerator()
        let workers = group.makeIterator().enumerated().map { index, loop in
            Worker(loop: loop, index: index, snapshot: snapshot, log: options.log, seed: seeds.next())
        }
        let proxy = Proxy(
            options: options, snapshot: snapshot, configuration: configuration, group: group, workers: workers)
        do {
            try await proxy.open()
        } catch {
            await proxy.stop()
            throw error
        }
        return proxy
    }

    /// Compiles without starting anything: what `apus validate` asks.
    public static func check(_ configuration: LoadResult, filters: FilterTable = .builtIn) -> [Diagnostic] {
        guard let bootstrap = configuration.bootstrap else { return [] }
        var compiler = SnapshotCompiler(bootstrap: bootstrap, filters: filters, previous: nil)
        _ = compiler.compile()
        return compiler.diagnostics
    }

    private static func compile(_ configuration: LoadResult, options: ProxyOptions, previous: Snapshot?) throws
        -> Snapshot
    {
        guard let bootstrap = configuration.bootstrap else {
            throw Refusal(diagnostics: configuration.diagnostics, message: "")
        }
        var compiler = SnapshotCompiler(bootstrap: bootstrap, filters: options.filters, previous: previous)
        guard let snapshot = compiler.compile() else { throw Refusal(diagnostics: compiler.diagnostics, message: "") }
        return snapshot
    }

    private func open() async throws {
        for worker in workers { worker.dropNumbersWithGroups() }
        await resolver.replace(snapshot.clusters, workers: workers)
        snapshot.scripts.commit()
        await install(snapshot)
        for listener in snapshot.listeners {
            do {
                sockets.append(try await ListenerSockets.open(listener, workers: workers))
            } catch {
                throw Refusal(diagnostics: [], message: "\(error)")
            }
        }
        await announceAddresses()
        watchScripts()
        state = .live
        ResidentPages.release()
    }

    // MARK: Reload

    /// Puts another configuration in the place of this one: all or nothing. Returns when every worker serves it.
    /// Connections stay open where their listener's address stays.
    public func replace(with configuration: LoadResult) async throws {
        await beginChange()
        defer { endChange() }
        do {
            try await swap(configuration)
            reloads += 1
        } catch {
            reloadFailures += 1
            throw error
        }
    }

    /// Changes come one after the other, however many ask at once.
    func beginChange() async {
        guard isChanging else {
            isChanging = true
            return
        }
        await withCheckedContinuation { waitingChanges.append($0) }
    }

    func endChange() {
        if waitingChanges.isEmpty {
            isChanging = false
        } else {
            waitingChanges.removeFirst().resume()
        }
    }

    private func swap(_ configuration: LoadResult) async throws {
        let next = try Self.compile(configuration, options: options, previous: snapshot)
        // New sockets first: they are what can fail.
        let kept = Dictionary(
            sockets.map { ($0.compiled.listener.address, $0) }, uniquingKeysWith: { first, _ in first })
        var opened: [ListenerSockets] = []
        await resolver.replace(next.clusters, workers: workers)
        for listener in next.listeners where kept[listener.listener.address] == nil {
            do {
                opened.append(try await ListenerSockets.open(listener, workers: workers))
            } catch {
                for sockets in opened { await sockets.close() }
                await resolver.replace(snapshot.clusters, workers: workers)
                throw Refusal(diagnostics: [], message: "\(error)")
            }
        }
        next.scripts.commit()
        let wanted = Dictionary(
            next.listeners.map { ($0.listener.address, $0) }, uniquingKeysWith: { first, _ in first })
        var remaining: [ListenerSockets] = []
        var ports: [PortChange] = []
        for old in sockets {
            let compiled = wanted[old.compiled.listener.address]
            ports += old.ports.map { PortChange(port: $0, compiled: compiled) }
            if let compiled { remaining.append(old.serving(compiled)) } else { await old.close() }
        }
        await install(next, ports)
        sockets = remaining + opened
        await announceAddresses()
        retired.take(snapshot)
        snapshot = next
        watchScripts()
        document = configuration.document
        makeDocument = configuration.makeDocument
        configUpdated = WallTime.now().text
        resting?.cancel()
        resting = Task.detached(priority: .background) {
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
            ResidentPages.release()
        }
    }

    /// Tells the workers where the proxy itself listens.
    private func announceAddresses() async {
        let own = OwnAddresses(
            sockets.compactMap { socket in
                guard case .socket(let host, let port) = socket.address else { return nil }
                return (host, Int(port))
            })
        for worker in workers { try? await worker.loop.submit { worker.ownAddresses = own }.get() }
    }

    /// What becomes of one worker's side of a listener; without `compiled` it drains.
    private struct PortChange: Sendable {
        let port: NIOLoopBound<ListenerPort>
        let compiled: CompiledListener?
    }

    /// Makes every worker serve a snapshot; what a worker has of unchanged clusters stays. A worker changes its clusters
    /// and its listeners in one go: between the two a request would find the old routes and the new clusters.
    private func install(_ next: Snapshot, _ ports: [PortChange] = []) async {
        for worker in workers {
            let own = ports.filter { $0.port.eventLoop === worker.loop }
            try? await worker.loop.submit {
                worker.install(next)
                for change in own {
                    if let compiled = change.compiled {
                        change.port.value.adopt(compiled)
                    } else {
                        change.port.value.drain()
                    }
                }
            }.get()
        }
    }

    // MARK: Stop

    /// Stops accepting, lets requests under way finish for at most the drain time, then closes everything.
    public func drainAndStop() async {
        guard !isStopped else { return }
        state = .draining
        for socket in sockets { await socket.close() }
        for socket in sockets { await socket.drain() }
        let end = NIODeadline.now() + .nanoseconds(options.drainTime.nanoseconds)
        while NIODeadline.now() < end, await openConnections() > 0 {
            try? await Task.sleep(for: .milliseconds(20))
        }
        await stop()
    }

    /// Closes everything at once.
    public func stop() async {
        guard !isStopped else { return }
        isStopped = true
        watching?.cancel()
        state = .draining
        await resolver.stop()
        for socket in sockets {
            await socket.close()
            for port in socket.ports { try? await port.eventLoop.submit { port.value.closeAll() }.get() }
        }
        for worker in workers {
            try? await worker.loop.submit {
                for place in worker.clusters { place.made?.closeAll() }
                worker.flushAccessLogs()
                worker.forgetNumbers()
            }.get()
        }
        await AccessLogFiles.shared.drain()
        try? await group.shutdownGracefully()
    }

    /// Stops accepting connections; those that are open end with their next answer.
    func stopAccepting(draining: Bool) async {
        for socket in sockets {
            await socket.close()
            if draining { await socket.drain() }
        }
    }

    /// Connections of clients that are open now.
    public func openConnections() async -> Int {
        var count = 0
        for port in sockets.flatMap(\.ports) {
            count += (try? await port.eventLoop.submit { port.value.connections.count }.get()) ?? 0
        }
        return count
    }

    /// Where each listener listens, by its name; ports that were 0 are told as given.
    public var addresses: [String: Address] {
        Dictionary(sockets.map { ($0.compiled.name, $0.address) }, uniquingKeysWith: { first, _ in first })
    }
}

/// How a proxy runs, beside its configuration.
public struct ProxyOptions: Sendable {
    /// Event loops, each with its share of connections; nil: one for each core.
    public var workers: Int?
    /// How long requests under way may take when the proxy stops.
    public var drainTime: Duration
    public var filters: FilterTable
    public var log: Logger
    /// The file that a reload reads again; empty when there is none.
    public var configPath: String
    /// Reads and checks that file.
    public var load: (@Sendable () async -> LoadResult)?
    /// Does the whole of a reload in the place of that: the errors, when it was refused.
    public var reload: (@Sendable () async -> [Diagnostic])?
    /// What `/quitquitquit` does; whoever runs the proxy decides.
    public var onShutdown: @Sendable () async -> Void = {}

    public init(
        workers: Int? = nil, drainTime: Duration = .seconds(10), filters: FilterTable = .builtIn,
        log: Logger = Logger(label: "apus"), configPath: String = "", load: (@Sendable () async -> LoadResult)? = nil,
        reload: (@Sendable () async -> [Diagnostic])? = nil
    ) {
        self.reload = reload
        self.workers = workers
        self.drainTime = drainTime
        self.filters = filters
        self.log = log
        self.configPath = configPath
        self.load = load
    }
}

extension ListenerSockets {
    /// Stops accepting.
    func close() async {
        for channel in channels { try? await channel.close() }
        if case .pipe(let path, _) = address { unlink(path) }
    }

    func drain() async {
        for port in ports { try? await port.eventLoop.submit { port.value.drain() }.get() }
    }

    /// The same sockets for a new configuration of the listener.
    func serving(_ compiled: CompiledListener) -> ListenerSockets {
        ListenerSockets(compiled: compiled, address: address, channels: channels, ports: ports)
    }
}
