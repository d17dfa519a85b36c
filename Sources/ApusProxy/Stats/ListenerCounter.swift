/// Statistics of `listener.<address>.`
public enum ListenerCounter: Int, StatField {
    case downstreamCxTotal, downstreamCxActive, downstreamCxDestroy, downstreamCxOverflow,
        downstreamCxTransportSocketConnectTimeout
    case downstreamGlobalCxOverflow, noFilterChainMatch

    public static let allCases: [ListenerCounter] = (0...noFilterChainMatch.rawValue).compactMap(ListenerCounter.init)

    public var kind: StatKind { self == .downstreamCxActive ? .gauge : .counter }
}

/// Statistics of `listener.<address>.http.<stat_prefix>.`
enum ListenerHTTPCounter: Int, StatField, CaseIterable {
    case downstreamRqCompleted, downstreamRq1xx, downstreamRq2xx, downstreamRq3xx, downstreamRq4xx, downstreamRq5xx
    var kind: StatKind { .counter }

    /// The class of a status: 100...599.
    @inline(__always)
    static func forStatus(_ status: Int) -> ListenerHTTPCounter? {
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
