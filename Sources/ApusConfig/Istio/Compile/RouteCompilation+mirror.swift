extension RouteCompilation {
    /// nil for a share of nothing. A copy that leaves the mesh carries its target's name, where others keep the request's;
    /// both with `-shadow` behind. Port 80 is written only for clients that write a port.
    func mirrorPolicy(_ mirror: HTTPMirror, in scope: RouteScope) -> RequestMirrorPolicy? {
        guard mirror.percentage.millionths > 0 else { return nil }
        let target = target(of: mirror.destination, in: scope)
        var policy = RequestMirrorPolicy(
            target: .cluster(target.cluster),
            runtimeFraction: RuntimeFraction(defaultValue: Fraction(mirror.percentage)), traceSampled: false,
            source: mirror.source)
        guard target.isExternal else { return policy }
        policy.hostRewriteLiteral = target.host + HostPattern.shadow
        if target.port == 80 { policy.hostRewritePort = 80 } else { policy.hostRewriteLiteral += ":\(target.port)" }
        return policy
    }
}

extension Fraction {
    init(_ percentage: Percentage) {
        self.init(numerator: percentage.millionths, denominator: 1_000_000)
    }
}
