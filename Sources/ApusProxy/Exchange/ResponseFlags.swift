/// What went wrong with an exchange, as Envoy's `%RESPONSE_FLAGS%` tells it.
public struct ResponseFlags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let failedLocalHealthCheck = ResponseFlags(rawValue: 1 << 0)
    public static let noHealthyUpstream = ResponseFlags(rawValue: 1 << 1)
    public static let upstreamRequestTimeout = ResponseFlags(rawValue: 1 << 2)
    public static let localReset = ResponseFlags(rawValue: 1 << 3)
    public static let upstreamRemoteReset = ResponseFlags(rawValue: 1 << 4)
    public static let upstreamConnectionFailure = ResponseFlags(rawValue: 1 << 5)
    public static let upstreamConnectionTermination = ResponseFlags(rawValue: 1 << 6)
    public static let upstreamOverflow = ResponseFlags(rawValue: 1 << 7)
    public static let noRouteFound = ResponseFlags(rawValue: 1 << 8)
    public static let delayInjected = ResponseFlags(rawValue: 1 << 9)
    public static let faultInjected = ResponseFlags(rawValue: 1 << 10)
    public static let rateLimited = ResponseFlags(rawValue: 1 << 11)
    public static let downstreamConnectionTermination = ResponseFlags(rawValue: 1 << 12)
    public static let upstreamRetryLimitExceeded = ResponseFlags(rawValue: 1 << 13)
    public static let streamIdleTimeout = ResponseFlags(rawValue: 1 << 14)
    public static let invalidEnvoyRequestHeaders = ResponseFlags(rawValue: 1 << 15)
    public static let downstreamProtocolError = ResponseFlags(rawValue: 1 << 16)
    public static let upstreamMaxStreamDurationReached = ResponseFlags(rawValue: 1 << 17)
    public static let noFilterConfigFound = ResponseFlags(rawValue: 1 << 18)
    public static let durationTimeout = ResponseFlags(rawValue: 1 << 19)
    public static let upstreamProtocolError = ResponseFlags(rawValue: 1 << 20)
    public static let noClusterFound = ResponseFlags(rawValue: 1 << 21)
    public static let overloadManager = ResponseFlags(rawValue: 1 << 22)
    public static let dnsResolutionFailure = ResponseFlags(rawValue: 1 << 23)
    public static let downstreamRemoteReset = ResponseFlags(rawValue: 1 << 24)

    /// Every flag with its short and long name, in the order Envoy prints them.
    static let names: [(flag: ResponseFlags, short: String, long: String)] = [
        (.failedLocalHealthCheck, "LH", "FailedLocalHealthCheck"),
        (.noHealthyUpstream, "UH", "NoHealthyUpstream"),
        (.upstreamRequestTimeout, "UT", "UpstreamRequestTimeout"),
        (.localReset, "LR", "LocalReset"),
        (.upstreamRemoteReset, "UR", "UpstreamRemoteReset"),
        (.upstreamConnectionFailure, "UF", "UpstreamConnectionFailure"),
        (.upstreamConnectionTermination, "UC", "UpstreamConnectionTermination"),
        (.upstreamOverflow, "UO", "UpstreamOverflow"),
        (.noRouteFound, "NR", "NoRouteFound"),
        (.delayInjected, "DI", "DelayInjected"),
        (.faultInjected, "FI", "FaultInjected"),
        (.rateLimited, "RL", "RateLimited"),
        (.downstreamConnectionTermination, "DC", "DownstreamConnectionTermination"),
        (.upstreamRetryLimitExceeded, "URX", "UpstreamRetryLimitExceeded"),
        (.streamIdleTimeout, "SI", "StreamIdleTimeout"),
        (.invalidEnvoyRequestHeaders, "IH", "InvalidEnvoyRequestHeaders"),
        (.downstreamProtocolError, "DPE", "DownstreamProtocolError"),
        (.upstreamMaxStreamDurationReached, "UMSDR", "UpstreamMaxStreamDurationReached"),
        (.noFilterConfigFound, "NFCF", "NoFilterConfigFound"),
        (.durationTimeout, "DT", "DurationTimeout"),
        (.upstreamProtocolError, "UPE", "UpstreamProtocolError"),
        (.noClusterFound, "NC", "NoClusterFound"),
        (.overloadManager, "OM", "OverloadManagerTerminated"),
        (.dnsResolutionFailure, "DF", "DnsResolutionFailed"),
        (.downstreamRemoteReset, "DR", "DownstreamRemoteReset"),
    ]

    /// `UF,URX`, or `-` when nothing is set.
    public var short: String { join(\.short) }
    /// `UpstreamConnectionFailure,UpstreamRetryLimitExceeded`, or `-` when nothing is set.
    public var long: String { join(\.long) }

    /// Long or short names in the order in which the flags were raised.
    func text(long: Bool, order: FlagOrder) -> String {
        if isEmpty { return "-" }
        return order.positions.map { long ? Self.names[$0].long : Self.names[$0].short }.joined(separator: ",")
    }

    private func join(_ part: KeyPath<(flag: ResponseFlags, short: String, long: String), String>) -> String {
        if isEmpty { return "-" }
        return Self.names.filter { contains($0.flag) }.map { $0[keyPath: part] }.joined(separator: ",")
    }
}

/// The order in which an exchange's flags were raised: five bits each, the first one lowest. Twelve are remembered, more
/// than one exchange ever gathers.
struct FlagOrder {
    private var packed: UInt64 = 0
    private var count = 0

    /// Takes note of a change. Flags lie in `ResponseFlags.names` where their bits do.
    @inline(__always)
    mutating func note(_ now: ResponseFlags, before: ResponseFlags) {
        var new = now.rawValue & ~before.rawValue
        if now.isEmpty {
            packed = 0
            count = 0
        }
        while new != 0, count < 12 {
            packed |= UInt64(new.trailingZeroBitCount) << UInt64(5 * count)
            count += 1
            new &= new - 1
        }
    }

    var positions: [Int] { (0..<count).map { Int(packed >> UInt64(5 * $0) & 31) } }
}
