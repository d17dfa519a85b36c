import ApusConfig

extension RouteCompiler {
    func compile(_ route: Route, in level: HostLevel, place: String) -> CompiledRoute {
        let scope = OverrideScope(overrides(of: route), below: level.scope, place: "\(place).")
        let matched: MatchedPath =
            switch route.match.path {
            case .prefix(let text), .pathSeparatedPrefix(let text): .prefix(text.utf8.count)
            case .path, .safeRegex, .connect: .whole
            }
        let limit =
            route.requestBodyBufferLimit ?? route.perRequestBufferLimitBytes.map(UInt64.init)
            ?? level.host.requestBodyBufferLimit ?? level.host.perRequestBufferLimitBytes.map(UInt64.init)
        return CompiledRoute(
            name: route.name, virtualHost: level.compiled,
            policy: policy(of: route, level: level, scope: scope, metadata: route.metadata),
            action: outcome(of: route, in: level, scope: scope, matched: matched, place: place), matched: matched,
            decoratorOperation: route.decorator?.operation ?? "",
            decoratorPropagates: route.decorator?.propagate ?? true,
            bufferLimit: limit.map(Int.init(clamping:)), source: route.source)
    }

    /// A target of a split comes first whatever the order of the others; then from the route outwards, so that the outer
    /// levels have the last word, or the other way round (`most_specific_header_mutations_wins`).
    private func policy(
        of route: Route, level: HostLevel, target: WeightedCluster? = nil, scope: OverrideScope, metadata: Metadata
    ) -> RoutePolicy {
        func merge(_ outwards: [HeaderMutation], _ target: HeaderMutation?) -> HeaderMutations {
            let levels = configuration.mostSpecificHeaderMutationsWins ? outwards.reversed() : outwards
            if levels.allSatisfy(\.isEmpty), target?.isEmpty ?? true { return .none }
            return HeaderMutations((target.map { [$0] } ?? []) + levels)
        }
        let chain = chains.chain(for: scope)
        let requestMutations = merge(
            [route.requestHeaders, level.host.requestHeaders, configuration.requestHeaders], target?.requestHeaders)
        let responseMutations = merge(
            [route.responseHeaders, level.host.responseHeaders, configuration.responseHeaders],
            target?.responseHeaders)
        let isPlain = requestMutations.isEmpty && responseMutations.isEmpty && metadata.filterMetadata.isEmpty
        if isPlain, let known = plainPolicies[ObjectIdentifier(chain)] { return known }
        let policy = RoutePolicy(
            requestMutations: requestMutations, responseMutations: responseMutations, chain: chain, metadata: metadata)
        // The policy keeps its chain, so that its address stands for no other.
        if isPlain { plainPolicies[ObjectIdentifier(chain)] = policy }
        return policy
    }

    private func outcome(
        of route: Route, in level: HostLevel, scope: OverrideScope, matched: MatchedPath, place: String
    ) -> RouteOutcome {
        switch route.action {
        case .route(let action):
            return .forward(forward(action, of: route, in: level, scope: scope, place: "\(place).route"))
        case .redirect(let redirect):
            let compiled = attempt(redirect.source, "\(place).redirect") {
                try RedirectAction(redirect, matched: matched)
            }
            return compiled.map(RouteOutcome.redirect) ?? .none
        case .directResponse(let response): return .direct(direct(response, place: "\(place).direct_response"))
        case .nonForwarding: return .none
        }
    }

    private func direct(_ response: DirectResponse, place: String) -> DirectAction {
        var format: CompiledFormat?
        switch response.bodyFormat?.layout {
        case nil: break
        case .text(let text): format = CompiledFormat(text)
        case .json: report(response.source, "\(place).body_format", "a JSON format is not supported here")
        }
        return DirectAction(
            status: Int(response.status), body: String(decoding: response.body, as: UTF8.self), format: format,
            contentType: response.bodyFormat?.contentType)
    }

    private func forward(
        _ action: RouteAction, of route: Route, in level: HostLevel, scope: OverrideScope, place: String
    ) -> ForwardAction {
        let mirrors = compile(action.requestMirrorPolicies, place: place)
        let longest = action.maxStreamDuration
        return ForwardAction(
            targets: targets(action.cluster, of: route, in: level, scope: scope, place: place),
            clusterNotFoundStatus: Int(action.clusterNotFoundResponseCode),
            pathRewrite: compile(action.pathRewrite, place: place),
            hostRewrite: compile(action.hostRewrite, place: place),
            appendXForwardedHost: action.appendXForwardedHost,
            timeout: action.timeout.nanoseconds,
            idleTimeout: action.idleTimeout.nanoseconds,
            limitsStreams: longest != nil, maxStreamDuration: longest?.maxStreamDuration?.nanoseconds,
            grpcTimeoutHeaderMax: (longest == nil ? action.maxGrpcTimeout : longest?.grpcTimeoutHeaderMax)?.nanoseconds,
            grpcTimeoutHeaderOffset: (longest == nil ? action.grpcTimeoutOffset : longest?.grpcTimeoutHeaderOffset)?
                .nanoseconds,
            retry: action.retryPolicy.map { compile($0, place: "\(place).retry_policy") } ?? level.retry,
            mirrors: mirrors.isEmpty ? level.mirrors : mirrors,
            priority: action.priority, hashPolicy: compile(action.hashPolicy, place: place),
            upgrades: Dictionary(
                action.upgradeConfigs.map { ($0.upgradeType.lowercased(), $0.enabled) }, uniquingKeysWith: { $1 }))
    }

    private func targets(
        _ specifier: ClusterSpecifier, of route: Route, in level: HostLevel, scope: OverrideScope, place: String
    ) -> ForwardAction.Targets {
        switch specifier {
        case .clusterHeader(let name): return .header(HeaderName(name))
        case .cluster(let name):
            guard let index = cluster(name, route.source, "\(place).cluster") else { return .unknown(name) }
            return .one(index)
        case .weightedClusters(let split):
            var sum: UInt64 = 0
            let targets = split.clusters.enumerated().map { index, target in
                sum += UInt64(target.weight)
                let place = "\(place).weighted_clusters.clusters[\(index)]"
                let inner = OverrideScope(target.typedPerFilterConfig, below: scope, place: "\(place).")
                let policy = policy(
                    of: route, level: level, target: target, scope: inner,
                    metadata: target.metadata.filterMetadata.isEmpty ? route.metadata : target.metadata)
                var index: Int?
                var header: HeaderName?
                switch target.cluster {
                case .name(let name): index = cluster(name, target.source, "\(place).name")
                case .header(let name): header = HeaderName(name)
                }
                return CompiledSplit.Target(
                    cluster: index, header: header, upTo: sum, policy: policy,
                    hostRewriteLiteral: target.hostRewriteLiteral)
            }
            if sum == 0 {
                report(
                    split.source, "\(place).weighted_clusters", "the weights add up to 0; one of them must be greater")
            }
            let header = split.headerName.isEmpty ? nil : HeaderName(split.headerName)
            return .split(CompiledSplit(targets: targets, total: sum, randomHeader: header))
        }
    }

    /// The cluster's index; nil and, unless clusters are not to be checked, a diagnostic.
    func cluster(_ name: String, _ source: SourceMark, _ place: String) -> Int? {
        if let index = clusterIndex[name] { return index }
        unknownClusters.append(name)
        if configuration.validateClusters { report(source, place, "cluster '\(name)' is not defined") }
        return nil
    }

    /// The route's own overrides; its deprecated `cors` counts as one.
    private func overrides(of route: Route) -> [String: FilterOverride] {
        guard case .route(let action) = route.action, let cors = action.cors else { return route.typedPerFilterConfig }
        let own = FilterOverride(setting: .cors(cors), source: action.source)
        return corsFilters.reduce(into: route.typedPerFilterConfig) { $0[$1] = $0[$1] ?? own }
    }
}

extension RouteIdleTimeout {
    /// As `ForwardAction.idleTimeout` has it.
    fileprivate var nanoseconds: Int64? {
        switch self {
        case .inherited: nil
        case .disabled: 0
        case .after(let duration): duration.nanoseconds
        }
    }
}
