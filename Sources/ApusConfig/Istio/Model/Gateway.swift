/// `networking.istio.io` Gateway: ports that are open to the outside.
public struct Gateway: Sendable, Equatable {
    public var servers: [GatewayServer] = []
    /// Labels of the proxy; empty: every proxy.
    public var selector: [String: String] = [:]
    public var source = SourceMark()

    public init() {}
}

public struct GatewayServer: Sendable, Equatable {
    public var name = ""
    public var port: UInt32
    public var portName = ""
    public var `protocol`: GatewayProtocol
    /// As written: `dns`, `*`, `ns/dns`, `./dns`, `*/dns`.
    public var hosts: [String] = []
    /// Empty: every address of the machine.
    public var bind = ""
    public var tls: ServerTLSSettings?
    public var source = SourceMark()

    public init(port: UInt32, protocol: GatewayProtocol) {
        self.port = port
        self.protocol = `protocol`
    }
}

public enum GatewayProtocol: String, Sendable, Equatable {
    case http = "HTTP"
    case https = "HTTPS"
    case grpc = "GRPC"
    case grpcWeb = "GRPC-WEB"
    case http2 = "HTTP2"
    case mongo = "MONGO"
    case tcp = "TCP"
    case tls = "TLS"
    case unknown = ""

    /// Plain HTTP.
    public var isHTTP: Bool { self == .http || self == .http2 || self == .grpc || self == .grpcWeb }
}

/// `ServerTLSSettings`. All but `httpsRedirect` waits for TLS.
public struct ServerTLSSettings: Sendable, Equatable {
    public var httpsRedirect = false
    public var mode: Mode = .passthrough
    public var serverCertificate = ""
    public var privateKey = ""
    public var caCertificates = ""
    public var credentialName = ""
    public var subjectAltNames: [String] = []
    /// nil: Apus's own.
    public var minimumVersion: Version?
    /// nil: the newest.
    public var maximumVersion: Version?
    /// As OpenSSL names them; empty: Apus's own.
    public var cipherSuites: [String] = []
    public var source = SourceMark()

    public init() {}

    public enum Version: String, Sendable, Equatable {
        case tls1_0 = "TLSV1_0"
        case tls1_1 = "TLSV1_1"
        case tls1_2 = "TLSV1_2"
        case tls1_3 = "TLSV1_3"
    }

    public enum Mode: String, Sendable, Equatable {
        case passthrough = "PASSTHROUGH"
        case simple = "SIMPLE"
        case mutual = "MUTUAL"
        case autoPassthrough = "AUTO_PASSTHROUGH"
        case istioMutual = "ISTIO_MUTUAL"
        case optionalMutual = "OPTIONAL_MUTUAL"
    }
}

/// `networking.istio.io` Sidecar: which hosts a proxy knows.
public struct Sidecar: Sendable, Equatable {
    /// nil: every workload of the namespace.
    public var workloadSelector: [String: String]?
    /// Hosts of all `egress` entries, as `ns/dns`; nil: none was given, so everything is known.
    public var egressHosts: [String]?
    /// nil: the mesh's default.
    public var outboundTrafficPolicy: OutboundPolicy?
    public var source = SourceMark()

    public init() {}
}

/// What becomes of requests to hosts that nobody knows.
public enum OutboundPolicy: String, Sendable, Equatable, CaseIterable {
    case registryOnly = "REGISTRY_ONLY"
    case allowAny = "ALLOW_ANY"
}

/// `networking.istio.io` EnvoyFilter, as far as it inserts Lua.
public struct EnvoyFilter: Sendable, Equatable {
    /// nil: every workload of the namespace.
    public var workloadSelector: [String: String]?
    public var priority: Int32 = 0
    public var patches: [LuaPatch] = []
    public var source = SourceMark()

    public init() {}
}

/// One `configPatches` entry.
public struct LuaPatch: Sendable, Equatable {
    public var context: Context = .any
    public var operation: Operation
    /// `match.listener.portNumber`
    public var port: UInt32?
    /// `match.listener.filterChain.filter.subFilter.name`; empty: not given.
    public var subFilter = ""
    /// The filter's name; empty for REMOVE.
    public var name = ""
    /// Empty for REMOVE.
    public var code = ""
    public var source = SourceMark()

    public init(operation: Operation) { self.operation = operation }

    public enum Context: String, Sendable, Equatable {
        case any = "ANY"
        case sidecarInbound = "SIDECAR_INBOUND"
        case sidecarOutbound = "SIDECAR_OUTBOUND"
        case gateway = "GATEWAY"
        case waypoint = "WAYPOINT"
    }

    public enum Operation: String, Sendable, Equatable {
        case insertBefore = "INSERT_BEFORE"
        case insertAfter = "INSERT_AFTER"
        case insertFirst = "INSERT_FIRST"
        case add = "ADD"
        case replace = "REPLACE"
        case remove = "REMOVE"
    }
}
