import ApusConfig

/// What must hold of a request before a fault is considered.
struct FaultConditions: Sendable {
    /// Empty: any.
    let upstreamCluster: String
    /// Empty: any.
    let downstreamNodes: [OwnedBytes]
    let headers: [CompiledHeaderMatcher]

    init(_ fault: HTTPFault) throws {
        upstreamCluster = fault.upstreamCluster
        downstreamNodes = fault.downstreamNodes.map { OwnedBytes($0) }
        headers = try fault.headers.map(CompiledHeaderMatcher.init)
    }

    func hold(for exchange: Exchange) -> Bool {
        clusterMatches(exchange) && nodeMatches(exchange.request) && headers.allSatisfy { $0.matches(exchange.request) }
    }

    private func clusterMatches(_ exchange: Exchange) -> Bool {
        if upstreamCluster.isEmpty { return true }
        guard case .forward? = exchange.route?.action else { return false }
        return exchange.clusterName == upstreamCluster
    }

    private func nodeMatches(_ request: Head) -> Bool {
        if downstreamNodes.isEmpty { return true }
        guard let node = request.value(.xEnvoyDownstreamServiceNode) else { return false }
        return downstreamNodes.contains { $0.bytes.equals(node) }
    }
}
