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

    /// Where a Gateway's server listens; nil: its port with the offset is no port, or that of the sidecar's listener. 0: at
    /// a port that is free.
    func listeningPort(of port: UInt32, at address: String) -> UInt16? {
        guard let number = UInt16(exactly: Int(port) + gatewayPortOffset) else { return nil }
        if number == 0 { return number }
        if case .socket(let host, number)? = outbound, [host, "0.0.0.0"].contains(address) || host == "0.0.0.0" {
            return nil
        }
        return number
    }
}
