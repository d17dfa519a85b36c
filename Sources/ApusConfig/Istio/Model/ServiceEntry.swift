/// `networking.istio.io` ServiceEntry: a service that is known by its hosts.
public struct ServiceEntry: Sendable, Equatable {
    public var hosts: [String] = []
    public var addresses: [String] = []
    public var ports: [ServicePort] = []
    public var location: Location = .meshExternal
    public var resolution: Resolution = .none
    public var endpoints: [WorkloadEntry] = []
    /// nil: not given.
    public var workloadSelector: [String: String]?
    public var exportTo: [String] = []
    public var subjectAltNames: [String] = []
    public var source = SourceMark()

    public init() {}

    public enum Location: Sendable, Equatable { case meshExternal, meshInternal }

    public enum Resolution: String, Sendable, Equatable {
        case none = "NONE"
        case `static` = "STATIC"
        case dns = "DNS"
        case dnsRoundRobin = "DNS_ROUND_ROBIN"
        case dynamicDNS = "DYNAMIC_DNS"
    }
}

/// A port of a ServiceEntry or of a Kubernetes Service.
public struct ServicePort: Sendable, Equatable {
    public var number: UInt32
    public var name = ""
    public var `protocol`: PortProtocol = .unnamed
    public var target: Target?
    public var source = SourceMark()

    public init(number: UInt32) { self.number = number }

    public enum Target: Sendable, Equatable {
        case number(UInt32)
        case name(String)
    }
}

/// What a port speaks, by its protocol, its `appProtocol` or the beginning of its name.
public enum PortProtocol: Sendable, Equatable {
    case http
    case http2
    case grpc
    case grpcWeb
    case https
    case tls
    case tcp
    case mongo
    case mysql
    case redis
    case udp
    /// Not said: found out by looking at what comes, so that HTTP works.
    case unnamed

    /// HTTP routes apply.
    public var isHTTP: Bool {
        switch self {
        case .http, .http2, .grpc, .grpcWeb, .unnamed: true
        case .https, .tls, .tcp, .mongo, .mysql, .redis, .udp: false
        }
    }
}

/// `networking.istio.io` WorkloadEntry, or an endpoint of a ServiceEntry.
public struct WorkloadEntry: Sendable, Equatable {
    /// An IP address, a name, or `unix:///path`; may be empty when `network` is set.
    public var address = ""
    public var ports: [String: UInt32] = [:]
    /// `spec.labels` alone; those of the metadata are in the `Rule`.
    public var labels: [String: String] = [:]
    public var network = ""
    public var locality = ""
    /// 0 counts as 1.
    public var weight: UInt32 = 0
    public var serviceAccount = ""
    public var source = SourceMark()

    public init() {}
}

/// `v1` Service of Kubernetes.
public struct KubernetesService: Sendable, Equatable {
    public var selector: [String: String] = [:]
    public var ports: [ServicePort] = []
    public var clusterIPs: [String] = []
    /// `clusterIP: None`.
    public var isHeadless = false
    /// Not empty: of type ExternalName.
    public var externalName = ""
    public var source = SourceMark()

    public init() {}
}

/// `v1` Secret of Kubernetes, for `credentialName`.
public struct KubernetesSecret: Sendable, Equatable {
    /// Decoded; `stringData` over `data`.
    public var data: [String: [UInt8]] = [:]

    public init() {}
}
