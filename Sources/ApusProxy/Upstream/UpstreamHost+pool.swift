import ApusConfig
import NIOCore

extension UpstreamHost {
    private var counters: Counters<ClusterCounter> { cluster.counters }

    /// Gives the attempt a connection, at once or when there is one, within the limits of the breakers.
    func assign(_ attempt: UpstreamAttempt) {
        let breakers = cluster.compiled.breakers[attempt.priority]
        if !idle.isEmpty {
            attempt.wasWaiting = true
            guard breakers.allowsRequest else { return refuseActive(attempt) }
            while let connection = idle.popLast() {
                guard connection.isAlive else { continue }
                return connection.serve(attempt)
            }
        }
        guard breakers.allowsPending else { return refuse(attempt) }
        attempt.wasWaiting = true
        counters.add(.upstreamRqPendingTotal)
        counters.add(.upstreamRqPendingActive)
        breakers.pending.increment()
        waiting.append(attempt)
        if connecting < waiting.count { connectIfAllowed(attempt.priority) }
    }

    private func refuse(_ attempt: UpstreamAttempt) {
        counters.add(.upstreamRqPendingOverflow)
        attempt.fail(.overflow)
    }

    /// There is a connection, and too many requests are under way. Istio's documents count that as pending, too, and name
    /// no endpoint.
    private func refuseActive(_ attempt: UpstreamAttempt) {
        counters.add(.upstreamRqActiveOverflow)
        if cluster.compiled.cluster.isOfRules {
            counters.add(.upstreamRqPendingOverflow)
            attempt.wasWaiting = false
        }
        attempt.fail(.overflow)
    }

    /// An endpoint without any connection always gets one: other endpoints must not starve it (as in Envoy).
    private func connectIfAllowed(_ priority: RoutingPriority) {
        let breakers = cluster.compiled.breakers[priority]
        if !breakers.allowsConnection {
            counters.add(.upstreamCxOverflow)
            if activeConnections + connecting > 0 { return }
        }
        HTTP1UpstreamConnection.open(to: self, priority: priority)
    }

    func forget(_ attempt: UpstreamAttempt) {
        guard let index = waiting.firstIndex(where: { $0 === attempt }) else { return }
        waiting.remove(at: index)
        noLongerPending(attempt)
    }

    private func noLongerPending(_ attempt: UpstreamAttempt) {
        counters.add(.upstreamRqPendingActive, -1)
        cluster.compiled.breakers[attempt.priority].pending.decrement()
    }

    /// A connection is free: it serves who waits longest, or rests.
    func offer(_ connection: HTTP1UpstreamConnection) {
        if connection.poolAge != poolAge { return connection.close() }
        while let attempt = waiting.popFirst() {
            noLongerPending(attempt)
            guard cluster.compiled.breakers[attempt.priority].allowsRequest else {
                refuseActive(attempt)
                continue
            }
            return connection.serve(attempt)
        }
        if !isUsable { return connection.close() }
        idle.append(connection)
        connection.rest()
    }

    /// A connection could not be made. Whoever waits is told, and decides for itself whether to wait again: with an
    /// endpoint that does not answer, requests would otherwise pile up here.
    func connectionFailed(_ failure: AttemptFailure) {
        failedConnections += 1
        let failed = waiting
        waiting.removeAll()
        for attempt in failed {
            noLongerPending(attempt)
            counters.add(.upstreamRqPendingFailureEject)
            attempt.fail(failure)
        }
    }

    /// A connection that served has gone: who still waits needs another.
    func connectionClosed() {
        guard !waiting.isEmpty, connecting < waiting.count, let first = waiting.first else { return }
        connectIfAllowed(first.priority)
    }
}
