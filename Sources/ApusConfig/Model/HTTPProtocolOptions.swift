/// Limits common to all versions of HTTP: `HttpProtocolOptions`.
public struct CommonHTTPProtocolOptions: Sendable, Equatable {
    /// Without a stream; nil: none (written as `0s`).
    public var idleTimeout: Duration?
    /// nil: none.
    public var maxConnectionDuration: Duration?
    public var maxHeadersCount: UInt32
    /// KiB, up to 8192.
    public var maxResponseHeadersKb: UInt32?
    /// nil: none.
    public var maxStreamDuration: Duration?
    /// 0: no limit.
    public var maxRequestsPerConnection: UInt32
    public var headersWithUnderscoresAction: HeadersWithUnderscoresAction

    public init(
        idleTimeout: Duration? = .seconds(3600),
        maxConnectionDuration: Duration? = nil,
        maxHeadersCount: UInt32 = 100,
        maxResponseHeadersKb: UInt32? = nil,
        maxStreamDuration: Duration? = nil,
        maxRequestsPerConnection: UInt32 = 0,
        headersWithUnderscoresAction: HeadersWithUnderscoresAction = .allow
    ) {
        self.idleTimeout = idleTimeout
        self.maxConnectionDuration = maxConnectionDuration
        self.maxHeadersCount = maxHeadersCount
        self.maxResponseHeadersKb = maxResponseHeadersKb
        self.maxStreamDuration = maxStreamDuration
        self.maxRequestsPerConnection = maxRequestsPerConnection
        self.headersWithUnderscoresAction = headersWithUnderscoresAction
    }
}

public enum HeadersWithUnderscoresAction: String, Sendable, Equatable {
    case allow = "ALLOW"
    case rejectRequest = "REJECT_REQUEST"
    case dropHeader = "DROP_HEADER"
}

/// HTTP/1: `Http1ProtocolOptions`.
public struct HTTP1ProtocolOptions: Sendable, Equatable {
    public var allowAbsoluteUrl: Bool
    public var acceptHttp10: Bool
    public var defaultHostForHttp10: String
    public var headerKeyFormat: HeaderKeyFormat
    public var enableTrailers: Bool
    public var allowChunkedLength: Bool
    public var overrideStreamErrorOnInvalidHttpMessage: Bool?
    public var sendFullyQualifiedUrl: Bool
    public var allowCustomMethods: Bool

    public init(
        allowAbsoluteUrl: Bool = true,
        acceptHttp10: Bool = false,
        defaultHostForHttp10: String = "",
        headerKeyFormat: HeaderKeyFormat = .lowercase,
        enableTrailers: Bool = false,
        allowChunkedLength: Bool = false,
        overrideStreamErrorOnInvalidHttpMessage: Bool? = nil,
        sendFullyQualifiedUrl: Bool = false,
        allowCustomMethods: Bool = false
    ) {
        self.allowAbsoluteUrl = allowAbsoluteUrl
        self.acceptHttp10 = acceptHttp10
        self.defaultHostForHttp10 = defaultHostForHttp10
        self.headerKeyFormat = headerKeyFormat
        self.enableTrailers = enableTrailers
        self.allowChunkedLength = allowChunkedLength
        self.overrideStreamErrorOnInvalidHttpMessage = overrideStreamErrorOnInvalidHttpMessage
        self.sendFullyQualifiedUrl = sendFullyQualifiedUrl
        self.allowCustomMethods = allowCustomMethods
    }
}

/// How header names are spelt on the wire.
public enum HeaderKeyFormat: Sendable, Equatable {
    case lowercase
    case properCaseWords
    /// As the peer spelt them (`envoy.http.stateful_header_formatters.preserve_case`).
    case preserveCase(forwardReasonPhrase: Bool, others: OtherNames = .lowercase)

    /// How names are spelt that the peer did not send (`formatter_type_on_envoy_headers`).
    public enum OtherNames: Sendable, Equatable { case lowercase, properCase }
}
