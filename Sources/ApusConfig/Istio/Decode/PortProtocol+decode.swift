extension PortProtocol {
    /// A protocol's name in a rule, whatever its case; nil for none that Istio knows.
    init?(istio name: String) {
        switch name.lowercased() {
        // A port for proxies speaks HTTP/1.1.
        case "http", "http_proxy": self = .http
        case "http2": self = .http2
        case "grpc": self = .grpc
        case "grpc-web": self = .grpcWeb
        case "https": self = .https
        case "tls": self = .tls
        case "tcp": self = .tcp
        case "mongo": self = .mongo
        case "mysql": self = .mysql
        case "redis": self = .redis
        case "udp": self = .udp
        default: return nil
        }
    }

    var isTLS: Bool { self == .https || self == .tls }
}

extension Field {
    /// What a port speaks; empty: not said. What is no protocol has been reported when this is nil.
    func portProtocol() -> PortProtocol? {
        guard let name = string() else { return nil }
        guard !name.isEmpty else { return .unnamed }
        guard let known = PortProtocol(istio: name) else {
            report(.unknownProtocol(name))
            return nil
        }
        return known
    }

    /// A name that a port must have.
    func portName() -> String? {
        guard let name = string() else { return nil }
        if !NameText.isLabel(name) { report(.badPortName(name)) }
        return name
    }
}
