import ApusConfig
import NIOCore

/// One name of a cluster, with what is known of its addresses. Owned by the resolver.
struct ResolverTarget {
    let name: String
    /// The last good answer, with port 0; nil before the first.
    var addresses: [SocketAddress]?
    /// An answer, good or bad, has come.
    var wasAsked = false

    init(name: String) {
        self.name = name
        // An address needs no look-up.
        if let literal = try? SocketAddress(ipAddress: name, port: 0) {
            addresses = [literal]
            wasAsked = true
        }
    }

    var isLiteral: Bool { (try? SocketAddress(ipAddress: name, port: 0)) != nil }
}

extension Cluster {
    var isResolved: Bool { (type == .strictDNS || type == .logicalDNS) && refusal == nil }

    /// The names of its endpoints, each once, in order.
    var namesToResolve: [String] {
        var names: [String] = []
        for endpoint in loadAssignment.endpoints {
            if case .socket(let host, _) = endpoint.address, !names.contains(host) { names.append(host) }
        }
        return names
    }

    /// The endpoints that the known addresses make. Those of names without any are left out.
    func endpoints(_ addresses: [String: [SocketAddress]]) -> [ResolvedEndpoint] {
        var result: [ResolvedEndpoint] = []
        for endpoint in loadAssignment.endpoints {
            switch endpoint.address {
            case .pipe(let path, _):
                guard let address = try? SocketAddress(unixDomainSocketPath: path) else { continue }
                result.append(ResolvedEndpoint(endpoint, at: address, hostname: endpoint.hostname))
            case .socket(let host, let port):
                var found = addresses[host] ?? []
                if type == .logicalDNS { found = Array(found.prefix(1)) }
                for var address in found {
                    address.port = Int(port)
                    let resolved = ResolvedEndpoint(
                        endpoint, at: address, hostname: endpoint.hostname.isEmpty ? host : endpoint.hostname)
                    // Two names may lead to one place; it is one endpoint then.
                    if !result.contains(where: { $0.address == address && $0.priority == endpoint.priority }) {
                        result.append(resolved)
                    }
                }
            }
        }
        return result
    }
}

/// When a name is asked for again.
struct RefreshSchedule {
    private let regular: Duration
    private let jitter: Duration
    private let failure: DNSFailureRefreshRate?
    private var backOff: Duration

    init(_ cluster: Cluster) {
        regular = cluster.dnsRefreshRate
        jitter = cluster.dnsJitter
        failure = cluster.dnsFailureRefreshRate
        backOff = cluster.dnsFailureRefreshRate?.baseInterval ?? cluster.dnsRefreshRate
    }

    mutating func afterSuccess(using random: inout RandomSource) -> Duration {
        if let failure { backOff = failure.baseInterval }
        return regular + Self.share(of: jitter, using: &random)
    }

    /// Without a rate of its own a failure waits as long as a success; with one, a share of an interval that doubles.
    mutating func afterFailure(using random: inout RandomSource) -> Duration {
        guard let failure else { return regular }
        let wait = Self.share(of: backOff, using: &random)
        let longest = failure.maxInterval ?? failure.baseInterval * 10
        backOff = min(backOff * 2, max(longest, failure.baseInterval))
        return max(wait, .milliseconds(1))
    }

    private static func share(of duration: Duration, using random: inout RandomSource) -> Duration {
        let nanoseconds = duration.nanoseconds
        return nanoseconds > 0 ? .nanoseconds(Int64(random.next() % UInt64(nanoseconds))) : .zero
    }
}
