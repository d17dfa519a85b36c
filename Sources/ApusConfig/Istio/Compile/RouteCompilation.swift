/// Turns what a VirtualService says into routes. What it makes of one of them depends on that one, on the delegates that
/// it names and on the registry, and on nothing else.
struct RouteCompilation {
    let identity: ProxyIdentity
    let registry: any ServiceDirectory
    /// Where delegates are looked up by name.
    let rules: RuleSet
    /// By port of the mesh: what its virtual hosts say about filters.
    var overrides: [UInt32: [String: FilterOverride]] = [:]

    /// The routes of a VirtualService in one table, in their order. Rules that can never apply there are left out, and
    /// so is what stands behind a route that takes everything.
    func routes(of virtualService: Rule, in scope: RouteScope) -> [Route] {
        var routes: [Route] = []
        for rule in resolvedRules(of: virtualService) {
            for match in rule.http.match.isEmpty ? [nil] : rule.http.match.map(Optional.some)
            where match.map({ applies($0, in: scope) }) ?? true {
                let route = route(for: rule, match: match, of: virtualService.name, in: scope)
                routes.append(route)
                if route.takesEverything { return routes }
            }
        }
        return routes
    }

    private func route(for rule: ResolvedRule, match: HTTPMatch?, of root: RuleName, in scope: RouteScope) -> Route {
        let http = rule.http
        let name = match.map { $0.name.isEmpty ? http.name : "\(http.name).\($0.name)" } ?? http.name
        var route = Route(
            name: name, match: match.map(RouteMatch.init) ?? RouteMatch(path: .prefix("/")),
            action: .nonForwarding,
            metadata: .origin(virtualService: root, document: rule.document, line: http.source.line),
            typedPerFilterConfig: overrides(of: http), source: http.source)
        let headers = CompiledOperations(http.headers)
        if let redirect = http.redirect {
            route.action = .redirect(self.redirect(redirect, in: scope))
        } else if let response = http.directResponse {
            route.action = .directResponse(
                DirectResponse(status: response.status, body: response.body, source: http.source))
        } else {
            route.action = .route(forward(http, headers: headers, to: &route, in: scope))
            return route
        }
        route.requestHeaders = headers.request
        route.responseHeaders = headers.response
        return route
    }

    /// What a rule says about filters.
    private func overrides(of rule: HTTPRule) -> [String: FilterOverride] {
        var overrides: [String: FilterOverride] = [:]
        if let fault = rule.fault.flatMap(HTTPFault.init) {
            overrides[BuiltInFilter.fault] = FilterOverride(setting: .fault(fault), source: rule.source)
        }
        if let cors = rule.corsPolicy.map(CorsPolicy.init) {
            overrides[BuiltInFilter.cors] = FilterOverride(setting: .cors(cors), source: rule.source)
        }
        return overrides
    }
}

extension Route {
    /// Nothing behind it in a list is ever reached.
    var takesEverything: Bool {
        guard match.headers.isEmpty, match.queryParameters.isEmpty else { return false }
        switch match.path {
        case .prefix(let prefix): return prefix.isEmpty || prefix == "/"
        case .safeRegex(let regex): return regex.regex == ".*"
        case .path, .pathSeparatedPrefix, .connect: return false
        }
    }
}
