/// `envoy.config.cluster.v3.OutlierDetection`: when an endpoint is taken out because of what it answers, and for how
/// long.
public struct OutlierDetection: Sendable, Equatable {
    /// Failures in a row; 0: never.
    public var consecutive5xx: UInt32 = 5
    /// Answers of 502, 503 and 504 in a row; 0: never.
    public var consecutiveGatewayFailure: UInt32 = 5
    /// Connections and answers that did not come about, in a row; 0: never. Only with
    /// `splitExternalLocalOriginErrors`.
    public var consecutiveLocalOriginFailure: UInt32 = 5
    /// Failures to get an answer count apart from answers that are failures.
    public var splitExternalLocalOriginErrors = false
    /// Between two looks at all endpoints.
    public var interval: Duration = .seconds(10)
    /// For the first time; the second lasts twice as long, and so on.
    public var baseEjectionTime: Duration = .seconds(30)
    /// At least `baseEjectionTime`.
    public var maxEjectionTime: Duration = .seconds(300)
    /// The most by which chance may lengthen an ejection.
    public var maxEjectionTimeJitter: Duration = .zero
    /// Of all endpoints, 0 to 100.
    public var maxEjectionPercent: UInt32 = 10
    /// One endpoint may go, whatever `maxEjectionPercent` says.
    public var alwaysEjectOneHost = false
    public var successRate = SuccessRateDetection()
    public var failurePercentage = FailurePercentageDetection()
    public var enforcing = OutlierEnforcement()
    /// An active health check that succeeds brings an endpoint back.
    public var successfulActiveHealthCheckUnejectHost = true
    /// Not empty: these statuses of an endpoint count as failures and no others, whatever 5xx there are. Istio's
    /// `outlierDetectionHttpErrorCodes`.
    public var errorStatuses: [UInt32] = []
    public var source = SourceMark()

    public init() {}
}

/// Endpoints whose share of successes is far below that of the others.
public struct SuccessRateDetection: Sendable, Equatable {
    /// So many endpoints must have had enough requests.
    public var minimumHosts: UInt32 = 5
    /// Requests in one interval.
    public var requestVolume: UInt32 = 100
    /// Thousandths of a standard deviation below the mean.
    public var stdevFactor: UInt32 = 1900

    public init() {}
}

/// Endpoints whose share of failures is too large.
public struct FailurePercentageDetection: Sendable, Equatable {
    /// 0 to 100.
    public var threshold: UInt32 = 85
    /// So many endpoints must have had enough requests.
    public var minimumHosts: UInt32 = 5
    /// Requests in one interval.
    public var requestVolume: UInt32 = 50

    public init() {}
}

/// How many of a hundred detections have an effect, for each way of detecting; 0 to 100.
public struct OutlierEnforcement: Sendable, Equatable {
    public var consecutive5xx: UInt32 = 100
    public var consecutiveGatewayFailure: UInt32 = 0
    public var consecutiveLocalOriginFailure: UInt32 = 100
    public var successRate: UInt32 = 100
    public var localOriginSuccessRate: UInt32 = 100
    public var failurePercentage: UInt32 = 0
    public var failurePercentageLocalOrigin: UInt32 = 0

    public init() {}
}
