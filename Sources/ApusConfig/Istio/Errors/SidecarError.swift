/// What can be wrong with a Sidecar.
enum SidecarError: Equatable {
    case empty
    case noHosts
    case portlessNotLast
    case duplicatePort(UInt32)
    case duplicateSocket(String)
    case portMissing
    case targetPort
    case zeroWithoutSocket
    case captureOfSocket
    case badEndpoint(String)
    case ingressTLS(String)

    var message: String {
        switch self {
        case .empty: "empty configuration: give egress, ingress or outboundTrafficPolicy"
        case .noHosts: "an egress listener must have at least one host"
        case .portlessNotLast: "an egress listener without port must be the last one, and the only one of its kind"
        case .duplicatePort(let port): "the ports of listeners must be unique: \(port) is there already"
        case .duplicateSocket(let bind): "the sockets of listeners must be unique: '\(bind)' is there already"
        case .portMissing: "'port' is required for ingress listeners"
        case .targetPort: "targetPort has no effect on sidecars; remove it"
        case .zeroWithoutSocket: "port 0 needs a unix domain socket in bind"
        case .captureOfSocket: "captureMode must be DEFAULT or NONE for unix domain sockets"
        case .badEndpoint(let text):
            "defaultEndpoint '\(text)' must be 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT or unix:///PATH"
        case .ingressTLS(let name): "\(name) is not supported in an ingress listener's tls"
        }
    }
}

/// What is odd about a Sidecar, or has no effect here.
enum SidecarWarning: Equatable {
    case portIgnored(UInt32)
    case ignored(String)
    case duplicateHost(String)
    case hostBesideAll

    var message: String {
        switch self {
        case .portIgnored(let port): "Apus opens no listener of its own on port \(port); only the hosts are used"
        case .ignored(let name): "'\(name)' has no effect in Apus"
        case .duplicateHost(let host): "duplicate egress host '\(host)'"
        case .hostBesideAll: "'*/*' selects everything; other hosts add nothing"
        }
    }
}
