/// What can be wrong with a rule beyond its types and fields (those are `ConfigurationError`s).
enum RuleError: Equatable {
    case missingName
    case notYet(String)
    case name(NameError)
    case policy(PolicyError)
    case serviceEntry(ServiceEntryError)
    case gateway(GatewayError)
    case sidecar(SidecarError)
    case envoyFilter(EnvoyFilterError)

    var message: String {
        switch self {
        case .missingName: "a rule needs a name"
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
    case name(NameWarning)
    case policy(PolicyWarning)
    case serviceEntry(ServiceEntryWarning)
    case gateway(GatewayWarning)
    case sidecar(SidecarWarning)
    case envoyFilter(EnvoyFilterWarning)

    var message: String {
        switch self {
        case .ignoredKind(let kind): "'\(kind)' is no rule for traffic; it is left out"
        case .name(let warning): warning.message
        case .policy(let warning): warning.message
        case .serviceEntry(let warning): warning.message
        case .gateway(let warning): warning.message
        case .sidecar(let warning): warning.message
        case .envoyFilter(let warning): warning.message
        }
    }
}
