/// A substitution command of header values and access logs, such as `%REQ(x-user)%`.
///
/// Names of headers are lower case. What has no value prints `-` in logs and nothing in headers.
public enum FormatOperator: Sendable, Equatable {
    // The messages.
    case requestHeader(name: String, alternative: String?)
    case requestHeaderWithoutQuery(name: String, alternative: String?)
    case responseHeader(name: String, alternative: String?)
    case responseTrailer(name: String, alternative: String?)
    case `protocol`
    case upstreamProtocol
    case responseCode
    case responseCodeDetails
    case connectionTerminationDetails
    case responseFlags
    case responseFlagsLong
    case grpcStatus(GRPCStatusStyle)
    case grpcStatusNumber
    case localReplyBody
    case path(query: PathQuery, source: PathSource)
    case queryParameter(String)
    case queryParameters(decoded: Bool)

    // Sizes in bytes.
    case bytesReceived
    case bytesRetransmitted
    case packetsRetransmitted
    case bytesSent
    case requestHeadersBytes
    case responseHeadersBytes
    case responseTrailersBytes
    case upstreamWireBytesSent
    case upstreamWireBytesReceived
    case upstreamHeaderBytesSent
    case upstreamHeaderBytesReceived
    case upstreamDecompressedHeaderBytesSent
    case upstreamDecompressedHeaderBytesReceived
    case downstreamWireBytesSent
    case downstreamWireBytesReceived
    case downstreamHeaderBytesSent
    case downstreamHeaderBytesReceived
    case downstreamDecompressedHeaderBytesSent
    case downstreamDecompressedHeaderBytesReceived

    // Times. A nil format is `2026-01-31T12:00:00.123Z`.
    case startTime(TimeFormat?)
    case startTimeLocal(TimeFormat?)
    case emitTime(TimeFormat?)
    case emitTimeLocal(TimeFormat?)
    case duration
    case requestDuration
    case requestTransmitDuration
    case responseDuration
    case responseTransmitDuration
    case downstreamHandshakeDuration
    case roundtripDuration
    case commonDuration(from: TimePoint, to: TimePoint, precision: TimePrecision)

    // Who is upstream.
    case upstreamHost
    case upstreamHostName
    case upstreamHostNameWithoutPort
    case upstreamCluster
    case upstreamClusterRaw
    case upstreamLocalAddress(AddressPart)
    case upstreamRemoteAddress(AddressPart)
    case upstreamTransportFailureReason
    case upstreamRequestAttemptCount
    case upstreamConnectionID
    case upstreamConnectionPoolReadyDuration
    case upstreamFilterState(String)
    case upstreamHostsAttempted
    case upstreamHostNamesAttempted
    case upstreamHostsAttemptedWithoutPort
    case upstreamHostNamesAttemptedWithoutPort
    case upstreamDetectedCloseType
    case upstreamLocalCloseReason
    case upstreamServerName
    case upstreamConnectionIDsAttempted

    // Who is downstream.
    case downstreamRemoteAddress(AddressPart)
    case downstreamDirectRemoteAddress(AddressPart)
    case downstreamLocalAddress(AddressPart)
    case downstreamDirectLocalAddress(AddressPart)
    case downstreamTransportFailureReason
    case downstreamLocalCloseReason
    case downstreamDetectedCloseType
    case connectionID
    case requestedServerName

    // TLS, by Envoy's own command name; without a value on a plain connection.
    case downstreamTLS(TLSProperty)
    case upstreamTLS(TLSProperty)
    case tlsFingerprint(TLSFingerprint)

    // The stream's way through the proxy.
    case streamID
    case routeName
    case virtualClusterName
    case hostname
    case filterChainName
    case listenerName
    case accessLogType
    case uniqueID
    case traceID
    case spanID
    case customFlags
    case dynamicMetadata(namespace: String, path: [String])
    case clusterMetadata(namespace: String, path: [String])
    case upstreamMetadata(namespace: String, path: [String])
    case routeMetadata(namespace: String, path: [String])
    case virtualHostMetadata(namespace: String, path: [String])
    case listenerMetadata(namespace: String, path: [String])
    case filterState(key: String, style: FilterStateStyle, field: String?)
    case environment(name: String)
}

public enum GRPCStatusStyle: Sendable, Equatable {
    /// `InvalidArgument`
    case camelCase
    /// `INVALID_ARGUMENT`
    case snakeCase
    case number
}

public enum PathQuery: Sendable, Equatable {
    case with
    case without
}

public enum PathSource: Sendable, Equatable {
    case path
    case original
    /// The original path when there is one.
    case originalOrPath
}

public enum AddressPart: Sendable, Equatable {
    case whole
    case withoutPort
    case portOnly
    /// The address without its port, cut to a prefix of this many bits.
    case masked(prefixLength: UInt8)
    /// The endpoint's id, for internal addresses.
    case endpointID
}

/// A moment of a stream's life.
public enum TimePoint: Sendable, Equatable {
    /// `DS_RX_BEG`: the request begins.
    case downstreamReceiveBegins
    /// `DS_RX_END`: the request is received in full.
    case downstreamReceiveEnds
    /// `US_CX_BEG`: connecting upstream begins.
    case upstreamConnectBegins
    /// `US_CX_END`: connected upstream.
    case upstreamConnectEnds
    /// `US_HS_END`: TLS with upstream is ready.
    case upstreamHandshakeEnds
    /// `US_TX_BEG`: sending upstream begins.
    case upstreamSendBegins
    /// `US_TX_END`: sent upstream in full.
    case upstreamSendEnds
    /// `US_RX_BEG`: the response begins.
    case upstreamReceiveBegins
    /// `US_RX_BODY_BEG`: the response's body begins.
    case upstreamBodyBegins
    /// `US_RX_END`: the response is received in full.
    case upstreamReceiveEnds
    /// `DS_TX_BEG`: sending the response begins.
    case downstreamSendBegins
    /// `DS_TX_END`: the response is sent in full.
    case downstreamSendEnds
    /// A moment that a filter has named.
    case custom(String)
}

public enum TimePrecision: Sendable, Equatable {
    case milliseconds
    case microseconds
    case nanoseconds
}

/// What is known of one side's TLS.
public enum TLSProperty: Sendable, Equatable {
    case version
    case cipher
    case sessionID
    case group
    case peerSubject
    case peerIssuer
    case peerURISAN
    case peerDNSSAN
    case peerIPSAN
    case peerEmailSAN
    case peerOtherNameSAN
    case peerSerial
    case peerFingerprint1
    case peerFingerprint256
    case peerChainFingerprints1
    case peerChainFingerprints256
    case peerChainSerials
    case peerIssuerFingerprint256
    case peerIssuerSerial
    case peerCertificate
    case peerCertificateStart(TimeFormat?)
    case peerCertificateEnd(TimeFormat?)
    case localSubject
    case localURISAN
    case localDNSSAN
    case localIPSAN
    case localEmailSAN
    case localOtherNameSAN
}

public enum FilterStateStyle: Sendable, Equatable {
    case plain
    case typed
    case field
}

/// How a client's TLS hello is summed up.
public enum TLSFingerprint: Sendable, Equatable {
    case ja3
    case ja4
}
