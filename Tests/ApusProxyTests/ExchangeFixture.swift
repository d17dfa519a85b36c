import ApusConfig
import Logging
import NIOCore
import NIOPosix

@testable import ApusProxy

/// An exchange with a worker that runs nothing, for pure tests of what looks at exchanges.
func makeExchange(
    _ method: String = "GET", _ path: String = "/", headers: [(String, String)] = [], node: Node = Node(),
    forwards: Bool = true, cluster: String = "v1"
) -> Exchange {
    let snapshot = Snapshot(bootstrap: Bootstrap(node: node), listeners: [], clusters: [], version: 1)
    let worker = Worker(
        loop: MultiThreadedEventLoopGroup.singleton.next(), index: 0, snapshot: snapshot, log: Logger(label: "test"),
        seed: 1)
    // Never freed: an exchange does not keep its worker.
    _ = Unmanaged.passRetained(worker)
    let settings = HTTPSettings(
        manager: HTTPConnectionManager(statPrefix: "test"), routes: .empty, defaultChain: FilterChain([]),
        router: RouterSettings(), accessLogs: [], localReplies: nil, limits: HTTP1Limits(), bufferLimit: 1 << 20)
    let connection = ConnectionInfo(
        id: 1, directRemote: nil, local: nil, remoteIsInternal: false, remoteIsLoopback: true)
    let exchange = Exchange(worker: worker, connection: connection, settings: settings)
    worker.now = .uptimeNanoseconds(1_000_000_000_000)
    exchange.request.set(method: method, path: path, headers: headers)
    exchange.requestEnded = true
    exchange.route = forwards ? .forwarding : .answering
    if forwards { exchange.clusterName = cluster }
    return exchange
}

extension Head {
    func set(method: String, path: String, headers: [(String, String)]) {
        setMethod(method.copied)
        setPath(path.copied)
        for (name, value) in headers { add(HeaderName(name), value.copied) }
    }

    /// The values of a name, in order.
    func values(_ name: String) -> [String] {
        var values: [String] = []
        forEachValue(HeaderName(name)) { values.append($0.string) }
        return values
    }
}

extension String {
    /// These bytes at an address of their own, never freed.
    var copied: Bytes {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: utf8.count)
        _ = memory.initialize(from: utf8)
        return Bytes(memory)
    }
}

extension Verdict {
    var isNext: Bool { if case .next = self { true } else { false } }
    var reply: LocalReply? { if case .reply(let reply) = self { reply } else { nil } }
    var bufferLimit: Int? { if case .buffer(let limit) = self { limit } else { nil } }
    var delay: (duration: Duration, then: Verdict)? {
        if case .after(let duration, let verdict) = self { (duration, verdict) } else { nil }
    }
}

extension FilterContext {
    /// A connection manager of its own, so that its statistics are, too.
    static func test(_ prefix: String, clusters: [String: Int] = [:]) -> FilterContext {
        FilterContext(statPrefix: "http.\(prefix).", clusterIndex: clusters)
    }
}

extension CompiledRoute {
    /// A route that forwards; which route it is and where it leads is on the exchange.
    static let forwarding = CompiledRoute(
        name: "", virtualHost: CompiledVirtualHost(VirtualHost(name: "all", domains: ["*"])), policy: .plain,
        action: .forward(ForwardAction(targets: .one(0))))
    static let answering = CompiledRoute(
        name: "", virtualHost: CompiledVirtualHost(VirtualHost(name: "all", domains: ["*"])), policy: .plain,
        action: .direct(DirectAction(status: 200, body: "")))
}

extension RoutePolicy {
    static let plain = RoutePolicy(requestMutations: .none, responseMutations: .none, chain: FilterChain([]))
}
