import ApusConfig
import NIOCore

/// What one worker holds of one listener: its configuration as it is now, and the connections it has accepted.
///
/// A reload puts a new configuration in the place of the old one; connections look it up for each request.
final class ListenerPort {
    var compiled: CompiledListener {
        didSet { version = Self.nextVersion(version) }
    }
    /// Changes whenever `compiled` does: what a connection compares before each request.
    private(set) var version = 0
    let worker: Worker
    private(set) var stats: Counters<ListenerCounter>
    var connections: [ObjectIdentifier: any DrainableConnection] = [:]
    /// Connections are told to go after the request under way.
    var isDraining = false
    private var lastID: UInt64 = 0

    private static func nextVersion(_ version: Int) -> Int { version &+ 1 }

    init(_ compiled: CompiledListener, worker: Worker) {
        self.compiled = compiled
        self.worker = worker
        stats = worker.counters(compiled.stats)
    }

    /// Serves another configuration. Whoever rests lets go of the one before, which may be large.
    func adopt(_ next: CompiledListener) {
        worker.tick()
        let before = compiled
        compiled = next
        if next.stats != before.stats { count(in: worker.counters(next.stats)) }
        for connection in connections.values { connection.configurationChanged() }
        guard case .http(let old) = before.kind, case .http(let new) = next.kind else { return }
        for exchange in worker.idleExchanges where exchange.settings === old { exchange.settings = new }
    }

    /// The listener's statistics have another name: connections that are open go along.
    private func count(in next: Counters<ListenerCounter>) {
        stats.add(.downstreamCxActive, -connections.count)
        stats = next
        stats.add(.downstreamCxActive, connections.count)
    }

    func opened(_ connection: any DrainableConnection) {
        connections[ObjectIdentifier(connection)] = connection
        stats.add(.downstreamCxTotal)
        stats.add(.downstreamCxActive)
    }

    func closed(_ connection: any DrainableConnection, openedAt opened: NIODeadline) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        stats.add(.downstreamCxActive, -1)
        stats.add(.downstreamCxDestroy)
        worker.histogram(compiled.connectionTime).record(Int((worker.now - opened).nanoseconds / 1_000_000))
    }

    /// Connections finish what they are doing and then close; idle ones close now.
    func drain() {
        isDraining = true
        for connection in connections.values { connection.drain() }
    }

    func closeAll() {
        for connection in connections.values { connection.closeNow() }
    }
}

/// A client's connection, as the listener sees it.
protocol DrainableConnection: AnyObject {
    func drain()
    func closeNow()
    /// The listener has another configuration.
    func configurationChanged()
}
