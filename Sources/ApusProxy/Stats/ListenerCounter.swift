/// Statistics of `listener.<address>.`
public enum ListenerCounter: Int, StatField {
    case downstreamCxTotal, downstreamCxActive, downstreamCxDestroy, downstreamCxOverflow,
        downstreamCxTransportSocketConnectTimeout
    case downstreamGlobalCxOverflow, noFilterChainMatch

    public static let allCases: [ListenerCounter] = (0...noFilterChainMatch.rawValue).compactMap(ListenerCounter.init)

    public var kind: StatKind { self == .downstreamCxActive ? .gauge : .counter }
}

/// Statistics of `tcp.<stat_prefix>.`
public enum TCPProxyCounter: Int, StatField {
    case downstreamCxTotal, downstreamCxNoRoute, downstreamCxTxBytesTotal, downstreamCxTxBytesBuffered
    case downstreamCxRxBytesTotal, downstreamCxRxBytesBuffered, downstreamFlowControlPausedReadingTotal
    case downstreamFlowControlResumedReadingTotal, idleTimeout, maxDownstreamConnectionDuration, upstreamFlushTotal
    case upstreamFlushActive

    public static let allCases: [TCPProxyCounter] = (0...upstreamFlushActive.rawValue).compactMap(TCPProxyCounter.init)

    public var kind: StatKind {
        switch self {
        case .downstreamCxTxBytesBuffered, .downstreamCxRxBytesBuffered, .upstreamFlushActive: .gauge
        default: .counter
        }
    }
}
