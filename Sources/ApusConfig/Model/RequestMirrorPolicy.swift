/// Sends a copy of a share of requests elsewhere; its answers are thrown away.
public struct RequestMirrorPolicy: Sendable, Equatable {
    public var target: MirrorTarget
    /// nil: every request.
    public var runtimeFraction: RuntimeFraction?
    /// Keeps `-shadow` off the copy's Host.
    public var disableShadowHostSuffixAppend: Bool
    public var traceSampled: Bool?
    public var requestHeadersMutations: [MirrorHeaderMutation]
    /// Not empty: the copy's Host.
    public var hostRewriteLiteral: String
    /// Stands behind that Host where the client's has a port, too; nil: never. No field of Envoy's.
    public var hostRewritePort: UInt32?
    public var source: SourceMark

    public init(
        target: MirrorTarget,
        runtimeFraction: RuntimeFraction? = nil,
        disableShadowHostSuffixAppend: Bool = false,
        traceSampled: Bool? = nil,
        requestHeadersMutations: [MirrorHeaderMutation] = [],
        hostRewriteLiteral: String = "",
        source: SourceMark = SourceMark()
    ) {
        self.target = target
        self.runtimeFraction = runtimeFraction
        self.disableShadowHostSuffixAppend = disableShadowHostSuffixAppend
        self.traceSampled = traceSampled
        self.requestHeadersMutations = requestHeadersMutations
        self.hostRewriteLiteral = hostRewriteLiteral
        self.source = source
    }
}

public enum MirrorTarget: Sendable, Equatable {
    case cluster(String)
    /// The header whose value names the cluster.
    case clusterHeader(String)
}

/// One step of changing a copy's headers, in order.
public enum MirrorHeaderMutation: Sendable, Equatable {
    case remove(String)
    case append(HeaderValueOption)
}
