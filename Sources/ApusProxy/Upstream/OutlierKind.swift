import ApusConfig

/// How an endpoint showed itself to be an outlier.
enum OutlierKind: CaseIterable {
    // Seen at once, by whoever counts one failure too many.
    case consecutiveGatewayFailure
    case consecutive5xx
    case consecutiveLocalOriginFailure
    // Seen by comparison, once in each interval.
    case successRate
    case localOriginSuccessRate
    case failurePercentage
    case localOriginFailurePercentage
}

extension OutlierKind {
    /// As the field that enforces it names it.
    var name: String {
        switch self {
        case .consecutiveGatewayFailure: "consecutive_gateway_failure"
        case .consecutive5xx: "consecutive_5xx"
        case .consecutiveLocalOriginFailure: "consecutive_local_origin_failure"
        case .successRate: "success_rate"
        case .localOriginSuccessRate: "local_origin_success_rate"
        case .failurePercentage: "failure_percentage"
        case .localOriginFailurePercentage: "failure_percentage_local_origin"
        }
    }
}

extension OutlierEnforcement {
    /// Per cent.
    subscript(kind: OutlierKind) -> UInt32 {
        switch kind {
        case .consecutive5xx: consecutive5xx
        case .consecutiveGatewayFailure: consecutiveGatewayFailure
        case .consecutiveLocalOriginFailure: consecutiveLocalOriginFailure
        case .successRate: successRate
        case .localOriginSuccessRate: localOriginSuccessRate
        case .failurePercentage: failurePercentage
        case .localOriginFailurePercentage: failurePercentageLocalOrigin
        }
    }
}

/// Kinds that one outcome brought about.
struct OutlierKinds: OptionSet {
    let rawValue: UInt8

    static let consecutiveGatewayFailure = OutlierKinds(rawValue: 1)
    static let consecutive5xx = OutlierKinds(rawValue: 2)
    static let consecutiveLocalOriginFailure = OutlierKinds(rawValue: 4)

    /// In the order in which they are decided about.
    var kinds: [OutlierKind] {
        var kinds: [OutlierKind] = []
        if contains(.consecutiveGatewayFailure) { kinds.append(.consecutiveGatewayFailure) }
        if contains(.consecutive5xx) { kinds.append(.consecutive5xx) }
        if contains(.consecutiveLocalOriginFailure) { kinds.append(.consecutiveLocalOriginFailure) }
        return kinds
    }
}

/// What became of a try, as outlier detection sees it.
enum OutlierOutcome {
    /// An answer; of gRPC, the HTTP status that its `grpc-status` stands for.
    case status(Int)
    /// A connection for a request, whose answer is still to come.
    case connected
    /// A connection, and nothing else will be known of it.
    case connectedFinally
    /// No connection, or one that broke.
    case failed
    /// No answer in time; the status is what the client gets instead.
    case timedOut(status: Int)
}
