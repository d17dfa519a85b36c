/// What can be wrong with a rule beyond its types and fields (those are `ConfigurationError`s).
enum RuleError: Equatable {
    case missingName

    var message: String {
        switch self {
        case .missingName: "a rule needs a name"
        }
    }
}

/// What Istio accepts although it is almost surely a mistake, or has no effect here.
enum RuleWarning: Equatable {
    case ignoredKind(String)

    var message: String {
        switch self {
        case .ignoredKind(let kind): "'\(kind)' is no rule for traffic; it is left out"
        }
    }
}
