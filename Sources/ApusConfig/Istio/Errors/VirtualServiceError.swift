/// What can be wrong with a VirtualService.
enum VirtualServiceError: Equatable {
    case noHosts
    case wildcardOnMesh
    case duplicateHosts(String, String)
    case noRules
    case delegateWith(String)
    case badGateway(String)
    case noAction
    case both(String, String)
    case delegateAndRoute(String)
    case authorityTwice

    case nullMatch(String)
    case noHeaderName(String)
    case emptyPrefix
    case emptyRegex
    case longRegex(Int)
    case noRE2(String, reason: String)
    case badNamespace(String)
    case claims(String)
    case pseudoHeader(String)

    case wildcardDestination
    case badSubset(String)
    case negativeWeight(Int64)
    case allWeightsZero
    case hostInResponse(String)
    case controlInHeader

    case emptyFault
    case badPercentage(Double)
    case percentAbove(Int64)
    case badStatus(Int64)
    case badGRPCStatus(String)
    case unsupportedFault(String)

    case mirrorAndMirrors
    case emptyRedirect
    case prefixRewriteWithoutPrefix
    case badRedirectCode(Int64)
    case badScheme(String)
    case emptyRewrite
    case halfRegexRewrite
    case badMethod(String)
    case emptyOrigin
    case noWholeSeconds(String)
    case negativeAttempts(Int64)
    case noAttemptsWith(String)
    case badRetryOn(String)
    case bodyTooLarge(Int)

    var message: String {
        switch self {
        case .noHosts: "a virtual service must have at least one host; only a delegate has none"
        case .wildcardOnMesh:
            "the wildcard host * is not allowed for virtual services bound to the mesh gateway; name the hosts"
        case .duplicateHosts(let name, let other):
            "duplicate hosts in virtual service: '\(name)' and '\(other)' overlap"
        case .noRules: "http, tcp or tls must be provided in a virtual service"
        case .delegateWith(let name): "a delegate, which has no hosts, cannot have \(name)"
        case .badGateway(let name): "'\(name)' is not the name of a gateway, such as mesh, gw or namespace/gw"
        case .noAction: "HTTP route, redirect or direct_response is required"
        case .both(let one, let other): "an HTTP rule cannot contain both \(one) and \(other)"
        case .delegateAndRoute(let name): "a rule with a delegate cannot have \(name) of its own"
        case .authorityTwice:
            "the authority header cannot be set multiple times: by rewrite.authority or headers, but not by both"
        case .nullMatch(let name): "the match of header '\(name)' cannot be null; write {} for any value"
        case .noHeaderName(let name): "'\(name)' is not the name of a header"
        case .emptyPrefix: "an empty prefix matches everything; leave the match out"
        case .emptyRegex: "a regular expression cannot be empty"
        case .longRegex(let count): "a regular expression of \(count) letters is too long; at most 1024"
        case .noRE2(let text, let reason):
            "the regular expression '\(text)' is wrong: \(reason); Istio uses RE2 style regex-based match"
        case .badNamespace(let name): "'\(name)' is not the name of a namespace"
        case .claims(let name): "'\(name)' needs JWT authentication, which Apus does not have"
        case .pseudoHeader(let name):
            "'\(name)' cannot be changed here; of the pseudo headers only :authority of a request can"
        case .wildcardDestination: "the wildcard host * is not allowed as a destination; name the service"
        case .badSubset(let name):
            "'\(name)' cannot be the name of a subset: letters, digits and hyphens within, at most 63"
        case .negativeWeight(let weight): "weight \(weight) < 0"
        case .allWeightsZero: "total destination weight = 0; one of them must be more"
        case .hostInResponse(let name): "'\(name)' cannot be changed here; only the authority of a request can be set"
        case .controlInHeader: "a header's value cannot hold control characters"
        case .emptyFault: "an HTTP fault needs a delay or an abort"
        case .badPercentage(let value): "percentage \(Self.text(value)) is not in range: 0, or from 0.0001 to 100"
        case .percentAbove(let value): "percent \(value) is not in range: it must have a max value of 100"
        case .badStatus(let status): "HTTP status \(status) is not in range 200-599"
        case .badGRPCStatus(let name): "'\(name)' is not the name of a gRPC status, such as UNAVAILABLE"
        case .unsupportedFault(let name): "'\(name)' is not supported"
        case .mirrorAndMirrors: "an HTTP rule cannot contain both mirror and mirrors"
        case .emptyRedirect: "a redirect must change something: uri, authority, port, scheme or redirectCode"
        case .prefixRewriteWithoutPrefix: "prefixRewrite needs a match of uri.prefix; others have no prefix to replace"
        case .badRedirectCode(let code): "redirect code \(code) is not one of 301, 302, 303, 307, 308"
        case .badScheme(let name): "scheme '\(name)' is not http or https"
        case .emptyRewrite: "a rewrite must give uri, authority or uriRegexRewrite"
        case .halfRegexRewrite: "uriRegexRewrite needs both match and rewrite"
        case .badMethod(let name): "'\(name)' is not a method of HTTP that can be allowed"
        case .emptyOrigin: "an origin's match cannot be empty; give exact, prefix or regex"
        case .noWholeSeconds(let text): "'\(text)' must be in whole seconds"
        case .negativeAttempts(let count): "attempts cannot be negative (\(count))"
        case .noAttemptsWith(let name): "attempts of 0 turn retries off, so that '\(name)' has no place beside it"
        case .badRetryOn(let name): "'\(name)' is no condition that retryOn knows, nor a status"
        case .bodyTooLarge(let count): "a body of \(count) bytes is too large; at most 1 MB"
        }
    }

    private static func text(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }
}

/// What is odd about a VirtualService.
enum VirtualServiceWarning: Equatable {
    case outdated(String, instead: String)
    case abortOfNothing
    case rulesNotRouted(String)
    case largeBody(Int)
    case oldGatewayName(String)

    var message: String {
        switch self {
        case .outdated(let name, let instead): "'\(name)' is deprecated; use '\(instead)'"
        case .abortOfNothing: "this abort names no status, so it has no effect"
        case .rulesNotRouted(let name): "'\(name)' rules are not routed by Apus"
        case .largeBody(let count): "a body of \(count) bytes is large; keep it below 100 kB"
        case .oldGatewayName(let name): "'\(name)' is an old form of a gateway's name; write namespace/name"
        }
    }
}
