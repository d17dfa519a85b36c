/// `connectionPool`
enum ConnectionPoolFacts {
    static func of(_ pool: ConnectionPool) -> [Fact] {
        let facts = tcp(pool) + http(pool)
        // Written empty it takes the place of another one.
        return facts.isEmpty ? [.setting("connection pool", "usual limits")] : facts
    }

    private static func tcp(_ pool: ConnectionPool) -> [Fact] {
        Fact.setting("connections", most(pool.maxConnections))
            + Fact.setting("connect timeout", pool.connectTimeout.map(EffectText.time))
            + Fact.setting("life of a connection", pool.maxConnectionDuration.map(EffectText.time))
            + Fact.setting("TCP idle timeout", pool.tcpIdleTimeout.map(EffectText.time))
            + Fact.setting("TCP keepalive", pool.tcpKeepalive.map(keepalive))
    }

    private static func http(_ pool: ConnectionPool) -> [Fact] {
        var facts = Fact.setting("waiting requests", most(pool.http1MaxPendingRequests))
        facts += Fact.setting("requests at once", most(pool.http2MaxRequests))
        facts += Fact.setting("requests of a connection", most(pool.maxRequestsPerConnection))
        facts += Fact.setting("retries at once", most(pool.maxRetries))
        facts += Fact.setting("HTTP idle timeout", pool.httpIdleTimeout.map(EffectText.time))
        switch pool.h2UpgradePolicy {
        case .default: break
        case .doNotUpgrade: facts.append(.setting("HTTP/2", "never"))
        case .upgrade: facts.append(.setting("HTTP/2", "always"))
        }
        if pool.useClientProtocol { facts.append(.setting("protocol", "the client's")) }
        facts += Fact.setting("streams of a connection", most(pool.maxConcurrentStreams))
        facts += Fact.setting(
            "HTTP/2 keepalive",
            pool.http2Keepalive.map { "every \(EffectText.time($0.interval)), within \(EffectText.time($0.timeout))" })
        return facts
    }

    /// 0 sets no limit of its own.
    private static func most(_ count: UInt32?) -> String? {
        count.map { $0 == 0 ? "no limit of its own" : "at most \($0)" }
    }

    private static func keepalive(_ keepalive: ConnectionPool.Keepalive) -> String {
        let words =
            (keepalive.time.map { ["after \(EffectText.time($0))"] } ?? [])
            + (keepalive.interval.map { ["every \(EffectText.time($0))"] } ?? [])
            + (keepalive.probes.map { [EffectText.count(Int($0), "probe")] } ?? [])
        return words.isEmpty ? "as the system has it" : words.joined(separator: ", ")
    }
}
