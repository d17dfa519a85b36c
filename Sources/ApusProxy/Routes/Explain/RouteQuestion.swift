import ApusConfig
import NIOCore

/// Leads a request that was only asked about as far as its route, by the steps of a real one. On the worker's loop only.
struct RouteQuestion {
    private let request: AskedRequest
    private let settings: HTTPSettings
    private let exchange: Exchange

    init(_ request: AskedRequest, to settings: HTTPSettings, at address: Address, on worker: Worker) {
        self.request = request
        self.settings = settings
        var local: SocketAddress?
        if case .socket(let host, let port) = address {
            local = try? SocketAddress(ipAddress: host, port: Int(port))
        }
        let connection = ConnectionInfo(
            id: 0, directRemote: try? SocketAddress(ipAddress: "127.0.0.1", port: 1), local: local,
            remoteIsInternal: true, remoteIsLoopback: true)
        exchange = Exchange(worker: worker, connection: connection, settings: settings)
    }

    func answer(_ hosts: [VirtualHost]) -> RouteFinding {
        var finding = RouteFinding(outcome: .noVirtualHost, authority: request.authority, target: request.target)
        if let refusal = parse() {
            finding.outcome = refusal
            return finding
        }
        if let reply = exchange.normalize() {
            finding.outcome = .refused(status: reply.status, details: "\(reply.details)")
            return finding
        }
        exchange.prepareForwardingHeaders()
        let head = exchange.request
        finding.authority = head.authority.string
        finding.target = head.path.string
        // Of a share of requests the first is asked about.
        let (number, route) = settings.routes.positions(head, random: 0, isInternal: exchange.isInternal)
        guard let number, number < hosts.count else { return finding }
        finding.domain = settings.routes.domain(head, among: hosts[number].domains) ?? ""
        var last = hosts[number].routes.count
        switch route {
        case .none: finding.outcome = .noRoute(virtualHost: number)
        case .secured: finding.outcome = .secured(virtualHost: number)
        case .at(let position):
            finding.outcome = .route(virtualHost: number, route: position)
            last = min(position, last)
        }
        if case .secured = finding.outcome { return finding }
        finding.objections = hosts[number].routes[..<last].map { route in
            route.match.objections(to: head, ignoringParameters: settings.routes.ignoresPathParameters)
        }
        return finding
    }

    /// Why it cannot be read; nil when it was.
    private func parse() -> RouteFinding.Outcome? {
        var info = HTTP1MessageInfo()
        var scanned = 0
        let bytes = request.bytes
        let result = bytes.withUnsafeBytes {
            HTTP1Parser.parseRequest(
                $0, into: exchange.request, info: &info, limits: settings.limits, scanned: &scanned)
        }
        switch result {
        case .head(bytes.count): return nil
        case .head, .incomplete: return .refused(status: 400, details: "http1.codec_error")
        case .failed(let error): return .refused(status: error.status, details: "\(error.details)")
        }
    }
}
