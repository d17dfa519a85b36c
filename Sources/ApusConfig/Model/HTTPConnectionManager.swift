/// How a listener speaks HTTP: `envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`.
public struct HTTPConnectionManager: Sendable, Equatable {
    public var statPrefix: String
    public var codecType: CodecType
    public var routeConfig: RouteConfiguration
    /// The router included, which is the last.
    public var httpFilters: [HTTPFilter]
    public var useRemoteAddress: Bool
    public var xffNumTrustedHops: UInt32
    public var skipXffAppend: Bool
    public var via: String
    public var serverName: String
    public var serverHeaderTransformation: ServerHeaderTransformation
    public var schemeHeaderTransformation: SchemeHeaderTransformation?
    public var generateRequestId: Bool
    public var preserveExternalRequestId: Bool
    public var alwaysSetRequestIdInResponse: Bool
    public var normalizePath: Bool
    public var mergeSlashes: Bool
    public var pathWithEscapedSlashesAction: EscapedSlashesAction
    public var stripMatchingHostPort: Bool
    public var stripAnyHostPort: Bool
    public var stripTrailingHostDot: Bool
    /// KiB, 1 to 8192.
    public var maxRequestHeadersKb: UInt32
    public var commonHttpProtocolOptions: CommonHTTPProtocolOptions
    public var httpProtocolOptions: HTTP1ProtocolOptions
    /// nil: none (written as `0s`).
    public var streamIdleTimeout: Duration?
    /// For the whole request to arrive; nil: none.
    public var requestTimeout: Duration?
    /// For a request's head to arrive; nil: none.
    public var requestHeadersTimeout: Duration?
    public var drainTimeout: Duration
    /// nil: close at once (written as `0s`).
    public var delayedCloseTimeout: Duration?
    public var proxy100Continue: Bool
    public var representIpv4RemoteAddressAsIpv4MappedIpv6: Bool
    public var upgradeConfigs: [UpgradeConfig]
    public var accessLog: [AccessLog]
    public var localReplyConfig: LocalReplyConfig
    public var internalAddressConfig: InternalAddressConfig?
    public var streamErrorOnInvalidHttpMessage: Bool
    public var addUserAgent: Bool
    public var forwardClientCertDetails: ForwardClientCertDetails
    public var appendXForwardedPort: Bool
    public var addProxyProtocolConnectionState: Bool
    public var source: SourceMark

    public init(
        statPrefix: String = "",
        codecType: CodecType = .auto,
        routeConfig: RouteConfiguration = RouteConfiguration(),
        httpFilters: [HTTPFilter] = [],
        useRemoteAddress: Bool = false,
        xffNumTrustedHops: UInt32 = 0,
        skipXffAppend: Bool = false,
        via: String = "",
        serverName: String = "envoy",
        serverHeaderTransformation: ServerHeaderTransformation = .overwrite,
        schemeHeaderTransformation: SchemeHeaderTransformation? = nil,
        generateRequestId: Bool = true,
        preserveExternalRequestId: Bool = false,
        alwaysSetRequestIdInResponse: Bool = false,
        normalizePath: Bool = false,
        mergeSlashes: Bool = false,
        pathWithEscapedSlashesAction: EscapedSlashesAction = .keepUnchanged,
        stripMatchingHostPort: Bool = false,
        stripAnyHostPort: Bool = false,
        stripTrailingHostDot: Bool = false,
        maxRequestHeadersKb: UInt32 = 60,
        commonHttpProtocolOptions: CommonHTTPProtocolOptions = CommonHTTPProtocolOptions(),
        httpProtocolOptions: HTTP1ProtocolOptions = HTTP1ProtocolOptions(),
        streamIdleTimeout: Duration? = .seconds(300),
        requestTimeout: Duration? = nil,
        requestHeadersTimeout: Duration? = nil,
        drainTimeout: Duration = .seconds(5),
        delayedCloseTimeout: Duration? = .seconds(1),
        proxy100Continue: Bool = false,
        representIpv4RemoteAddressAsIpv4MappedIpv6: Bool = false,
        upgradeConfigs: [UpgradeConfig] = [],
        accessLog: [AccessLog] = [],
        localReplyConfig: LocalReplyConfig = LocalReplyConfig(),
        internalAddressConfig: InternalAddressConfig? = nil,
        streamErrorOnInvalidHttpMessage: Bool = false,
        addUserAgent: Bool = false,
        forwardClientCertDetails: ForwardClientCertDetails = .sanitize,
        appendXForwardedPort: Bool = false,
        addProxyProtocolConnectionState: Bool = true,
        source: SourceMark = SourceMark()
    ) {
        self.statPrefix = statPrefix
        self.codecType = codecType
        self.routeConfig = routeConfig
        self.httpFilters = httpFilters
        self.useRemoteAddress = useRemoteAddress
        self.xffNumTrustedHops = xffNumTrustedHops
        self.skipXffAppend = skipXffAppend
        self.via = via
        self.serverName = serverName
        self.serverHeaderTransformation = serverHeaderTransformation
        self.schemeHeaderTransformation = schemeHeaderTransformation
        self.generateRequestId = generateRequestId
        self.preserveExternalRequestId = preserveExternalRequestId
        self.alwaysSetRequestIdInResponse = alwaysSetRequestIdInResponse
        self.normalizePath = normalizePath
        self.mergeSlashes = mergeSlashes
        self.pathWithEscapedSlashesAction = pathWithEscapedSlashesAction
        self.stripMatchingHostPort = stripMatchingHostPort
        self.stripAnyHostPort = stripAnyHostPort
        self.stripTrailingHostDot = stripTrailingHostDot
        self.maxRequestHeadersKb = maxRequestHeadersKb
        self.commonHttpProtocolOptions = commonHttpProtocolOptions
        self.httpProtocolOptions = httpProtocolOptions
        self.streamIdleTimeout = streamIdleTimeout
        self.requestTimeout = requestTimeout
        self.requestHeadersTimeout = requestHeadersTimeout
        self.drainTimeout = drainTimeout
        self.delayedCloseTimeout = delayedCloseTimeout
        self.proxy100Continue = proxy100Continue
        self.representIpv4RemoteAddressAsIpv4MappedIpv6 = representIpv4RemoteAddressAsIpv4MappedIpv6
        self.upgradeConfigs = upgradeConfigs
        self.accessLog = accessLog
        self.localReplyConfig = localReplyConfig
        self.internalAddressConfig = internalAddressConfig
        self.streamErrorOnInvalidHttpMessage = streamErrorOnInvalidHttpMessage
        self.addUserAgent = addUserAgent
        self.forwardClientCertDetails = forwardClientCertDetails
        self.appendXForwardedPort = appendXForwardedPort
        self.addProxyProtocolConnectionState = addProxyProtocolConnectionState
        self.source = source
    }
}

public enum CodecType: String, Sendable, Equatable {
    case auto = "AUTO"
    case http1 = "HTTP1"
    case http2 = "HTTP2"
}

public enum ServerHeaderTransformation: String, Sendable, Equatable {
    case overwrite = "OVERWRITE"
    case appendIfAbsent = "APPEND_IF_ABSENT"
    case passThrough = "PASS_THROUGH"
}

/// What becomes of `x-forwarded-proto` and `:scheme`.
public struct SchemeHeaderTransformation: Sendable, Equatable {
    /// `http` or `https`.
    public var schemeToOverwrite: String?
    public var matchUpstream: Bool

    public init(schemeToOverwrite: String? = nil, matchUpstream: Bool = false) {
        self.schemeToOverwrite = schemeToOverwrite
        self.matchUpstream = matchUpstream
    }
}

public enum EscapedSlashesAction: String, Sendable, Equatable {
    case keepUnchanged = "KEEP_UNCHANGED"
    case rejectRequest = "REJECT_REQUEST"
    case unescapeAndRedirect = "UNESCAPE_AND_REDIRECT"
    case unescapeAndForward = "UNESCAPE_AND_FORWARD"
}

public enum ForwardClientCertDetails: String, Sendable, Equatable {
    case sanitize = "SANITIZE"
    case forwardOnly = "FORWARD_ONLY"
    case appendForward = "APPEND_FORWARD"
    case sanitizeSet = "SANITIZE_SET"
    case alwaysForwardOnly = "ALWAYS_FORWARD_ONLY"
}

/// One protocol that connections may be upgraded to, such as `websocket`.
public struct UpgradeConfig: Sendable, Equatable {
    public var upgradeType: String
    public var enabled: Bool
    public var source: SourceMark

    public init(upgradeType: String, enabled: Bool = true, source: SourceMark = SourceMark()) {
        self.upgradeType = upgradeType
        self.enabled = enabled
        self.source = source
    }
}

/// Which peers count as internal; nil where Envoy's own private ranges apply.
public struct InternalAddressConfig: Sendable, Equatable {
    public var unixSockets: Bool
    public var cidrRanges: [CIDRRange]

    public init(unixSockets: Bool = false, cidrRanges: [CIDRRange] = []) {
        self.unixSockets = unixSockets
        self.cidrRanges = cidrRanges
    }
}
