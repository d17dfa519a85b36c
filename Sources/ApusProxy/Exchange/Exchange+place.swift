import ApusConfig
import NIOCore

// Clusters that have no endpoints of their own: they go where the request's host says, or nowhere.

extension Exchange {
    /// The cluster's balancer knows no endpoint.
    func startWithoutEndpoint(_ cluster: UpstreamCluster) {
        if let reason = cluster.compiled.cluster.refusal { return refuseConnection(cluster, reason) }
        let isRedirected = connection.originalDestination != nil
        guard let dynamic = cluster.dynamicHosts, isRedirected || cluster.compiled.cluster.type == .dynamicHost else {
            if attemptCount > 1 { upstreamHost = nil }
            countAnswer(503, final: true)
            return reply(.noHealthyUpstream)
        }
        start(in: dynamic)
    }

    private func start(in dynamic: DynamicHosts) {
        let life = generation
        let resume: (DynamicHostFailure?) -> Void = { [self] failure in
            guard generation == life, requestPhase == .forwarding, responsePhase == .none, attempt.isIdle else {
                return
            }
            if let failure { fail(failure) } else { start(in: dynamic) }
        }
        // Where the connection was going to is known better than what its requests call it.
        let answer =
            connection.originalDestination.map { Bytes.with($0) { dynamic.host(for: $0, resume: resume) } }
            ?? dynamic.host(for: request.authority, resume: resume)
        switch answer {
        case .host(let host): startAttempt(at: host)
        case .failed(let failure): fail(failure)
        case .waiting:
            // What has come of the body is kept; more must wait with its sender.
            if !forwardedEnd { pauseRequest() }
        }
    }

    private func fail(_ failure: DynamicHostFailure) {
        upstreamHost = nil
        let answer = failure.reply
        countAnswer(answer.status, final: true)
        reply(answer)
    }

    /// Every connection of the cluster fails, for one reason.
    private func refuseConnection(_ cluster: UpstreamCluster, _ reason: String) {
        let failure = AttemptFailure.remoteConnectionFailure
        cluster.counters.add(.upstreamCxTotal)
        cluster.counters.add(.upstreamCxConnectFail)
        cluster.counters.add(.upstreamRqPendingFailureEject)
        upstreamTransportFailure = reason
        if retry != nil, RetryFilter.wantsRetry(self, after: failure) { return }
        countAnswer(503, final: true)
        let retried = attemptCount > 1 ? "retried and the latest " : ""
        reply(
            LocalReply(
                status: 503,
                body: "upstream connect error or disconnect/reset before headers. \(retried)reset reason: "
                    + "\(failure.rawValue), transport failure reason: \(reason)",
                details:
                    "upstream_reset_before_response_started{\(failure.token)|\(reason.replacing(" ", with: "_"))}",
                flags: failure.flag))
    }
}
