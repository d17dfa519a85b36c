/// Every command that Envoy documents for HTTP, and what each takes. Config check and proxy share this table.
enum FormatCommands {
    typealias Make = @Sendable (FormatArgument) throws(FormatProblem) -> FormatOperator

    enum Argument: Sendable {
        case none(FormatOperator)
        case optional(Make)
        case required(example: String, Make)
    }

    struct Kind: Sendable {
        let argument: Argument
        var takesLength = false
    }

    static let all: [String: Kind] = {
        var all: [String: Kind] = [:]
        for (name, made) in plain { all[name] = Kind(argument: .none(made)) }
        for (name, kind) in withArguments { all[name] = kind }
        for (name, address) in addresses {
            all["\(name)_ADDRESS"] = Kind(argument: .none(address(.whole)))
            all["\(name)_PORT"] = Kind(argument: .none(address(.portOnly)))
            all["\(name)_ADDRESS_WITHOUT_PORT"] = optional { argument throws(FormatProblem) in
                address(try argument.addressPart())
            }
        }
        return all
    }()

    private static let addresses: [(String, @Sendable (AddressPart) -> FormatOperator)] = [
        ("UPSTREAM_LOCAL", { .upstreamLocalAddress($0) }),
        ("UPSTREAM_REMOTE", { .upstreamRemoteAddress($0) }),
        ("DOWNSTREAM_REMOTE", { .downstreamRemoteAddress($0) }),
        ("DOWNSTREAM_DIRECT_REMOTE", { .downstreamDirectRemoteAddress($0) }),
        ("DOWNSTREAM_LOCAL", { .downstreamLocalAddress($0) }),
        ("DOWNSTREAM_DIRECT_LOCAL", { .downstreamDirectLocalAddress($0) }),
    ]

    private static let plain: [(String, FormatOperator)] = [
        ("PROTOCOL", .protocol),
        ("UPSTREAM_PROTOCOL", .upstreamProtocol),
        ("RESPONSE_CODE", .responseCode),
        ("CONNECTION_TERMINATION_DETAILS", .connectionTerminationDetails),
        ("RESPONSE_FLAGS", .responseFlags),
        ("RESPONSE_FLAGS_LONG", .responseFlagsLong),
        ("GRPC_STATUS_NUMBER", .grpcStatusNumber),
        ("LOCAL_REPLY_BODY", .localReplyBody),
        ("BYTES_RECEIVED", .bytesReceived),
        ("BYTES_RETRANSMITTED", .bytesRetransmitted),
        ("PACKETS_RETRANSMITTED", .packetsRetransmitted),
        ("BYTES_SENT", .bytesSent),
        ("REQUEST_HEADERS_BYTES", .requestHeadersBytes),
        ("RESPONSE_HEADERS_BYTES", .responseHeadersBytes),
        ("RESPONSE_TRAILERS_BYTES", .responseTrailersBytes),
        ("UPSTREAM_WIRE_BYTES_SENT", .upstreamWireBytesSent),
        ("UPSTREAM_WIRE_BYTES_RECEIVED", .upstreamWireBytesReceived),
        ("UPSTREAM_HEADER_BYTES_SENT", .upstreamHeaderBytesSent),
        ("UPSTREAM_HEADER_BYTES_RECEIVED", .upstreamHeaderBytesReceived),
        ("UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT", .upstreamDecompressedHeaderBytesSent),
        ("UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED", .upstreamDecompressedHeaderBytesReceived),
        ("DOWNSTREAM_WIRE_BYTES_SENT", .downstreamWireBytesSent),
        ("DOWNSTREAM_WIRE_BYTES_RECEIVED", .downstreamWireBytesReceived),
        ("DOWNSTREAM_HEADER_BYTES_SENT", .downstreamHeaderBytesSent),
        ("DOWNSTREAM_HEADER_BYTES_RECEIVED", .downstreamHeaderBytesReceived),
        ("DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT", .downstreamDecompressedHeaderBytesSent),
        ("DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED", .downstreamDecompressedHeaderBytesReceived),
        ("DURATION", .duration),
        ("REQUEST_DURATION", .requestDuration),
        ("REQUEST_TX_DURATION", .requestTransmitDuration),
        ("RESPONSE_DURATION", .responseDuration),
        ("RESPONSE_TX_DURATION", .responseTransmitDuration),
        ("DOWNSTREAM_HANDSHAKE_DURATION", .downstreamHandshakeDuration),
        ("ROUNDTRIP_DURATION", .roundtripDuration),
        ("UPSTREAM_CONNECTION_POOL_READY_DURATION", .upstreamConnectionPoolReadyDuration),
        ("UPSTREAM_HOST", .upstreamHost),
        ("UPSTREAM_HOST_NAME", .upstreamHostName),
        ("UPSTREAM_HOST_NAME_WITHOUT_PORT", .upstreamHostNameWithoutPort),
        ("UPSTREAM_HOSTS_ATTEMPTED", .upstreamHostsAttempted),
        ("UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT", .upstreamHostsAttemptedWithoutPort),
        ("UPSTREAM_HOST_NAMES_ATTEMPTED", .upstreamHostNamesAttempted),
        ("UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT", .upstreamHostNamesAttemptedWithoutPort),
        ("UPSTREAM_CONNECTION_IDS_ATTEMPTED", .upstreamConnectionIDsAttempted),
        ("UPSTREAM_CLUSTER", .upstreamCluster),
        ("UPSTREAM_CLUSTER_RAW", .upstreamClusterRaw),
        ("UPSTREAM_TRANSPORT_FAILURE_REASON", .upstreamTransportFailureReason),
        ("UPSTREAM_DETECTED_CLOSE_TYPE", .upstreamDetectedCloseType),
        ("UPSTREAM_LOCAL_CLOSE_REASON", .upstreamLocalCloseReason),
        ("UPSTREAM_REQUEST_ATTEMPT_COUNT", .upstreamRequestAttemptCount),
        ("UPSTREAM_CONNECTION_ID", .upstreamConnectionID),
        ("UPSTREAM_SERVER_NAME", .upstreamServerName),
        ("DOWNSTREAM_TRANSPORT_FAILURE_REASON", .downstreamTransportFailureReason),
        ("DOWNSTREAM_LOCAL_CLOSE_REASON", .downstreamLocalCloseReason),
        ("DOWNSTREAM_DETECTED_CLOSE_TYPE", .downstreamDetectedCloseType),
        ("CONNECTION_ID", .connectionID),
        ("STREAM_ID", .streamID),
        ("ROUTE_NAME", .routeName),
        ("VIRTUAL_CLUSTER_NAME", .virtualClusterName),
        ("HOSTNAME", .hostname),
        ("FILTER_CHAIN_NAME", .filterChainName),
        ("LISTENER_NAME", .listenerName),
        ("ACCESS_LOG_TYPE", .accessLogType),
        ("UNIQUE_ID", .uniqueID),
        ("TRACE_ID", .traceID),
        ("SPAN_ID", .spanID),
        ("CUSTOM_FLAGS", .customFlags),
        ("UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID", .upstreamRemoteAddress(.endpointID)),
        ("DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID", .downstreamLocalAddress(.endpointID)),
        ("DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID", .downstreamDirectLocalAddress(.endpointID)),
        ("TLS_JA3_FINGERPRINT", .tlsFingerprint(.ja3)),
        ("TLS_JA4_FINGERPRINT", .tlsFingerprint(.ja4)),
        ("DOWNSTREAM_PEER_CERT", .downstreamTLS(.peerCertificate)),
        ("UPSTREAM_PEER_CERT", .upstreamTLS(.peerCertificate)),
        ("DOWNSTREAM_PEER_SUBJECT", .downstreamTLS(.peerSubject)),
        ("UPSTREAM_PEER_SUBJECT", .upstreamTLS(.peerSubject)),
        ("DOWNSTREAM_PEER_ISSUER", .downstreamTLS(.peerIssuer)),
        ("UPSTREAM_PEER_ISSUER", .upstreamTLS(.peerIssuer)),
        ("DOWNSTREAM_PEER_URI_SAN", .downstreamTLS(.peerURISAN)),
        ("UPSTREAM_PEER_URI_SAN", .upstreamTLS(.peerURISAN)),
        ("DOWNSTREAM_PEER_DNS_SAN", .downstreamTLS(.peerDNSSAN)),
        ("UPSTREAM_PEER_DNS_SAN", .upstreamTLS(.peerDNSSAN)),
        ("DOWNSTREAM_PEER_IP_SAN", .downstreamTLS(.peerIPSAN)),
        ("UPSTREAM_PEER_IP_SAN", .upstreamTLS(.peerIPSAN)),
        ("DOWNSTREAM_TLS_VERSION", .downstreamTLS(.version)),
        ("UPSTREAM_TLS_VERSION", .upstreamTLS(.version)),
        ("DOWNSTREAM_TLS_CIPHER", .downstreamTLS(.cipher)),
        ("UPSTREAM_TLS_CIPHER", .upstreamTLS(.cipher)),
        ("DOWNSTREAM_TLS_SESSION_ID", .downstreamTLS(.sessionID)),
        ("UPSTREAM_TLS_SESSION_ID", .upstreamTLS(.sessionID)),
        ("DOWNSTREAM_TLS_GROUP", .downstreamTLS(.group)),
        ("UPSTREAM_TLS_GROUP", .upstreamTLS(.group)),
        ("DOWNSTREAM_LOCAL_URI_SAN", .downstreamTLS(.localURISAN)),
        ("UPSTREAM_LOCAL_URI_SAN", .upstreamTLS(.localURISAN)),
        ("DOWNSTREAM_LOCAL_DNS_SAN", .downstreamTLS(.localDNSSAN)),
        ("UPSTREAM_LOCAL_DNS_SAN", .upstreamTLS(.localDNSSAN)),
        ("DOWNSTREAM_LOCAL_IP_SAN", .downstreamTLS(.localIPSAN)),
        ("UPSTREAM_LOCAL_IP_SAN", .upstreamTLS(.localIPSAN)),
        ("DOWNSTREAM_PEER_EMAIL_SAN", .downstreamTLS(.peerEmailSAN)),
        ("DOWNSTREAM_PEER_OTHERNAME_SAN", .downstreamTLS(.peerOtherNameSAN)),
        ("DOWNSTREAM_PEER_SERIAL", .downstreamTLS(.peerSerial)),
        ("DOWNSTREAM_PEER_FINGERPRINT_1", .downstreamTLS(.peerFingerprint1)),
        ("DOWNSTREAM_PEER_FINGERPRINT_256", .downstreamTLS(.peerFingerprint256)),
        ("DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1", .downstreamTLS(.peerChainFingerprints1)),
        ("DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256", .downstreamTLS(.peerChainFingerprints256)),
        ("DOWNSTREAM_PEER_CHAIN_SERIALS", .downstreamTLS(.peerChainSerials)),
        ("DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256", .downstreamTLS(.peerIssuerFingerprint256)),
        ("DOWNSTREAM_PEER_ISSUER_SERIAL", .downstreamTLS(.peerIssuerSerial)),
        ("DOWNSTREAM_LOCAL_SUBJECT", .downstreamTLS(.localSubject)),
        ("DOWNSTREAM_LOCAL_EMAIL_SAN", .downstreamTLS(.localEmailSAN)),
        ("DOWNSTREAM_LOCAL_OTHERNAME_SAN", .downstreamTLS(.localOtherNameSAN)),
    ]

    private static let withArguments: [(String, Kind)] = [
        ("REQ", header { .requestHeader(name: $0, alternative: $1) }),
        ("REQ_WITHOUT_QUERY", header { .requestHeaderWithoutQuery(name: $0, alternative: $1) }),
        ("RESP", header { .responseHeader(name: $0, alternative: $1) }),
        ("TRAILER", header { .responseTrailer(name: $0, alternative: $1) }),
        ("DYNAMIC_METADATA", metadata { .dynamicMetadata(namespace: $0, path: $1) }),
        ("CLUSTER_METADATA", metadata { .clusterMetadata(namespace: $0, path: $1) }),
        ("UPSTREAM_METADATA", metadata { .upstreamMetadata(namespace: $0, path: $1) }),
        ("START_TIME", time { .startTime($0) }),
        ("START_TIME_LOCAL", time { .startTimeLocal($0) }),
        ("EMIT_TIME", time { .emitTime($0) }),
        ("EMIT_TIME_LOCAL", time { .emitTimeLocal($0) }),
        ("DOWNSTREAM_PEER_CERT_V_START", time { .downstreamTLS(.peerCertificateStart($0)) }),
        ("DOWNSTREAM_PEER_CERT_V_END", time { .downstreamTLS(.peerCertificateEnd($0)) }),
        ("UPSTREAM_PEER_CERT_V_START", time { .upstreamTLS(.peerCertificateStart($0)) }),
        ("UPSTREAM_PEER_CERT_V_END", time { .upstreamTLS(.peerCertificateEnd($0)) }),
        (
            "REQUESTED_SERVER_NAME",
            optional { argument throws(FormatProblem) in try argument.requestedServerName() }
        ),
        ("GRPC_STATUS", optional { argument throws(FormatProblem) in try argument.grpcStatus() }),
        ("RESPONSE_CODE_DETAILS", optional { argument throws(FormatProblem) in try argument.responseCodeDetails() }),
        ("PATH", optional(takesLength: true) { argument throws(FormatProblem) in try argument.path() }),
        (
            "QUERY_PARAMS",
            optional(takesLength: true) { argument throws(FormatProblem) in try argument.queryParameters() }
        ),
        (
            "QUERY_PARAM",
            required("name", takesLength: true) { argument throws(FormatProblem) in .queryParameter(argument.text) }
        ),
        (
            "COMMON_DURATION",
            required("DS_RX_BEG:DS_RX_END:ms", takesLength: false) { argument throws(FormatProblem) in
                try argument.duration()
            }
        ),
        (
            "METADATA",
            required("ROUTE:namespace:key", takesLength: true) { argument throws(FormatProblem) in
                try argument.typedMetadata()
            }
        ),
        (
            "FILTER_STATE",
            required("key", takesLength: true) { argument throws(FormatProblem) in try argument.filterState() }
        ),
        (
            "UPSTREAM_FILTER_STATE",
            required("key", takesLength: true) { argument throws(FormatProblem) in .upstreamFilterState(argument.text) }
        ),
        (
            "ENVIRONMENT",
            required("NAME", takesLength: true) { argument throws(FormatProblem) in .environment(name: argument.text) }
        ),
    ]

    private static func optional(takesLength: Bool = false, _ make: @escaping Make) -> Kind {
        Kind(argument: .optional(make), takesLength: takesLength)
    }

    private static func required(_ example: String, takesLength: Bool, _ make: @escaping Make) -> Kind {
        Kind(argument: .required(example: example, make), takesLength: takesLength)
    }

    private static func header(_ make: @escaping @Sendable (String, String?) -> FormatOperator) -> Kind {
        required("name", takesLength: true) { argument throws(FormatProblem) in
            let (name, alternative) = try argument.headers()
            return make(name, alternative)
        }
    }

    private static func metadata(_ make: @escaping @Sendable (String, [String]) -> FormatOperator) -> Kind {
        required("namespace:key", takesLength: true) { argument throws(FormatProblem) in
            let (namespace, path) = try argument.metadata()
            return make(namespace, path)
        }
    }

    private static func time(_ make: @escaping @Sendable (TimeFormat?) -> FormatOperator) -> Kind {
        optional { argument throws(FormatProblem) in make(try argument.time()) }
    }
}
