extension RouteCompilation {
    /// Sends requests on. Header operations of the destination stand behind those of the rule; where there are several
    /// destinations, each has both.
    func forward(
        _ rule: HTTPRule, headers: CompiledOperations, to route: inout Route, in scope: RouteScope
    ) -> RouteAction {
        let shares = rule.shares.map { (share: $0, target: target(of: $0.destination, in: scope)) }
        var authority = rule.rewrite?.authority ?? ""
        if authority.isEmpty { authority = headers.authority }
        var cluster: ClusterSpecifier
        if shares.count == 1 {
            let joined = headers.followed(by: CompiledOperations(shares[0].share.headers))
            route.requestHeaders = joined.request
            route.responseHeaders = joined.response
            if authority.isEmpty { authority = joined.authority }
            cluster = .cluster(shares[0].target.cluster)
        } else {
            let clusters = shares.map { share, target in
                let joined = headers.followed(by: CompiledOperations(share.headers))
                return WeightedCluster(
                    cluster: .name(target.cluster), weight: share.weight, requestHeaders: joined.request,
                    responseHeaders: joined.response,
                    hostRewriteLiteral: authority.isEmpty && !joined.authority.isEmpty ? joined.authority : nil,
                    source: share.source)
            }
            cluster = .weightedClusters(WeightedClusters(clusters: clusters, source: rule.source))
        }
        let hashing = hashPolicies(of: shares.map(\.target))
        return RouteAction(
            cluster: cluster, pathRewrite: rule.rewrite.flatMap(PathRewrite.init),
            hostRewrite: authority.isEmpty ? nil : .literal(authority), timeout: rule.timeout,
            // A gRPC client's own deadline counts up to the rule's.
            maxGrpcTimeout: rule.timeout ?? .zero,
            retryPolicy: RetryPolicy.of(rule.retries, isHashed: !hashing.isEmpty),
            requestMirrorPolicies: rule.mirrors.compactMap { mirrorPolicy($0, in: scope) }, hashPolicy: hashing,
            source: rule.source)
    }

    /// All endpoints of a service, with Istio's defaults.
    func defaultRoute(to service: RegisteredService, port: UInt32) -> Route {
        let destination = Destination(host: service.host, port: port)
        let target = target(of: destination, in: .mesh(port: port))
        let hashing = hashPolicies(of: [target])
        return Route(
            name: "default", match: RouteMatch(path: .prefix("/")),
            action: .route(
                RouteAction(
                    cluster: .cluster(target.cluster), timeout: nil, maxGrpcTimeout: .zero,
                    retryPolicy: RetryPolicy.of(nil, isHashed: !hashing.isEmpty), hashPolicy: hashing)),
            metadata: .origin(document: service.rule.name, line: service.rule.source.line),
            source: service.rule.source)
    }

    /// Of all destinations, each once.
    private func hashPolicies(of targets: [RouteTarget]) -> [HashPolicy] {
        var policies: [HashPolicy] = []
        for target in targets {
            for policy in registry.hashPolicies(host: target.host, subset: target.subset, port: target.port)
            where !policies.contains(policy) {
                policies.append(policy)
            }
        }
        return policies
    }
}

extension HTTPRule {
    /// The destinations that get traffic: one gets all, whatever its weight; of several, those with a weight.
    fileprivate var shares: [HTTPDestination] {
        guard route.count > 1 else { return route }
        let weighted = route.filter { $0.weight > 0 }
        // Weights that are all 0 were refused when they were read.
        return weighted.isEmpty ? [route[0]] : weighted
    }
}

extension PathRewrite {
    fileprivate init?(_ rewrite: HTTPRewrite) {
        if let regex = rewrite.regex {
            self = .regex(RegexRewrite(pattern: RegexMatcher(regex: regex.match), substitution: regex.rewrite))
        } else if let uri = rewrite.uri, !uri.isEmpty {
            self = .prefix(uri)
        } else {
            return nil
        }
    }
}
