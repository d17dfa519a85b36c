/// Header names that the proxy itself looks at. A head keeps one bit for each, so that "is it there?" is a test of a
/// word and most requests, which carry hardly any of them, pay for none.
///
/// At most 64 cases: `Head.present` is one `UInt64`.
public enum KnownHeader: UInt8, CaseIterable, Sendable {
    case contentLength, transferEncoding, connection, keepAlive, proxyConnection, upgrade, te, trailer, expect
    case date, server, via, contentType, userAgent, cookie, setCookie, origin, location
    case xForwardedFor, xForwardedProto, xForwardedHost, xForwardedPort, xRequestId
    case xEnvoyInternal, xEnvoyExternalAddress, xEnvoyExpectedRqTimeoutMs
    case xEnvoyUpstreamRqTimeoutMs, xEnvoyUpstreamRqPerTryTimeoutMs, xEnvoyUpstreamRqTimeoutAltResponse
    case xEnvoyRetryOn, xEnvoyRetryGrpcOn, xEnvoyMaxRetries, xEnvoyRetriableStatusCodes, xEnvoyRetriableHeaderNames
    case xEnvoyAttemptCount, xEnvoyOriginalPath, xEnvoyOriginalHost, xEnvoyDecoratorOperation
    case xEnvoyDownstreamServiceCluster, xEnvoyDownstreamServiceNode, xEnvoyForceTrace, xEnvoyHedgeOnPerTryTimeout
    case xEnvoyIpTags, xEnvoyUpstreamServiceTime, xEnvoyOverloaded, xEnvoyRatelimited
    case xEnvoyImmediateHealthCheckFail, xEnvoyFaultAbortRequest, xEnvoyFaultAbortGrpcRequest
    case xEnvoyFaultAbortRequestPercentage, xEnvoyFaultDelayRequest, xEnvoyFaultDelayRequestPercentage
    case xEnvoyLocalOverloaded, xEnvoyIsTimeoutRetry, xEnvoyOriginalDstHost, xEnvoyUpstreamAltStatName
    case xEnvoyUpstreamStreamDurationMs
    case grpcStatus, grpcMessage, grpcTimeout, accessControlRequestMethod, http2Settings
    case xForwardedClientCert

    /// The name on the wire, in lower case.
    public var name: String { Self.names[Int(rawValue)] }

    /// The bit of this name in `Head.present`.
    @inline(__always) var bit: UInt64 { 1 << UInt64(rawValue) }

    private static let names: [String] = allCases.map { known in
        if known == .http2Settings { return "http2-settings" }
        var name = ""
        for character in "\(known)" {
            if character.isUppercase { name.append("-") }
            name.append(contentsOf: character.lowercased())
        }
        return name
    }

    /// The known name that these lower-case bytes spell, if any.
    @inline(__always)
    static func find(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> KnownHeader? {
        KnownHeaderTable.shared.find(bytes, length)
    }
}

/// A hash table from lower-case names to `KnownHeader`, built once.
struct KnownHeaderTable: @unchecked Sendable {
    static let shared = KnownHeaderTable()

    private struct Entry {
        var bytes: UnsafeMutablePointer<UInt8>?
        var length: Int
        var known: KnownHeader
    }

    /// A power of two with room to spare; lives as long as the process, like the names in it.
    private let entries: UnsafeMutablePointer<Entry>
    private static let size = 512
    private static let longest = 42

    private init() {
        entries = .allocate(capacity: Self.size)
        entries.initialize(repeating: Entry(bytes: nil, length: 0, known: .date), count: Self.size)
        for known in KnownHeader.allCases {
            let name = Array(known.name.utf8)
            let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: name.count)
            copy.initialize(from: name, count: name.count)
            var at = Self.hash(copy, name.count)
            while entries[at].bytes != nil { at = (at + 1) & (Self.size - 1) }
            entries[at] = Entry(bytes: copy, length: name.count, known: known)
        }
    }

    @inline(__always)
    private static func hash(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Int {
        // Length, ends and middle tell nearly all known names apart.
        let first = Int(bytes[0]), last = Int(bytes[length - 1]), middle = Int(bytes[length >> 1])
        return (length &* 37 &+ first &* 5 &+ last &* 11 &+ middle &* 17) & (size - 1)
    }

    @inline(__always)
    func find(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> KnownHeader? {
        guard length > 0, length <= Self.longest else { return nil }
        var at = Self.hash(bytes, length)
        while let candidate = entries[at].bytes {
            if entries[at].length == length, equal(candidate, bytes, length) { return entries[at].known }
            at = (at + 1) & (Self.size - 1)
        }
        return nil
    }
}
