/// Who this proxy is to its rules, and where it listens for them.
public struct ProxyIdentity: Sendable, Equatable {
    /// Its own namespace, and that of documents which name none.
    public var namespace = "default"
    /// The namespace whose rules hold for the whole mesh.
    public var rootNamespace = "istio-system"
    /// Labels of its workload: `sourceLabels`, `workloadSelector` and `Gateway.selector` look at them.
    public var labels: [String: String] = [:]
    /// What becomes of requests to hosts that nobody knows.
    public var outboundPolicy = OutboundPolicy.allowAny
    public var locality = Locality()
    /// Where the service itself sends its requests; nil: nowhere.
    public var outbound: Address?
    /// Added to the port of every Gateway server.
    public var gatewayPortOffset = 0
    /// Where finished requests are logged; nil: nowhere.
    public var accessLog: String?

    public init() {}
}
