/// `envoy.extensions.filters.http.buffer.v3.Buffer`.
public struct BufferSettings: Sendable, Equatable {
    /// At least 1.
    public var maxRequestBytes: UInt32
    public var source: SourceMark

    public init(maxRequestBytes: UInt32, source: SourceMark = SourceMark()) {
        self.maxRequestBytes = maxRequestBytes
        self.source = source
    }
}

/// `BufferPerRoute`.
public enum BufferOverride: Sendable, Equatable {
    case disabled
    case buffer(BufferSettings)
}
