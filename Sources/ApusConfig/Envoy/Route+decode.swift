extension Route {
    static func decode(_ field: Field, bodyLimit: Int) -> Route? {
        field.message("envoy.config.route.v3.Route") { message in
            let name = message.string("name")
            let match = message.required("match").flatMap(RouteMatch.decode)
            let choice = message.oneOf("route", "redirect", "direct_response", "non_forwarding_action")
            if choice == nil, !message.has("filter_action") {
                field.report(.missingOneOf(["route", "redirect", "direct_response"]))
            }
            let action = choice.flatMap { decode($0.name, $0.value, route: name, bodyLimit: bodyLimit) }
            if let match, case .route(let forward) = action, forward.pathRewrite?.isPrefix == true {
                RewriteRules.check(match, at: choice?.value ?? field)
            }
            let metadata = message["metadata"].flatMap(Metadata.decode) ?? Metadata()
            let decorator = message["decorator"].flatMap(Decorator.decode)
            let requests = HeaderMutation.decode(message, "request")
            let responses = HeaderMutation.decode(message, "response")
            let overrides = FilterOverride.decodeMap(message)
            let oldLimit = message.uint32("per_request_buffer_limit_bytes")
            let limit = message.uint64("request_body_buffer_limit")
            let statPrefix = message.string("stat_prefix")
            guard let match, let action else { return nil }
            return Route(
                name: name, match: match, action: action, metadata: metadata, decorator: decorator,
                requestHeaders: requests, responseHeaders: responses, typedPerFilterConfig: overrides,
                perRequestBufferLimitBytes: oldLimit, requestBodyBufferLimit: limit, statPrefix: statPrefix,
                source: message.source)
        }
    }

    private static func decode(_ kind: String, _ field: Field, route: String, bodyLimit: Int) -> RouteVerb? {
        switch kind {
        case "route": RouteAction.decode(field, route: route).map(RouteVerb.route)
        case "redirect": Redirect.decode(field).map(RouteVerb.redirect)
        case "direct_response": DirectResponse.decode(field, bodyLimit: bodyLimit).map(RouteVerb.directResponse)
        default: field.message("envoy.config.route.v3.NonForwardingAction") { _ in .nonForwarding }
        }
    }
}

extension Decorator {
    static func decode(_ field: Field) -> Decorator? {
        field.message("envoy.config.route.v3.Decorator") { message in
            let operation = message.name("operation")
            let propagate = message.bool("propagate", default: true)
            return operation.map { Decorator(operation: $0, propagate: propagate) }
        }
    }
}

extension RouteMatch {
    static func decode(_ field: Field) -> RouteMatch? {
        field.message("envoy.config.route.v3.RouteMatch") { message in
            let choice = message.oneOf("prefix", "path", "safe_regex", "path_separated_prefix", "connect_matcher")
            if choice == nil, !message.has("path_match_policy") {
                field.report(.missingOneOf(["prefix", "path", "safe_regex", "path_separated_prefix"]))
            }
            let path = choice.flatMap { specifier($0.name, $0.value) }
            let caseSensitive = message.bool("case_sensitive", default: true)
            let fraction = message["runtime_fraction"].flatMap(RuntimeFraction.decode)
            let headers = message.each("headers", HeaderMatcher.decode)
            let parameters = message.each("query_parameters", QueryParameterMatcher.decode)
            let grpc = message["grpc"].flatMap {
                $0.message("envoy.config.route.v3.RouteMatch.GrpcRouteMatchOptions") { _ in true }
            }
            guard let path else { return nil }
            return RouteMatch(
                path: path, caseSensitive: caseSensitive, runtimeFraction: fraction, headers: headers,
                queryParameters: parameters, grpc: grpc ?? false, source: message.source)
        }
    }

    private static func specifier(_ name: String, _ field: Field) -> PathSpecifier? {
        switch name {
        case "prefix": return field.string().map(PathSpecifier.prefix)
        case "path": return field.string().map(PathSpecifier.path)
        case "safe_regex": return RegexMatcher.decode(field).map(PathSpecifier.safeRegex)
        case "path_separated_prefix":
            guard let text = field.string() else { return nil }
            guard RewriteRules.isSeparatedPrefix(text) else {
                field.report(.notASeparatedPrefix(text))
                return nil
            }
            return .pathSeparatedPrefix(text)
        default: return field.message("envoy.config.route.v3.RouteMatch.ConnectMatcher") { _ in .connect }
        }
    }
}
