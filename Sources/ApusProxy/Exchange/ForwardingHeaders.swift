import ApusConfig
import NIOCore

/// The headers in which proxies tell each other about a request: who sent it, over what, under which id.
enum ForwardingHeaders {
    /// Fields that only clients inside may set.
    private static let internalOnly: UInt64 =
        KnownHeader.xEnvoyRetryOn.bit | KnownHeader.xEnvoyRetryGrpcOn.bit | KnownHeader.xEnvoyMaxRetries.bit
        | KnownHeader.xEnvoyRetriableStatusCodes.bit | KnownHeader.xEnvoyRetriableHeaderNames.bit
        | KnownHeader.xEnvoyUpstreamRqTimeoutMs.bit | KnownHeader.xEnvoyUpstreamRqPerTryTimeoutMs.bit
        | KnownHeader.xEnvoyUpstreamRqTimeoutAltResponse.bit | KnownHeader.xEnvoyExpectedRqTimeoutMs.bit
        | KnownHeader.xEnvoyForceTrace.bit | KnownHeader.xEnvoyIpTags.bit | KnownHeader.xEnvoyHedgeOnPerTryTimeout.bit
    /// What clients at the edge may not set either.
    private static let edgeOnly: UInt64 =
        KnownHeader.xEnvoyDecoratorOperation.bit | KnownHeader.xEnvoyDownstreamServiceCluster.bit
        | KnownHeader.xEnvoyDownstreamServiceNode.bit | KnownHeader.xEnvoyOriginalPath.bit
        | KnownHeader.xEnvoyOriginalHost.bit
    /// Fields that mean one list, in however many lines they came: of those that decide whom to believe, no line may be
    /// overlooked.
    static let lists: UInt64 =
        KnownHeader.xForwardedFor.bit | KnownHeader.xForwardedProto.bit | KnownHeader.xForwardedHost.bit
        | KnownHeader.xRequestId.bit | KnownHeader.via.bit

    /// Appends an address to x-forwarded-for.
    static func appendForwardedFor(_ head: Head, _ address: String) {
        Bytes.with(address) { address in
            guard let before = head.value(.xForwardedFor), before.count > 0 else {
                return head.set(.xForwardedFor, address)
            }
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: before.count + 1 + address.count) { joined in
                _ = joined.initialize(from: before)
                joined[before.count] = UInt8(ascii: ",")
                for i in 0..<address.count { joined[before.count + 1 + i] = address[i] }
                head.set(.xForwardedFor, Bytes(rebasing: joined[...]))
            }
        }
    }

    /// The address that stands so many places before the end of x-forwarded-for, and whether it stands alone.
    static func forwardedAddress(_ head: Head, hopsFromEnd: Int) -> (address: IPAddress, text: String, alone: Bool)? {
        guard let value = head.value(.xForwardedFor) else { return nil }
        // Empty places count: a comma at the end says that the last address is not known.
        var end = value.count
        var left = hopsFromEnd
        while true {
            var start = end
            while start > 0, value[start - 1] != UInt8(ascii: ",") { start -= 1 }
            if left == 0 {
                let text = Bytes(rebasing: value[start..<end]).trimmed.string
                guard let address = IPAddress(text) else { return nil }
                return (address, text, start == 0 && end == value.count)
            }
            guard start > 0 else { return nil }
            end = start - 1
            left -= 1
        }
    }
}

extension Exchange {
    /// x-forwarded-for and -proto, x-request-id, x-envoy-internal and -external-address; and whether the request is
    /// internal, which decides what of its x-envoy-* is obeyed.
    func prepareForwardingHeaders() {
        let head = request
        head.remove(.xEnvoyInternal)
        // Only TLS between the two can vouch for a client's certificate.
        if settings.manager.forwardClientCertDetails != .alwaysForwardOnly { head.remove(.xForwardedClientCert) }
        if head.repeated & ForwardingHeaders.lists != 0 { head.joinRepeated(ForwardingHeaders.lists) }
        remoteHost = connection.directRemoteHost
        var mayBeInternal = false
        var address: IPAddress?
        if settings.manager.useRemoteAddress {
            mayBeInternal = !head.has(.xForwardedFor)
            if settings.manager.xffNumTrustedHops > 0,
                let found = ForwardingHeaders.forwardedAddress(
                    head, hopsFromEnd: Int(settings.manager.xffNumTrustedHops) - 1)
            {
                address = found.address
                remoteHost = found.text
                remoteIsDirect = false
            }
            if !settings.manager.skipXffAppend {
                // A loopback peer says nothing to the next hop; the proxy's own address does.
                ForwardingHeaders.appendForwardedFor(
                    head, connection.remoteIsLoopback ? connection.localHost : connection.directRemoteHost)
            }
            if settings.manager.xffNumTrustedHops == 0 || !head.has(.xForwardedProto) {
                head.set(.xForwardedProto, connection.isSecure ? "https" : "http")
            }
            if settings.manager.appendXForwardedPort {
                withUnsafeDecimal(connection.localPort) { head.set(.xForwardedPort, $0) }
            }
        } else if head.has(.xForwardedFor),
            let found = ForwardingHeaders.forwardedAddress(head, hopsFromEnd: Int(settings.manager.xffNumTrustedHops))
        {
            address = found.address
            remoteHost = found.text
            remoteIsDirect = false
            mayBeInternal = found.alone
        }
        if !head.has(.xForwardedProto) { head.add(.xForwardedProto, connection.isSecure ? "https" : "http") }
        if head.schemeRange.isEmpty { head.setScheme(forwardedScheme.bytes) }
        if mayBeInternal {
            if let address {
                isInternal = settings.isInternal(address)
            } else if settings.manager.useRemoteAddress {
                isInternal = isInternalPeer
            }
        }
        let isEdge = !isInternal && settings.manager.useRemoteAddress
        if isInternal {
            head.set(.xEnvoyInternal, "true")
        } else {
            cleanExternal(isEdge: isEdge)
        }
        if settings.manager.addUserAgent { addUserAgent() }
        if let scheme = settings.scheme {
            head.setScheme(scheme.bytes)
            head.set(.xForwardedProto, scheme)
        }
        if isEdge { Bytes.with(remoteHost) { head.set(.xEnvoyExternalAddress, $0) } }
        giveRequestID(isEdge: isEdge)
        if !settings.manager.via.isEmpty { appendVia(head, settings.manager.via) }
    }

    /// `add_user_agent`: the request tells who sent it on.
    private func addUserAgent() {
        let node = worker.snapshot.node
        guard !node.cluster.isEmpty else { return }
        Bytes.with(node.cluster) { cluster in
            request.set(.xEnvoyDownstreamServiceCluster, cluster)
            if request.value(.userAgent)?.isEmpty ?? true { request.set(.userAgent, cluster) }
        }
        if !node.id.isEmpty { Bytes.with(node.id) { request.set(.xEnvoyDownstreamServiceNode, $0) } }
    }

    /// x-forwarded-proto where it names a scheme, else what the connection is.
    private var forwardedScheme: StaticString {
        if let proto = request.value(.xForwardedProto) {
            if proto.equals("http") { return "http" }
            if proto.equals("https") { return "https" }
        }
        return connection.isSecure ? "https" : "http"
    }

    private var isInternalPeer: Bool {
        // Nobody is inside unless the configuration says so (Envoy since 1.33).
        guard let ranges = settings.internalRanges else { return false }
        guard let address = IPAddress(connection.directRemoteHost) else {
            return settings.manager.internalAddressConfig?.unixSockets ?? false
        }
        return ranges.contains { $0.contains(address) }
    }

    private func cleanExternal(isEdge: Bool) {
        ForwardingHeaders.clean(request, isEdge: isEdge)
        for name in settings.internalOnlyHeaders { request.remove(name) }
    }

    private func giveRequestID(isEdge: Bool) {
        guard settings.manager.generateRequestId else { return }
        if let given = request.value(.xRequestId), given.count > 0,
            !isEdge || settings.manager.preserveExternalRequestId
        {
            return
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { text in
            RequestID.write(worker.random.next(), worker.random.next(), into: text)
            request.set(.xRequestId, Bytes(rebasing: text[...]))
        }
    }

    func appendVia(_ head: Head, _ via: String) {
        if let before = head.value(.via), before.count > 0 {
            Bytes.with(before.string + ", " + via) { head.set(.via, $0) }
        } else {
            Bytes.with(via) { head.set(.via, $0) }
        }
    }
}

extension ForwardingHeaders {
    static func clean(_ head: Head, isEdge: Bool) {
        head.removeAll(isEdge ? internalOnly | edgeOnly : internalOnly)
    }
}

extension HTTPSettings {
    /// Whether an address counts as inside: `internal_address_config` alone says so.
    func isInternal(_ address: IPAddress) -> Bool {
        internalRanges.map { $0.contains { $0.contains(address) } } ?? false
    }
}

/// Version 4 UUIDs (RFC 9562) from a worker's chance.
enum RequestID {
    private static let digits: StaticString = "0123456789abcdef"

    /// Writes 36 characters. Needs a buffer of at least that.
    static func write(_ high: UInt64, _ low: UInt64, into text: UnsafeMutableBufferPointer<UInt8>) {
        let high = high & ~0xf000 | 0x4000
        let low = low & ~(3 << 62) | (1 << 63)
        var at = 0
        for nibble in 0..<32 {
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                text[at] = UInt8(ascii: "-")
                at += 1
            }
            let word = nibble < 16 ? high : low
            text[at] = digits.utf8Start[Int(truncatingIfNeeded: word >> UInt64(60 - (nibble & 15) * 4)) & 15]
            at += 1
        }
    }
}
