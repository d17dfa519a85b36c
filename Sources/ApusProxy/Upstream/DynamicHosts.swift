import ApusConfig
import NIOCore

/// The endpoints of a cluster that goes where each request's host says, on one worker. Names are looked up when a request
/// asks for them; the answers are kept for a while, and so are the pools of connections.
final class DynamicHosts {
    /// What a request is told.
    enum Answer {
        case host(UpstreamHost)
        /// Whoever asked hears of it later.
        case waiting
        case failed(DynamicHostFailure)
    }

    private unowned let cluster: UpstreamCluster
    private let worker: Worker
    private let counters: Counters<DNSCacheCounter>
    private var entries: [String: Entry] = [:]
    private var lastSwept: NIODeadline
    private var isDrained = false
    private var waiting = 0

    fileprivate struct Entry {
        var host: UpstreamHost?
        /// Why there is no host.
        var failure: String?
        /// When it is asked for again.
        var expires: NIODeadline
        var lastUsed: NIODeadline
        /// The look-up under way.
        var lookUp: UInt64?
        var waiters: [(DynamicHostFailure?) -> Void] = []
    }

    // As Envoy's dynamic forward proxy: `max_hosts`, `dns_refresh_rate`, `host_ttl`, `dns_query_timeout`,
    // `max_pending_requests`.
    private static let mostHosts = 1024
    private static let refresh = TimeAmount.seconds(60)
    private static let failureRefresh = TimeAmount.seconds(1)
    private static let idleLimit = TimeAmount.minutes(5)
    private static let patience = TimeAmount.seconds(5)
    private static let mostWaiting = 1024

    init(_ cluster: UpstreamCluster, _ stats: StatGroup<DNSCacheCounter>) {
        self.cluster = cluster
        worker = cluster.worker
        counters = worker.counters(stats)
        lastSwept = worker.now
    }

    // MARK: Requests

    /// The endpoint for a host. `resume` is called, once and later, if the answer is `.waiting`.
    func host(for authority: Bytes, resume: @escaping (DynamicHostFailure?) -> Void) -> Answer {
        guard let target = DynamicTarget(authority, defaultPort: Int(cluster.compiled.cluster.dynamicHostPort)) else {
            return .failed(.unresolved("invalid_host"))
        }
        sweep()
        let key = target.key
        if var entry = entries[key] {
            entry.lastUsed = worker.now
            entries[key] = entry
            let isFresh = worker.now < entry.expires
            if !isFresh, entry.lookUp == nil { lookUp(target) }
            if let host = entry.host { return answer(host) }
            if isFresh, let failure = entry.failure { return .failed(.unresolved(failure)) }
        } else {
            guard makeRoom() else {
                counters.add(.hostOverflow)
                return .failed(.tooManyHosts)
            }
            var entry = Entry(expires: worker.now, lastUsed: worker.now)
            if let address = target.literal {
                let host = makeHost(target, address)
                entry.host = host
                entry.expires = .distantFuture
                entries[key] = entry
                return answer(host)
            }
            entries[key] = entry
            lookUp(target)
        }
        guard waiting < Self.mostWaiting else {
            counters.add(.dnsRqPendingOverflow)
            return .failed(.tooManyWaiting)
        }
        waiting += 1
        entries[key]?.waiters.append(resume)
        return .waiting
    }

    /// A host of this proxy's own would come back to it, again and again.
    private func answer(_ host: UpstreamHost) -> Answer {
        worker.isOwnAddress(host.endpoint.address) ? .failed(.loop) : .host(host)
    }

    // MARK: Look-ups

    private func lookUp(_ target: DynamicTarget) {
        let id = worker.random.next()
        entries[target.key]?.lookUp = id
        counters.add(.dnsQueryAttempt)
        let loop = worker.loop
        let name = target.name
        let family = cluster.compiled.cluster.dnsLookupFamily
        let bound = NIOLoopBound(self, eventLoop: loop)
        // A reload must not free what the answer's endpoint will belong to.
        let owner = NIOLoopBound(cluster, eventLoop: loop)
        let timeout = loop.scheduleTask(in: Self.patience) {
            bound.value.found(.failure(.timedOut), target, id)
        }
        Task {
            let answer: Result<SocketAddress, DynamicLookUpFailure>
            do {
                let addresses = try await SystemLookUp.shared.addresses(of: name, family: family)
                answer = addresses.first.map { .success($0) } ?? .failure(.noAddress)
            } catch {
                answer = .failure(.refused("\(error)"))
            }
            timeout.cancel()
            loop.execute { withExtendedLifetime(owner) { bound.value.found(answer, target, id) } }
        }
    }

    private func found(_ answer: Result<SocketAddress, DynamicLookUpFailure>, _ target: DynamicTarget, _ id: UInt64) {
        guard var entry = entries[target.key], entry.lookUp == id else { return }
        worker.tick()
        entry.lookUp = nil
        var failure: DynamicHostFailure?
        switch answer {
        case .success(var address):
            counters.add(.dnsQuerySuccess)
            address.port = target.port
            entry.failure = nil
            entry.expires = worker.now + Self.refresh
            if entry.host?.endpoint.address != address {
                if let old = entry.host { remove(old) }
                entry.host = makeHost(target, address)
            }
        case .failure(let reason):
            counters.add(reason == .timedOut ? .dnsQueryTimeout : .dnsQueryFailure)
            entry.failure = reason.token
            entry.expires = worker.now + Self.failureRefresh
            // What was known is better than nothing.
            if entry.host == nil { failure = .unresolved(reason.token) }
        }
        let waiters = entry.waiters
        entry.waiters = []
        entries[target.key] = entry
        waiting -= waiters.count
        for waiter in waiters { waiter(failure) }
    }

    // MARK: Hosts

    private func makeHost(_ target: DynamicTarget, _ address: SocketAddress) -> UpstreamHost {
        counters.add(.hostAdded)
        counters.add(.numHosts)
        let endpoint = ResolvedEndpoint(
            address: address, hostname: target.name, weight: 1, priority: 0, health: .unknown, metadata: Metadata())
        let host = UpstreamHost(endpoint, cluster: cluster)
        // Its connections end with what they do.
        if isDrained { host.drain() }
        return host
    }

    private func remove(_ host: UpstreamHost) {
        counters.add(.hostRemoved)
        counters.add(.numHosts, -1)
        host.drain()
    }

    private func makeRoom() -> Bool {
        if entries.count < Self.mostHosts { return true }
        // The one that was idle longest goes first.
        let idle = entries.filter { $0.value.isIdle }.min { $0.value.lastUsed < $1.value.lastUsed }
        guard let idle else { return false }
        drop(idle.key)
        return true
    }

    private func sweep() {
        guard worker.now - lastSwept > .seconds(30) else { return }
        lastSwept = worker.now
        for (key, entry) in entries where entry.isIdle && worker.now - entry.lastUsed > Self.idleLimit { drop(key) }
    }

    private func drop(_ key: String) {
        if let host = entries.removeValue(forKey: key)?.host { remove(host) }
    }

    /// The cluster is no longer configured. Who waits is still served.
    func drain() {
        isDrained = true
        for entry in entries.values { entry.host?.drain() }
    }
}

extension DynamicHosts.Entry {
    fileprivate var isIdle: Bool {
        waiters.isEmpty && lookUp == nil && (host.map { $0.load == 0 && $0.activeConnections == $0.idle.count } ?? true)
    }
}

/// Where a request's host leads.
struct DynamicTarget: Sendable {
    /// In lower case, without brackets.
    let name: String
    let port: Int

    /// `a.test`, `a.test:8080`, `[::1]:80`; nil for what names no place.
    init?(_ authority: Bytes, defaultPort: Int) {
        var host = authority
        var port = defaultPort
        if let colon = host.portStart {
            guard let number = Bytes(rebasing: host[(colon + 1)...]).decimal, (1...65_535).contains(number) else {
                return nil
            }
            port = Int(number)
            host = Bytes(rebasing: host[0..<colon])
        }
        if host.count > 2, host[0] == 0x5b, host[host.count - 1] == 0x5d {
            host = Bytes(rebasing: host[1..<(host.count - 1)])
        }
        // The longest name of RFC 1035, 2.3.4. A zero would end the name for the system.
        guard host.count > 0, host.count <= 255, !host.contains(0) else { return nil }
        name = host.string.lowercased()
        self.port = port
    }

    var key: String { "\(name) \(port)" }
    var literal: SocketAddress? { try? SocketAddress(ipAddress: name, port: port) }
}

/// Why a request's host leads nowhere.
enum DynamicHostFailure: Error, Equatable {
    case unresolved(String)
    case tooManyHosts
    case tooManyWaiting
    case loop

    /// Texts and details are those of Envoy's dynamic forward proxy.
    var reply: LocalReply {
        switch self {
        case .unresolved(let reason):
            LocalReply(
                status: 503, body: "DNS resolution failure", details: "dns_resolution_failure{\(reason)}",
                flags: .dnsResolutionFailure)
        case .tooManyHosts:
            LocalReply(status: 503, body: "DNS cache overflow", details: "dns_cache_overflow", flags: .upstreamOverflow)
        case .tooManyWaiting:
            LocalReply(
                status: 503, body: "Dynamic forward proxy pending request overflow",
                details: "dynamic_forward_proxy_pending_request_overflow", flags: .upstreamOverflow)
        case .loop: LocalReply(status: 502, details: "loop_detected")
        }
    }
}

enum DynamicLookUpFailure: Error, Equatable {
    case timedOut
    case noAddress
    case refused(String)

    var token: String {
        switch self {
        case .timedOut: "timeout"
        case .noAddress: "Name_or_service_not_known"
        case .refused(let reason): reason.replacing(" ", with: "_")
        }
    }
}

/// Statistics of `dns_cache.<cluster>.`
enum DNSCacheCounter: Int, StatField, CaseIterable {
    case dnsQueryAttempt, dnsQuerySuccess, dnsQueryFailure, dnsQueryTimeout
    case hostAdded, hostRemoved, hostOverflow, numHosts, dnsRqPendingOverflow
    var kind: StatKind { self == .numHosts ? .gauge : .counter }
}
