import ApusConfig
import NIOCore

/// Copies a share of the requests to other clusters, as they pass, and never lets the request wait for a copy.
///
/// Before the router (its usual place) it copies what the upstream gets, rewrites and all. Named in `http_filters`, it
/// stands there and copies what has come so far: before a script, the client's own request.
struct MirrorFilter: Filter {
    /// Copies the head as the router will send it.
    let isBeforeRouter: Bool

    static let make: FilterMaker = { _, _, context in MirrorFilter(isBeforeRouter: !context.isMentioned) }

    var bodyInterest: MessageInterest { .request }

    var headInterest: MessageInterest { .request }

    func onRequest(_ exchange: Exchange) -> Verdict {
        guard case .forward(let action)? = exchange.route?.action, !action.mirrors.isEmpty else { return .next }
        if isBeforeRouter { exchange.prepareHead() }
        for mirror in action.mirrors {
            if let fraction = mirror.fraction, !fraction.contains(exchange.worker.random.next()) { continue }
            guard let cluster = cluster(of: mirror, exchange) else { continue }
            let shadow = Shadow(cluster: cluster, exchange: exchange, mirror: mirror)
            exchange.shadows.append(shadow)
            shadow.start(requestComplete: exchange.isRequestComplete && exchange.bufferedRequestBytes == 0)
        }
        return .next
    }

    func onRequestBody(_ exchange: Exchange, _ data: inout ByteBuffer, end: Bool) {
        guard !exchange.shadows.isEmpty else { return }
        for shadow in exchange.shadows { shadow.copy(data, end: end) }
    }

    private func cluster(of mirror: CompiledMirror, _ exchange: Exchange) -> UpstreamCluster? {
        switch mirror.target {
        case .cluster(let index): return exchange.cluster(at: index)
        case .header(let name): return exchange.request.value(name).flatMap { exchange.cluster(named: $0.string) }
        }
    }
}
