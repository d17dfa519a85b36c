/// Statistics of `cluster.<name>.`
public enum ClusterCounter: Int, StatField {
    case upstreamCxTotal, upstreamCxActive, upstreamCxHttp1Total, upstreamCxHttp2Total, upstreamCxConnectFail
    case upstreamCxConnectTimeout, upstreamCxConnectAttemptsExceeded, upstreamCxOverflow, upstreamCxDestroy
    case upstreamCxDestroyLocal, upstreamCxDestroyRemote, upstreamCxDestroyWithActiveRq
    case upstreamCxDestroyLocalWithActiveRq, upstreamCxDestroyRemoteWithActiveRq, upstreamCxNoneHealthy
    case upstreamCxRxBytesTotal, upstreamCxTxBytesTotal, upstreamCxProtocolError, upstreamCxMaxRequests
    case upstreamCxIdleTimeout, upstreamCxMaxDurationReached, upstreamCxCloseNotify, upstreamCxPoolOverflow
    case upstreamRqTotal, upstreamRqActive, upstreamRqPendingTotal, upstreamRqPendingActive
    case upstreamRqPendingOverflow, upstreamRqActiveOverflow, upstreamRqPendingFailureEject, upstreamRqCancelled
    case upstreamRqMaintenanceMode
    case upstreamRqTimeout, upstreamRqMaxDurationReached, upstreamRqPerTryTimeout, upstreamRqPerTryIdleTimeout
    case upstreamRqRxReset, upstreamRqTxReset, upstreamRqRetry, upstreamRqRetryBackoffExponential
    case upstreamRqRetryBackoffRatelimited, upstreamRqRetryLimitExceeded, upstreamRqRetryOverflow
    case upstreamRqRetrySuccess, upstreamRqCompleted
    case upstreamRq1xx, upstreamRq2xx, upstreamRq3xx, upstreamRq4xx, upstreamRq5xx
    case upstreamFlowControlPausedReadingTotal, upstreamFlowControlResumedReadingTotal
    case upstreamFlowControlBackedUpTotal, upstreamFlowControlDrainedTotal
    case lbHealthyPanic
    case mirrorStarted, mirrorCompleted, mirrorFailed, mirrorDropped, mirrorActive

    public static let allCases: [ClusterCounter] = (0...mirrorActive.rawValue).compactMap(ClusterCounter.init)

    public var kind: StatKind {
        switch self {
        case .upstreamCxActive, .upstreamRqActive, .upstreamRqPendingActive, .mirrorActive: .gauge
        default: .counter
        }
    }
}
