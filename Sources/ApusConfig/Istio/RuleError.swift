/// What can be wrong with a rule beyond its types and fields (those are `ConfigurationError`s).
enum RuleError: Equatable {
    case missingName
    case badObjectName(String)
    case notYet(String)
    case virtualService(VirtualServiceError)
    case name(NameError)
    case policy(PolicyError)
    case serviceEntry(ServiceEntryError)
    case gateway(GatewayError)
    case sidecar(SidecarError)
    case envoyFilter(EnvoyFilterError)

    var message: String {
        switch self {
        case .missingName: "a rule needs a name: metadata.name is missing"
        case .badObjectName(let name):
            "'\(name)' cannot be a name: letters, digits and hyphens within, at most 63 between dots"
        case .virtualService(let error): error.message
        case .notYet(let what): "not supported by this version of Apus yet: \(what)"
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
    case virtualService(VirtualServiceWarning)
    case name(NameWarning)
    case policy(PolicyWarning)
    case serviceEntry(ServiceEntryWarning)
    case gateway(GatewayWarning)
    case sidecar(SidecarWarning)
    case envoyFilter(EnvoyFilterWarning)

    var message: String {
        switch self {
        case .ignoredKind(let kind): "'\(kind)' is no rule for traffic; it is left out"
        case .virtualService(let warning): warning.message
        case .name(let warning): warning.message
        case .policy(let warning): warning.message
        case .serviceEntry(let warning): warning.message
        case .gateway(let warning): warning.message
        case .sidecar(let warning): warning.message
        case .envoyFilter(let warning): warning.message
        }
    }
}
