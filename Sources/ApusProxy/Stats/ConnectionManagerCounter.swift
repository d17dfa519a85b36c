/// Statistics of `http.<stat_prefix>.`
public enum ConnectionManagerCounter: Int, StatField {
    case downstreamCxTotal, downstreamCxActive, downstreamCxHttp1Total, downstreamCxHttp1Active
    case downstreamCxHttp2Total, downstreamCxHttp2Active, downstreamCxSslTotal, downstreamCxSslActive
    case downstreamCxDestroy, downstreamCxDestroyRemote, downstreamCxDestroyLocal, downstreamCxDestroyActiveRq
    case downstreamCxDestroyLocalActiveRq, downstreamCxDestroyRemoteActiveRq, downstreamCxDrainClose
    case downstreamCxIdleTimeout, downstreamCxMaxDurationReached, downstreamCxMaxRequestsReached
    case downstreamCxProtocolError, downstreamCxRxBytesTotal, downstreamCxTxBytesTotal,
        downstreamCxOverloadDisableKeepalive
    case downstreamCxUpgradesTotal, downstreamCxUpgradesActive, downstreamCxDelayedCloseTimeout
    case downstreamFlowControlPausedReadingTotal, downstreamFlowControlResumedReadingTotal
    case downstreamRqTotal, downstreamRqActive, downstreamRqHttp1Total, downstreamRqHttp2Total, downstreamRqCompleted
    case downstreamRq1xx, downstreamRq2xx, downstreamRq3xx, downstreamRq4xx, downstreamRq5xx
    case downstreamRqRxReset, downstreamRqTxReset, downstreamRqTooLarge, downstreamRqTimeout
    case downstreamRqHeaderTimeout, downstreamRqIdleTimeout, downstreamRqMaxDurationReached
    case downstreamRqNonRelativePath, downstreamRqFailedPathNormalization, downstreamRqRedirectedWithNormalizedPath
    case downstreamRqRejectedViaIpDetection, downstreamRqResponseBeforeRqComplete, downstreamRqWsOnNonWsRoute
    case noRoute, noCluster, rqDirectResponse, rqRedirect, rqTotal, rqResetAfterDownstreamResponseStarted
    case rqRetrySkippedRequestNotComplete
    case mirrorStarted, mirrorCompleted, mirrorFailed, mirrorDropped

    public static let allCases: [ConnectionManagerCounter] =
        (0...mirrorDropped.rawValue).compactMap(ConnectionManagerCounter.init)

    public var kind: StatKind {
        switch self {
        case .downstreamCxActive, .downstreamCxHttp1Active, .downstreamCxHttp2Active, .downstreamCxSslActive,
            .downstreamCxUpgradesActive, .downstreamRqActive:
            .gauge
        default: .counter
        }
    }

    /// The counter of a status class; nil for a status that belongs to none.
    @inline(__always)
    static func forStatus(_ status: Int) -> ConnectionManagerCounter? {
        switch status {
        case 200..<300: .downstreamRq2xx
        case 300..<400: .downstreamRq3xx
        case 400..<500: .downstreamRq4xx
        case 500..<600: .downstreamRq5xx
        case 100..<200: .downstreamRq1xx
        default: nil
        }
    }
}
