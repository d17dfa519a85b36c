public struct AccessLog: Sendable, Equatable {
    public var name: String
    /// nil: every stream.
    public var filter: AccessLogFilter?
    public var sink: AccessLogSink
    public var format: AccessLogFormat
    public var source: SourceMark

    public init(
        name: String = "",
        filter: AccessLogFilter? = nil,
        sink: AccessLogSink,
        format: AccessLogFormat = .standard,
        source: SourceMark = SourceMark()
    ) {
        self.name = name
        self.filter = filter
        self.sink = sink
        self.format = format
        self.source = source
    }
}

public enum AccessLogSink: Sendable, Equatable {
    case file(path: String)
    case stdout
    case stderr
}

public enum AccessLogFormat: Sendable, Equatable {
    /// Envoy's default line.
    case standard
    case custom(SubstitutionFormat)
}

public indirect enum AccessLogFilter: Sendable, Equatable {
    case statusCode(AccessLogComparison)
    /// Milliseconds.
    case duration(AccessLogComparison)
    case notHealthCheck
    case traceable
    case runtime(AccessLogSampling)
    case and([AccessLogFilter])
    case or([AccessLogFilter])
    case header(HeaderMatcher)
    /// Short names (`UF`); empty: any flag.
    case responseFlag([String])
    case grpcStatus(statuses: Set<UInt32>, exclude: Bool)
}

public enum ComparisonOperator: String, Sendable, Equatable {
    case equal = "EQ"
    case greaterOrEqual = "GE"
    case lessOrEqual = "LE"
    case notEqual = "NE"
}

public struct AccessLogComparison: Sendable, Equatable {
    public var op: ComparisonOperator
    public var value: RuntimeUInt32

    public init(op: ComparisonOperator = .equal, value: RuntimeUInt32) {
        self.op = op
        self.value = value
    }
}

/// A share of lines; one request id always falls on the same side unless randomness is independent.
public struct AccessLogSampling: Sendable, Equatable {
    public var runtimeKey: String
    public var percentSampled: Fraction
    public var useIndependentRandomness: Bool

    public init(runtimeKey: String, percentSampled: Fraction = .never, useIndependentRandomness: Bool = false) {
        self.runtimeKey = runtimeKey
        self.percentSampled = percentSampled
        self.useIndependentRandomness = useIndependentRandomness
    }
}
