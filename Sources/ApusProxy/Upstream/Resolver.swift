import ApusConfig
import Logging
import NIOCore

/// Keeps the endpoints of clusters that are given by name: asks for each name when the cluster arrives and then again
/// and again, and tells the workers when something has changed.
///
/// A failed look-up keeps what is known; a name that is known to have no addresses has no endpoints.
actor Resolver {
    typealias LookUp = @Sendable (_ name: String, _ family: DNSLookupFamily) async throws -> [SocketAddress]

    private let log: Logger
    private let lookUp: LookUp?
    private let sleep: @Sendable (Duration) async throws -> Void
    /// How long a new configuration waits for the first answers.
    private let patience: Duration
    private var system: SystemLookUp?
    private var random: RandomSource
    private var workers: [Worker] = []
    private var entries: [ObjectIdentifier: Entry] = [:]
    private var waiters: [Waiter] = []

    /// One cluster.
    private struct Entry {
        let cluster: CompiledCluster
        var targets: [ResolverTarget]
        var tasks: [Task<Void, Never>] = []

        var isWarm: Bool { targets.allSatisfy(\.wasAsked) }
    }

    /// Somebody who waits for clusters' first answers.
    private struct Waiter {
        let id: UInt64
        let clusters: [ObjectIdentifier]
        let continuation: CheckedContinuation<Void, Never>
    }

    /// `lookUp` and `sleep` are the system's unless given.
    init(
        log: Logger, lookUp: LookUp? = nil, patience: Duration = .seconds(5),
        random: RandomSource = RandomSource(seed: .random(in: 0 ... .max)),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.log = log
        self.lookUp = lookUp
        self.patience = patience
        self.random = random
        self.sleep = sleep
    }

    /// Takes care of these clusters instead of those before; a cluster that stays goes on as it was. Returns when each
    /// name has been asked for once, or patience is at its end.
    func replace(_ clusters: [CompiledCluster], workers: [Worker]) async {
        self.workers = workers
        let wanted = clusters.filter(\.isResolved)
        let kept = Set(wanted.map(ObjectIdentifier.init))
        for (id, entry) in entries where !kept.contains(id) {
            for task in entry.tasks { task.cancel() }
            entries[id] = nil
        }
        for cluster in wanted where entries[ObjectIdentifier(cluster)] == nil { start(cluster) }
        let awaited = wanted.filter(\.cluster.waitForWarmOnInit).map(ObjectIdentifier.init)
        await wait(for: awaited)
    }

    func stop() {
        for entry in entries.values {
            for task in entry.tasks { task.cancel() }
        }
        entries = [:]
        system?.stop()
        system = nil
        wake()
    }

    // MARK: Look-ups

    private func start(_ cluster: CompiledCluster) {
        let id = ObjectIdentifier(cluster)
        var entry = Entry(cluster: cluster, targets: cluster.cluster.namesToResolve.map(ResolverTarget.init))
        entries[id] = entry
        for (index, target) in entry.targets.enumerated() {
            if target.isLiteral {
                cluster.membership.attempts.increment()
                cluster.membership.successes.increment()
            } else {
                entry.tasks.append(Task { await self.keep(cluster, target: index) })
            }
        }
        entries[id]?.tasks = entry.tasks
        publish(id)
    }

    /// The life of one name.
    private func keep(_ cluster: CompiledCluster, target index: Int) async {
        let id = ObjectIdentifier(cluster)
        var schedule = RefreshSchedule(cluster.cluster)
        let family = cluster.cluster.dnsLookupFamily
        while !Task.isCancelled, let name = entries[id]?.targets[index].name {
            cluster.membership.attempts.increment()
            let pause: Duration
            do {
                let found = try await addresses(of: name, family: family)
                if Task.isCancelled { return }
                pause = schedule.afterSuccess(using: &random)
                cluster.membership.successes.increment()
                // A logical cluster stays where it is when its name has gone.
                if !found.isEmpty || cluster.cluster.type == .strictDNS {
                    entries[id]?.targets[index].addresses = found
                }
            } catch {
                if Task.isCancelled { return }
                pause = schedule.afterFailure(using: &random)
                cluster.membership.failures.increment()
                log.warning(
                    "name not resolved",
                    metadata: ["cluster": "\(cluster.name)", "name": "\(name)", "reason": "\(error)"])
            }
            entries[id]?.targets[index].wasAsked = true
            if !publish(id) { cluster.membership.unchanged.increment() }
            wake()
            do { try await sleep(pause) } catch { return }
        }
    }

    private func addresses(of name: String, family: DNSLookupFamily) async throws -> [SocketAddress] {
        if let lookUp { return try await lookUp(name, family) }
        let system = system ?? SystemLookUp()
        self.system = system
        return try await system.addresses(of: name, family: family)
    }

    /// Hands the endpoints to the workers if they are others than before.
    @discardableResult
    private func publish(_ id: ObjectIdentifier) -> Bool {
        guard let entry = entries[id] else { return false }
        let cluster = entry.cluster
        var known: [String: [SocketAddress]] = [:]
        for target in entry.targets { known[target.name] = target.addresses }
        let endpoints = cluster.cluster.endpoints(known)
        // Name servers turn the order of their answers; for a cluster of equals that is no change.
        guard !Self.same(endpoints, cluster.endpoints) else { return false }
        // A logical endpoint that moves is the same member.
        let isMove = cluster.cluster.type == .logicalDNS && endpoints.count == cluster.endpoints.count
        if !isMove { cluster.membership.changes.increment() }
        cluster.endpoints = endpoints
        for worker in workers {
            worker.loop.execute {
                worker.tick()
                // A worker that has not begun yet has no clusters; it will find the endpoints when it does.
                guard let index = worker.snapshot.clusterIndex[cluster.name], index < worker.clusters.count else {
                    return
                }
                let place = worker.clusters[index]
                if place.compiled === cluster { place.made?.update(endpoints) }
            }
        }
        return true
    }

    private static func same(_ a: [ResolvedEndpoint], _ b: [ResolvedEndpoint]) -> Bool {
        a.count == b.count && a.allSatisfy(b.contains)
    }

    // MARK: Waiting for the first answers

    private func wait(for clusters: [ObjectIdentifier]) async {
        guard !isWarm(clusters) else { return }
        let id = random.next()
        let timer = Task {
            do { try await sleep(patience) } catch { return }
            loseTime(of: id)
        }
        await withCheckedContinuation {
            waiters.append(Waiter(id: id, clusters: clusters, continuation: $0))
        }
        timer.cancel()
    }

    private func isWarm(_ clusters: [ObjectIdentifier]) -> Bool { clusters.allSatisfy { entries[$0]?.isWarm ?? true } }

    private func wake() {
        let ready = waiters.filter { isWarm($0.clusters) }
        waiters.removeAll { waiter in ready.contains { $0.id == waiter.id } }
        for waiter in ready { waiter.continuation.resume() }
    }

    private func loseTime(of id: UInt64) {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
        waiters.remove(at: index).continuation.resume()
    }
}
