public struct RetryPolicy: Sendable, Equatable {
    public var retryOn: RetryOn
    public var numRetries: UInt32
    /// nil: the route's timeout.
    public var perTryTimeout: Duration?
    public var perTryIdleTimeout: Duration?
    public var retryBackOff: RetryBackOff
    public var rateLimitedRetryBackOff: RateLimitedRetryBackOff?
    public var retriableStatusCodes: [UInt32]
    /// Of responses; any may match.
    public var retriableHeaders: [HeaderMatcher]
    /// Any must match for a retry to be considered.
    public var retriableRequestHeaders: [HeaderMatcher]
    /// The `envoy.retry_host_predicates.previous_hosts` predicate.
    public var previousHosts: Bool
    /// The `envoy.retry_host_predicates.omit_canary_hosts` predicate.
    public var omitCanaryHosts: Bool
    public var hostSelectionRetryMaxAttempts: Int64
    public var source: SourceMark

    public init(
        retryOn: RetryOn = [],
        numRetries: UInt32 = 1,
        perTryTimeout: Duration? = nil,
        perTryIdleTimeout: Duration? = nil,
        retryBackOff: RetryBackOff = RetryBackOff(),
        rateLimitedRetryBackOff: RateLimitedRetryBackOff? = nil,
        retriableStatusCodes: [UInt32] = [],
        retriableHeaders: [HeaderMatcher] = [],
        retriableRequestHeaders: [HeaderMatcher] = [],
        previousHosts: Bool = false,
        omitCanaryHosts: Bool = false,
        hostSelectionRetryMaxAttempts: Int64 = 1,
        source: SourceMark = SourceMark()
    ) {
        self.retryOn = retryOn
        self.numRetries = numRetries
        self.perTryTimeout = perTryTimeout
        self.perTryIdleTimeout = perTryIdleTimeout
        self.retryBackOff = retryBackOff
        self.rateLimitedRetryBackOff = rateLimitedRetryBackOff
        self.retriableStatusCodes = retriableStatusCodes
        self.retriableHeaders = retriableHeaders
        self.retriableRequestHeaders = retriableRequestHeaders
        self.previousHosts = previousHosts
        self.omitCanaryHosts = omitCanaryHosts
        self.hostSelectionRetryMaxAttempts = hostSelectionRetryMaxAttempts
        self.source = source
    }
}

/// The conditions of `retry_on` and `x-envoy-retry-on`, and those of `x-envoy-retry-grpc-on`.
public struct RetryOn: OptionSet, Sendable, Hashable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let serverError = RetryOn(rawValue: 1 << 0)
    public static let gatewayError = RetryOn(rawValue: 1 << 1)
    public static let connectFailure = RetryOn(rawValue: 1 << 2)
    public static let retriable4xx = RetryOn(rawValue: 1 << 3)
    public static let refusedStream = RetryOn(rawValue: 1 << 4)
    public static let retriableStatusCodes = RetryOn(rawValue: 1 << 5)
    public static let retriableHeaders = RetryOn(rawValue: 1 << 6)
    public static let envoyRateLimited = RetryOn(rawValue: 1 << 7)
    public static let reset = RetryOn(rawValue: 1 << 8)
    public static let resetBeforeRequest = RetryOn(rawValue: 1 << 9)
    public static let http3PostConnectFailure = RetryOn(rawValue: 1 << 10)
    public static let grpcCancelled = RetryOn(rawValue: 1 << 16)
    public static let grpcDeadlineExceeded = RetryOn(rawValue: 1 << 17)
    public static let grpcInternal = RetryOn(rawValue: 1 << 18)
    public static let grpcResourceExhausted = RetryOn(rawValue: 1 << 19)
    public static let grpcUnavailable = RetryOn(rawValue: 1 << 20)

    public static let names: [(String, RetryOn)] = [
        ("5xx", .serverError),
        ("gateway-error", .gatewayError),
        ("connect-failure", .connectFailure),
        ("retriable-4xx", .retriable4xx),
        ("refused-stream", .refusedStream),
        ("retriable-status-codes", .retriableStatusCodes),
        ("retriable-headers", .retriableHeaders),
        ("envoy-ratelimited", .envoyRateLimited),
        ("reset", .reset),
        ("reset-before-request", .resetBeforeRequest),
        ("http3-post-connect-failure", .http3PostConnectFailure),
        ("cancelled", .grpcCancelled),
        ("deadline-exceeded", .grpcDeadlineExceeded),
        ("internal", .grpcInternal),
        ("resource-exhausted", .grpcResourceExhausted),
        ("unavailable", .grpcUnavailable),
    ]
}

/// Fully jittered exponential back-off.
public struct RetryBackOff: Sendable, Equatable {
    public var baseInterval: Duration
    /// nil: ten times the base.
    public var maxInterval: Duration?

    public init(baseInterval: Duration = .milliseconds(25), maxInterval: Duration? = nil) {
        self.baseInterval = baseInterval
        self.maxInterval = maxInterval
    }
}

/// Back-off that a response header asks for.
public struct RateLimitedRetryBackOff: Sendable, Equatable {
    public var resetHeaders: [ResetHeader]
    public var maxInterval: Duration

    public init(resetHeaders: [ResetHeader], maxInterval: Duration = .seconds(300)) {
        self.resetHeaders = resetHeaders
        self.maxInterval = maxInterval
    }
}

public struct ResetHeader: Sendable, Equatable {
    public var name: String
    public var format: ResetHeaderFormat

    public init(name: String, format: ResetHeaderFormat = .seconds) {
        self.name = name
        self.format = format
    }
}

public enum ResetHeaderFormat: String, Sendable, Equatable {
    case seconds = "SECONDS"
    case unixTimestamp = "UNIX_TIMESTAMP"
}
