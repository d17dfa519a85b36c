import ApusConfig

/// A request that somebody asks about and that is never sent: which route would take it?
public struct AskedRequest: Sendable, Equatable {
    public var method: String
    /// The Host header, or `:authority`.
    public var authority: String
    /// Path and query.
    public var target: String
    public var headers: [Field]

    public struct Field: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(method: String = "GET", authority: String, target: String = "/", headers: [Field] = []) {
        self.method = method
        self.authority = authority
        self.target = target
        self.headers = headers
    }

    /// As a client sends it. What could not be sent is refused by the parser, as it would be on a connection.
    var bytes: [UInt8] {
        var text = "\(method) \(target) HTTP/1.1\r\nhost: \(authority)\r\n"
        for field in headers { text += "\(field.name): \(field.value)\r\n" }
        return Array("\(text)\r\n".utf8)
    }
}

/// What a listener's routes make of a request.
public struct RouteFinding: Sendable, Equatable {
    public enum Outcome: Sendable, Equatable {
        /// Answered before a route is looked for: not HTTP, or a path that is not allowed.
        case refused(status: Int, details: String)
        /// No virtual host has its domain.
        case noVirtualHost
        /// None of the virtual host's routes takes it.
        case noRoute(virtualHost: Int)
        /// The virtual host sends it to https.
        case secured(virtualHost: Int)
        case route(virtualHost: Int, route: Int)
    }

    public var outcome: Outcome
    /// As the routes saw it: normalization may have changed it.
    public var authority: String
    public var target: String
    /// The domain of the virtual host that its host was found by; empty without one.
    public var domain = ""
    /// What the request lacks for each route before the one that takes it, in their order.
    public var objections: [[String]] = []

    public var virtualHost: Int? {
        switch outcome {
        case .refused, .noVirtualHost: nil
        case .noRoute(let host), .secured(let host), .route(let host, _): host
        }
    }
}

extension Proxy {
    /// Asks the routes of a listener (by its name) about a request, as a connection's first request from this machine.
    /// `hosts`: its virtual hosts as configured; nil: there is no such HTTP listener, or it has other virtual hosts by now.
    public func find(_ request: AskedRequest, listener: String, hosts: [VirtualHost]) async -> RouteFinding? {
        guard let socket = sockets.first(where: { $0.compiled.name == listener }), let worker = workers.first,
            case .http(let settings) = socket.compiled.kind, settings.routes.hosts.count == hosts.count
        else { return nil }
        let address = socket.address
        return try? await worker.loop.submit {
            RouteQuestion(request, to: settings, at: address, on: worker).answer(hosts)
        }.get()
    }
}
