/// `networking.istio.io` VirtualService: who asks for these hosts is led by these rules.
public struct VirtualService: Sendable, Equatable {
    /// As written; empty for a delegate.
    public var hosts: [String] = []
    /// As written; nil: the mesh.
    public var gateways: [String]?
    public var http: [HTTPRule] = []
    /// Checked and kept; not routed by Apus.
    public var hasTCPOrTLS = false
    /// Empty: everywhere.
    public var exportTo: [String] = []
    public var source = SourceMark()

    public init() {}
}

/// `HTTPRoute`: what to match, and what then happens.
public struct HTTPRule: Sendable, Equatable {
    public var name = ""
    /// Any may match; empty: everything does.
    public var match: [HTTPMatch] = []
    public var route: [HTTPDestination] = []
    public var redirect: HTTPRedirect?
    public var directResponse: HTTPDirectResponse?
    public var delegate: RuleDelegate?
    public var rewrite: HTTPRewrite?
    /// nil: none.
    public var timeout: Duration?
    public var retries: HTTPRetry?
    public var fault: HTTPFaultInjection?
    /// `mirror` with its percentage is one of these, too.
    public var mirrors: [HTTPMirror] = []
    public var corsPolicy: IstioCORSPolicy?
    public var headers = HeaderOperations()
    public var source = SourceMark()

    public init() {}
}

/// `HTTPMatchRequest`: all conditions must hold.
public struct HTTPMatch: Sendable, Equatable {
    public var name = ""
    public var uri: StringMatch?
    public var ignoreUriCase = false
    public var scheme: StringMatch?
    public var method: StringMatch?
    public var authority: StringMatch?
    /// In the order of writing; names in lower case.
    public var headers: [NamedMatch] = []
    /// In the order of writing; names in lower case.
    public var withoutHeaders: [NamedMatch] = []
    /// In the order of writing.
    public var queryParams: [NamedMatch] = []
    /// Selector: the listener's port.
    public var port: UInt32?
    /// Selector: takes the place of the VirtualService's gateways; empty: those.
    public var gateways: [String] = []
    /// Selector: the proxy's labels.
    public var sourceLabels: [String: String] = [:]
    /// Selector; empty: any.
    public var sourceNamespace = ""
    public var source = SourceMark()

    public init() {}
}

public struct NamedMatch: Sendable, Equatable {
    public var name: String
    public var match: StringMatch
    public var source = SourceMark()

    public init(name: String, match: StringMatch, source: SourceMark = SourceMark()) {
        self.name = name
        self.match = match
        self.source = source
    }
}

/// `StringMatch`.
public enum StringMatch: Sendable, Equatable {
    case exact(String)
    case prefix(String)
    /// RE2; the whole value.
    case regex(String)
    /// `{}`, and `regex: "*"` where Istio reads it so.
    case present
}

/// `HTTPRouteDestination`: one share of a rule's traffic.
public struct HTTPDestination: Sendable, Equatable {
    public var destination: Destination
    public var weight: UInt32 = 0
    public var headers = HeaderOperations()
    public var source = SourceMark()

    public init(destination: Destination, weight: UInt32 = 0) {
        self.destination = destination
        self.weight = weight
    }
}

/// `Destination`.
public struct Destination: Sendable, Equatable {
    /// As written.
    public var host: String
    /// Empty: all endpoints.
    public var subset = ""
    public var port: UInt32?
    public var source = SourceMark()

    public init(host: String, subset: String = "", port: UInt32? = nil) {
        self.host = host
        self.subset = subset
        self.port = port
    }
}

/// `Headers`.
public struct HeaderOperations: Sendable, Equatable {
    public var request = Operations()
    public var response = Operations()

    public init() {}

    public struct Operations: Sendable, Equatable {
        /// In the order of writing; values may hold Envoy's `%` commands. `host` and `:authority` are `:authority` here.
        public var set: [Header] = []
        public var add: [Header] = []
        public var remove: [String] = []

        public init() {}
        public var isEmpty: Bool { self.set.isEmpty && add.isEmpty && remove.isEmpty }
    }

    public struct Header: Sendable, Equatable {
        /// In lower case.
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// `HTTPRewrite`.
public struct HTTPRewrite: Sendable, Equatable {
    /// nil: the path stays, unless `regex` is given.
    public var uri: String?
    public var authority = ""
    public var regex: RegexRewriteRule?

    public init() {}
}

public struct RegexRewriteRule: Sendable, Equatable {
    public var match: String
    public var rewrite: String

    public init(match: String, rewrite: String) {
        self.match = match
        self.rewrite = rewrite
    }
}

/// `HTTPRedirect`.
public struct HTTPRedirect: Sendable, Equatable {
    public var uri = ""
    /// `prefixRewrite`
    public var prefixRewrite: String?
    public var authority = ""
    public var scheme = ""
    /// 301, 302, 303, 307 or 308.
    public var code: UInt32 = 301
    public var port: RedirectPort = .unset
    public var source = SourceMark()

    public init() {}

    public enum RedirectPort: Sendable, Equatable {
        case unset
        case number(UInt32)
        case fromRequest
        case fromProtocol
    }
}

/// `HTTPDirectResponse`.
public struct HTTPDirectResponse: Sendable, Equatable {
    public var status: UInt32
    public var body: [UInt8] = []

    public init(status: UInt32) { self.status = status }
}

/// `Delegate`.
public struct RuleDelegate: Sendable, Equatable {
    public var name: String
    /// Empty: the root's.
    public var namespace = ""

    public init(name: String) { self.name = name }
}

/// `HTTPRetry`.
public struct HTTPRetry: Sendable, Equatable {
    /// nil: not written, which counts as Istio's default of 2; 0: no retries.
    public var attempts: UInt32?
    public var perTryTimeout: Duration?
    /// As written; empty: Istio's default.
    public var retryOn = ""
    public var retryRemoteLocalities: Bool?
    public var retryIgnorePreviousHosts: Bool?
    public var backoff: Duration?

    public init() {}
}

/// `HTTPFaultInjection`.
public struct HTTPFaultInjection: Sendable, Equatable {
    public var delay: Delay?
    public var abort: Abort?

    public init() {}

    public struct Delay: Sendable, Equatable {
        public var percentage: Percentage
        /// nil: nothing is delayed.
        public var fixedDelay: Duration?

        public init(percentage: Percentage = .zero, fixedDelay: Duration? = nil) {
            self.percentage = percentage
            self.fixedDelay = fixedDelay
        }
    }

    public struct Abort: Sendable, Equatable {
        public var percentage: Percentage
        public var status: Status?

        public init(percentage: Percentage = .zero, status: Status? = nil) {
            self.percentage = percentage
            self.status = status
        }
    }

    public enum Status: Sendable, Equatable {
        case http(UInt32)
        /// gRPC's number of the status named.
        case grpc(UInt32)
    }
}

/// A share of requests in millionths, which is as fine as Envoy draws.
public struct Percentage: Sendable, Equatable {
    /// 0 to 1,000,000.
    public var millionths: UInt32

    public init(millionths: UInt32) { self.millionths = millionths }
    public init(percent: Double) { millionths = UInt32(min(max(percent, 0), 100) * 10_000 + 0.5) }

    public static let zero = Percentage(millionths: 0)
    public static let all = Percentage(millionths: 1_000_000)
}

/// `HTTPMirrorPolicy`.
public struct HTTPMirror: Sendable, Equatable {
    public var destination: Destination
    public var percentage: Percentage
    public var source = SourceMark()

    public init(destination: Destination, percentage: Percentage = .all) {
        self.destination = destination
        self.percentage = percentage
    }
}

/// `CorsPolicy` of Istio.
public struct IstioCORSPolicy: Sendable, Equatable {
    /// `allowOrigins`, or `allowOrigin` as exact matches (`*` there is any).
    public var allowOrigins: [StringMatch] = []
    public var allowMethods: [String] = []
    public var allowHeaders: [String] = []
    public var exposeHeaders: [String] = []
    public var maxAge: Duration?
    public var allowCredentials: Bool?
    /// `unmatchedPreflights` is FORWARD, or not given.
    public var forwardsUnmatchedPreflights = true

    public init() {}
}
