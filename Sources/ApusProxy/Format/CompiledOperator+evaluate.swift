import ApusConfig
import NIOCore

extension CompiledOperator {
    func evaluate<Context: LogContext>(_ context: Context) -> FormatValue {
        switch self {
        case .requestHeader(let name, let other):
            guard let head = context.exchange?.request else { return .missing }
            return FormatValue(head.sent(name) ?? other.flatMap(head.sent))
        case .requestHeaderWithoutQuery(let name, let other):
            guard let head = context.exchange?.request else { return .missing }
            return FormatValue((head.sent(name) ?? other.flatMap(head.sent))?.withoutQuery)
        case .responseHeader(let name, let other):
            guard let head = context.exchange?.response else { return .missing }
            return head.answered(name) ?? other.flatMap(head.answered) ?? .missing
        case .responseTrailer(let name, let other):
            guard let head = context.exchange?.usableTrailers else { return .missing }
            return FormatValue(head.value(name) ?? other.flatMap(head.value))
        case .time(let format, let atStart):
            return .time(atStart ? context.startTime : .now(), format)
        case .constant(let text): return .text(text ?? "-")
        case .queryParameter(let name): return context.exchange?.request.queryParameter(name) ?? .missing
        case .direct(let format): return format.evaluate(context)
        }
    }
}

extension FormatOperator {
    fileprivate func evaluate<Context: LogContext>(_ context: Context) -> FormatValue {
        switch self {
        case .bytesReceived: .number(context.bytesReceived)
        case .bytesSent: .number(context.bytesSent)
        case .duration: FormatValue(milliseconds(context.started, context.worker.now))
        case .requestDuration: interval(.downstreamReceiveBegins, .downstreamReceiveEnds, context)
        case .requestTransmitDuration: interval(.downstreamReceiveBegins, .upstreamSendEnds, context)
        case .responseDuration: interval(.downstreamReceiveBegins, .upstreamReceiveBegins, context)
        case .responseTransmitDuration: interval(.upstreamReceiveBegins, .downstreamSendEnds, context)
        case .upstreamConnectionPoolReadyDuration: interval(.downstreamReceiveBegins, .upstreamSendBegins, context)
        case .commonDuration(let from, let to, let precision): interval(from, to, context, precision)
        case .responseCode: .number(context.status > 0 ? context.status : context.exchange?.response.status ?? 0)
        case .responseCodeDetails: FormatValue(context.details)
        case .connectionTerminationDetails: FormatValue(context.connectionTermination)
        case .responseFlags: .text(context.flagText(long: false))
        case .responseFlagsLong: .text(context.flagText(long: true))
        case .accessLogType: .fixed(context.exchange == nil ? "TcpConnectionEnd" : "DownstreamEnd")
        case .uniqueID: .uuid(context.worker.random.next(), context.worker.random.next())

        case .upstreamCluster: FormatValue(context.upstreamClusterStatName)
        case .upstreamClusterRaw: FormatValue(context.upstreamClusterName)
        case .upstreamRemoteAddress(.whole) where context.exchange != nil && context.upstreamLocalAddress == nil:
            .missing
        case .upstreamHost, .upstreamRemoteAddress(.whole), .upstreamHostsAttempted:
            FormatValue(context.upstreamAddress)
        case .upstreamRemoteAddress(let part), .upstreamLocalAddress(let part): upstreamAddress(part, context)
        case .upstreamHostName, .upstreamHostNamesAttempted:
            FormatValue(context.upstreamName)
        case .upstreamHostNameWithoutPort, .upstreamHostNamesAttemptedWithoutPort:
            FormatValue(hostPart(context.upstreamName))
        case .upstreamHostsAttemptedWithoutPort: FormatValue(hostPart(context.upstreamAddress))
        case .upstreamTransportFailureReason:
            FormatValue(context.upstreamTransportFailure.replacing(" ", with: "_"))
        case .filterChainName: FormatValue(context.filterChainName)
        case .listenerName: FormatValue(context.listenerName)
        case .downstreamDetectedCloseType: .fixed("Normal")
        case .customFlags: .fixed("")

        case .downstreamRemoteAddress(let part):
            address(context.clientHost, context.clientPort, part)
        case .downstreamDirectRemoteAddress(let part):
            address(context.connection.directRemoteHost, context.connection.directRemotePort, part)
        case .downstreamLocalAddress(let part), .downstreamDirectLocalAddress(let part):
            address(context.connection.localHost, context.connection.localPort, part)
        case .connectionID: .number(Int(truncatingIfNeeded: context.connection.id))

        default: context.exchange.map(evaluate(http:)) ?? evaluate(connection: context)
        }
    }

    /// Operators whose value differs, or is there at all, only with HTTP.
    private func evaluate(http exchange: Exchange) -> FormatValue {
        switch self {
        case .protocol: .fixed(exchange.requestVersion.name)
        case .upstreamProtocol: exchange.upstreamVersion.map { .fixed($0.name) } ?? .missing
        case .localReplyBody: .text(exchange.localReplyBody)
        case .grpcStatus(let style): exchange.grpcStatus.map { style.value($0) } ?? .missing
        case .grpcStatusNumber: FormatValue(exchange.grpcStatus)
        case .path(let query, let source): exchange.path(query, source)
        case .queryParameters: exchange.request.query

        case .requestHeadersBytes: .number(exchange.request.byteSize)
        case .responseHeadersBytes: .number(exchange.response.fieldBytes)
        case .responseTrailersBytes: .number(exchange.responseTrailers?.byteSize ?? 0)
        case .downstreamWireBytesReceived: .number(exchange.requestHeadBytes + exchange.bytesReceived)
        case .downstreamWireBytesSent: .number(exchange.responseHeadBytes + exchange.bytesSent)
        case .downstreamHeaderBytesReceived, .downstreamDecompressedHeaderBytesReceived:
            .number(exchange.requestHeadBytes)
        case .downstreamHeaderBytesSent, .downstreamDecompressedHeaderBytesSent: .number(exchange.responseHeadBytes)
        case .upstreamWireBytesSent: .number(exchange.upstreamBytes.sent)
        case .upstreamWireBytesReceived: .number(exchange.upstreamBytes.received)
        case .upstreamHeaderBytesSent, .upstreamDecompressedHeaderBytesSent:
            .number(exchange.upstreamBytes.headSent)
        case .upstreamHeaderBytesReceived, .upstreamDecompressedHeaderBytesReceived:
            .number(exchange.upstreamBytes.headReceived)

        case .upstreamRequestAttemptCount: .number(exchange.attemptCount)
        case .streamID: FormatValue(exchange.request.value(.xRequestId))
        case .routeName: FormatValue(exchange.route?.name ?? "")
        case .dynamicMetadata(let namespace, let path): exchange.dynamicMetadata.value(namespace, path)
        case .routeMetadata(let namespace, let path):
            (exchange.route?.policy.metadata.filterMetadata ?? [:]).value(namespace, path)
        case .virtualHostMetadata(let namespace, let path):
            (exchange.route?.virtualHost.metadata.filterMetadata ?? [:]).value(namespace, path)
        case .clusterMetadata(let namespace, let path):
            (exchange.cluster?.compiled.cluster.metadata.filterMetadata ?? [:]).value(namespace, path)
        case .upstreamMetadata(let namespace, let path):
            (exchange.upstreamHost?.endpoint.metadata.filterMetadata ?? [:]).value(namespace, path)
        // What Apus does not have on any request: TLS facts, filter state, traces, virtual clusters.
        default: .missing
        }
    }

    private func evaluate<Context: LogContext>(connection context: Context) -> FormatValue {
        switch self {
        case .requestHeadersBytes, .responseHeadersBytes, .responseTrailersBytes, .downstreamHeaderBytesReceived,
            .downstreamHeaderBytesSent, .upstreamHeaderBytesSent, .upstreamHeaderBytesReceived:
            .number(0)
        case .downstreamWireBytesReceived, .upstreamWireBytesSent: .number(context.bytesReceived)
        case .downstreamWireBytesSent, .upstreamWireBytesReceived: .number(context.bytesSent)
        case .upstreamRequestAttemptCount: .number(context.upstreamClusterName.isEmpty ? 0 : 1)
        case .streamID: context.connectionStreamID
        default: .missing
        }
    }

    // MARK: Times

    private func interval<Context: LogContext>(
        _ from: TimePoint, _ to: TimePoint, _ context: Context, _ precision: TimePrecision = .milliseconds
    ) -> FormatValue {
        guard let start = context.moment(from), let end = context.moment(to) else { return .missing }
        let nanoseconds = (end - start).nanoseconds
        guard nanoseconds >= 0 else { return .missing }
        return switch precision {
        case .milliseconds: .number(Int(nanoseconds / 1_000_000))
        case .microseconds: .number(Int(nanoseconds / 1000))
        case .nanoseconds: .number(Int(nanoseconds))
        }
    }

    private func milliseconds(_ from: NIODeadline, _ to: NIODeadline) -> Int {
        Int(max((to - from).nanoseconds, 0) / 1_000_000)
    }

    // MARK: Addresses

    private func address(_ host: String, _ port: Int, _ part: AddressPart) -> FormatValue {
        guard !host.isEmpty else { return .missing }
        return switch part {
        case .whole: .address(host: host, port: port)
        case .withoutPort: .text(host)
        case .portOnly: .number(port)
        case .masked(let length): IPAddress(host).map { .text($0.masked(to: Int(length))) } ?? .missing
        case .endpointID: .missing
        }
    }

    private func upstreamAddress<Context: LogContext>(_ part: AddressPart, _ context: Context) -> FormatValue {
        if case .upstreamLocalAddress = self {
            guard let local = context.upstreamLocalAddress else { return .missing }
            return address(local.ipAddress ?? local.pathname ?? "", local.port ?? 0, part)
        }
        // A peer that was never reached has an address that was chosen and none that was talked to.
        if context.exchange != nil, context.upstreamLocalAddress == nil { return .missing }
        let whole = context.upstreamAddress
        return address(hostPart(whole), portPart(whole), part)
    }

    /// `[::1]:80` → `::1`
    private func hostPart(_ address: String) -> String {
        if address.utf8.first == UInt8(ascii: "/") { return address }
        if address.utf8.first == UInt8(ascii: "[") { return String(address.dropFirst().prefix { $0 != "]" }) }
        guard let colon = address.lastIndex(of: ":") else { return address }
        return String(address[..<colon])
    }

    private func portPart(_ address: String) -> Int {
        guard let colon = address.lastIndex(of: ":") else { return 0 }
        return Int(address[address.index(after: colon)...]) ?? 0
    }
}

extension Head {
    /// The value of a field of an answer.
    fileprivate func answered(_ name: HeaderName) -> FormatValue? {
        if name.kind == .status { return status > 0 ? .text("\(status)") : nil }
        return value(name).map(FormatValue.bytes)
    }

    /// The value of a field of a request; nil for the host of a request that was refused before one was found.
    fileprivate func sent(_ name: HeaderName) -> Bytes? {
        if name.kind == .authority, authorityRange.isEmpty { return nil }
        return value(name)
    }
}

extension [String: ConfigValue] {
    fileprivate func value(_ namespace: String, _ path: [String]) -> FormatValue {
        guard var value = self[namespace] else { return .missing }
        for key in path {
            guard let member = value[key] else { return .missing }
            value = member
        }
        if case .string(let text) = value { return .text(text) }
        return value == .null ? .missing : .data(value)
    }
}
