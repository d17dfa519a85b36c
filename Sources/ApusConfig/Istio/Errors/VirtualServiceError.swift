/// What can be wrong with a VirtualService.
enum VirtualServiceError: Equatable {
    case noHosts
    case wildcardOnMesh
    case duplicateHosts(String, String)
    case nothingProvided
    case delegateWith(String)
    case delegateInDelegate
    case noDelegateName
    case badGateway(String)

    case noAction
    case both(String, String)
    case rootWith(String)
    case negativeWeight(Int32)
    case totalWeightZero
    case weightsTooLarge
    case noDestination
    case destinationIsEverything
    case badSubset(String)

    case nullHeaderMatch(String)
    case claims(String)
    case emptyPrefix
    case emptyRegex
    case regexTooLong(Int)
    case badRegex(String, reason: String)
    case badNamespace(String)

    case emptyHeaderName
    case pseudoHeader(String)
    case hostInResponse(String)
    case hostRemoved(String)
    case authorityTwice

    case noFault
    case percentage(String)
    case statusOutOfRange(String)
    case unknownGRPCStatus(String)
    case unsupportedFault(String)
    case percentTooLarge(String, String)
    case percentNegative(String, String)

    case emptyRedirect
    case prefixWithoutPrefix
    case badRedirectCode(String)
    case badScheme(String)
    case emptyRewrite
    case halfRegexRewrite
    case emptyOrigin
    case badMethod(String)
    case maxAge(String)
    case negativeAttempts(Int32)
    case settingsWithoutAttempts
    case badRetryOn(String, nearest: String?)
    case bodyTooLarge(Int)
    case noSNIHosts
    case noTCPRoute

    var message: String {
        switch self {
        case .noHosts, .wildcardOnMesh, .duplicateHosts, .nothingProvided, .delegateWith, .delegateInDelegate,
            .noDelegateName, .badGateway, .noSNIHosts, .noTCPRoute:
            serviceMessage
        case .noAction, .both, .rootWith, .negativeWeight, .totalWeightZero, .weightsTooLarge, .noDestination,
            .destinationIsEverything, .badSubset:
            ruleMessage
        case .nullHeaderMatch, .claims, .emptyPrefix, .emptyRegex, .regexTooLong, .badRegex, .badNamespace,
            .emptyHeaderName, .pseudoHeader, .hostInResponse, .hostRemoved, .authorityTwice:
            headerMessage
        default: actionMessage
        }
    }

    private var serviceMessage: String {
        switch self {
        case .noHosts: "virtual service must have at least one host, unless it is a delegate"
        case .wildcardOnMesh: "wildcard host * is not allowed for virtual services bound to the mesh gateway"
        case .duplicateHosts(let first, let second): "duplicate hosts in virtual service: \(first) & \(second)"
        case .nothingProvided: "http, tcp or tls must be provided in virtual service"
        case .delegateWith(let name): "a delegate (a virtual service without hosts) must have no \(name)"
        case .delegateInDelegate: "a rule of a delegate cannot have a delegate"
        case .noDelegateName: "the delegate's name must not be empty"
        case .badGateway(let name):
            "'\(name)' is an invalid gateway name; write name, namespace/name, ./name or mesh"
        case .noSNIHosts: "TLS match must have at least one SNI host"
        case .noTCPRoute: "a TCP or TLS rule must have at least one route"
        default: ""
        }
    }

    private var ruleMessage: String {
        switch self {
        case .noAction: "HTTP route, redirect or direct_response is required"
        case .both(let one, let other): "HTTP route cannot contain both \(one) and \(other)"
        case .rootWith(let name): "a rule with a delegate must not have \(name)"
        case .negativeWeight(let weight): "weight \(weight) < 0"
        case .totalWeightZero: "total destination weight = 0; give at least one destination a weight"
        case .weightsTooLarge: "the weights add up to more than 4294967295"
        case .noDestination: "destination is required"
        case .destinationIsEverything: "invalid destination host *; name one host"
        case .badSubset(let name):
            "the subset name '\(name)' is invalid: letters, digits and hyphens within, at most 63"
        default: ""
        }
    }

    private var headerMessage: String {
        switch self {
        case .nullHeaderMatch(let name): "header match '\(name)' cannot be null; write {} for present"
        case .claims(let name): "'\(name)' needs JWT authentication, which is not supported by Apus"
        case .emptyPrefix: "prefix must not be empty; write {} for any value"
        case .emptyRegex: "regex must not be empty (Istio uses RE2 style regex-based match)"
        case .regexTooLong(let count): "the regex has \(count) characters, and 1024 is the max"
        case .badRegex(let pattern, let reason):
            "'\(pattern)' is an invalid regex: \(reason) (Istio uses RE2 style regex-based match)"
        case .badNamespace(let name): "'\(name)' is an invalid namespace"
        case .emptyHeaderName: "header name cannot be empty"
        case .pseudoHeader(let name): "'\(name)' cannot be changed: of names with : only :authority of a request can"
        case .hostInResponse(let name): "'\(name)' is an invalid header for a response"
        case .hostRemoved(let name): "'\(name)' cannot be removed"
        case .authorityTwice: "authority header cannot be set multiple times"
        default: ""
        }
    }

    private var actionMessage: String {
        switch self {
        case .noFault: "HTTP fault injection must have an abort and/or a delay"
        case .percentage(let text): "percentage \(text) is not in range: 0, or 0.0001 to 100"
        case .statusOutOfRange(let text): "HTTP status \(text) is not in range 200-599"
        case .unknownGRPCStatus(let name): "gRPC status '\(name)' is not supported; write its name, as UNAVAILABLE"
        case .unsupportedFault(let name): "\(name) is not supported"
        case .percentTooLarge(let name, let text): "\(name) must have a max value of 100 (it has \(text))"
        case .percentNegative(let name, let text): "\(name) must have a min value of 0 (it has \(text))"
        case .emptyRedirect: "redirect must specify URI, authority, scheme, port or code"
        case .prefixWithoutPrefix: "prefixRewrite needs a match with a uri prefix"
        case .badRedirectCode(let text): "redirect code \(text) is not one of 301, 302, 303, 307, 308"
        case .badScheme(let text): "'\(text)' is an invalid redirect scheme; it must be http or https"
        case .emptyRewrite: "rewrite must specify URI, UriRegexRewrite or authority"
        case .halfRegexRewrite: "uriRegexRewrite requires both match and rewrite"
        case .emptyOrigin: "an allowed origin must have an exact, prefix or regex that is not empty"
        case .badMethod(let name): "'\(name)' is not a valid HTTP method"
        case .maxAge(let text): "maxAge '\(text)' must be in whole seconds"
        case .negativeAttempts(let count): "attempts cannot be negative (\(count))"
        case .settingsWithoutAttempts: "http retry policy configured when attempts are set to 0 (disabled)"
        case .badRetryOn(let name, let nearest):
            "'\(name)' is not a valid retryOn condition" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .bodyTooLarge(let count): "the response body has \(count) bytes; the max is 1 MB"
        default: ""
        }
    }
}

/// What is odd about a VirtualService, or has no effect here.
enum VirtualServiceWarning: Equatable {
    case unroutedRules(String)
    case legacyGateway(String)
    case mirrorPercentDeprecated
    case abortWithoutType
    case largeBody(Int)

    var message: String {
        switch self {
        case .unroutedRules(let name): "'\(name)' rules are not routed by Apus"
        case .legacyGateway(let name): "'\(name)' is an old way to name a gateway; write namespace/name"
        case .mirrorPercentDeprecated: "mirrorPercent is deprecated; use mirrorPercentage"
        case .abortWithoutType: "an abort without httpStatus or grpcStatus has no effect"
        case .largeBody(let count): "the response body has \(count) bytes; large bodies (above 100 kB) cost memory"
        }
    }
}
