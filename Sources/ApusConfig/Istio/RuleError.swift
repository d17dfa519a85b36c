/// What can be wrong with a rule beyond its types and fields (those are `ConfigurationError`s).
enum RuleError: Equatable {
    case missingName
    case badRuleName(String)
    case badTime(String)
    case unknownVersion(String, known: [String])
    case unknownKind(String, nearest: String?)
    case unsupportedKind(String)
    case notYet(String)
    case route(VirtualServiceError)
    case name(NameError)
    case policy(PolicyError)
    case serviceEntry(ServiceEntryError)
    case gateway(GatewayError)
    case sidecar(SidecarError)
    case envoyFilter(EnvoyFilterError)

    var message: String {
        switch self {
        case .missingName: "'metadata.name' is missing; a rule needs a name"
        case .badRuleName(let name):
            "'\(name)' cannot be a name here: it has letters, digits and hyphens within, at most 63"
        case .badTime(let text): "'\(text)' is not a time such as 2026-01-31T12:00:00Z (RFC 3339)"
        case .unknownVersion(let version, let known):
            "networking.istio.io has no version '\(version)'; it has \(known.joined(separator: ", "))"
        case .unknownKind(let kind, let nearest):
            "networking.istio.io has no kind '\(kind)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .unsupportedKind(let kind): "the kind '\(kind)' is not supported by Apus"
        case .notYet(let what): "not supported by this version of Apus yet: \(what)"
        case .route(let error): error.message
        case .name(let error): error.message
        case .policy(let error): error.message
        case .serviceEntry(let error): error.message
        case .gateway(let error): error.message
        case .sidecar(let error): error.message
        case .envoyFilter(let error): error.message
        }
    }
}

/// What Istio accepts although it is almost surely a mistake, or has no effect here.
enum RuleWarning: Equatable {
    case ignoredKind(String)
    case route(VirtualServiceWarning)
    case name(NameWarning)
    case policy(PolicyWarning)
    case serviceEntry(ServiceEntryWarning)
    case gateway(GatewayWarning)
    case sidecar(SidecarWarning)
    case envoyFilter(EnvoyFilterWarning)

    var message: String {
        switch self {
        case .ignoredKind(let kind): "'\(kind)' is no rule for traffic; it is left out"
        case .route(let warning): warning.message
        case .name(let warning): warning.message
        case .policy(let warning): warning.message
        case .serviceEntry(let warning): warning.message
        case .gateway(let warning): warning.message
        case .sidecar(let warning): warning.message
        case .envoyFilter(let warning): warning.message
        }
    }
}
