/// What can be wrong with the names and plain values of any rule.
enum NameError: Equatable {
    case emptyHost
    case hostTooLong(String)
    case badHost(String, label: String)
    case numericTopLabel(String, label: String)
    case partialWildcard(String)
    case shortHost(String)
    case badNamespace(String, host: String)
    case hostWithoutNamespace(String)

    case badLabelKey(String)
    case badLabelValue(String, key: String)
    case emptySelectorKey(value: String)
    case wildcardInSelector(String, String)

    case exportedTwice(String)
    case badExport(String)
    case exportedToAllAndSome
    case exportedToNobodyAndSome

    case noIP(String)
    case noIPOrBlock(String)
    case badUnixPath(String)
    case badPortName(String)
    case unknownProtocol(String)

    case noDuration(String)
    case negativeDuration(String)
    case durationBelowMillisecond(String)
    case noWholeMilliseconds(String)

    var message: String {
        switch self {
        case .emptyHost: "an empty domain name is not allowed; name the host"
        case .hostTooLong(let name): "the domain name '\(name.prefix(40))...' is longer than 255 letters"
        case .badHost(let name, let label):
            "the domain name '\(name)' is invalid (label '\(label)' is invalid: letters, digits and hyphens within)"
        case .numericTopLabel(let name, let label):
            "the domain name '\(name)' is invalid (its top level '\(label)' cannot be all digits)"
        case .partialWildcard(let name): "the partial wildcard '\(name)' is not allowed; write *. before a whole name"
        case .shortHost(let name):
            "'\(name)' is a short name, which is not allowed here; write the full name of the host"
        case .badNamespace(let namespace, let host): "'\(namespace)' in '\(host)' is no namespace; give a name, * or ."
        case .hostWithoutNamespace(let host): "'\(host)' must be of the form namespace/dnsName, such as ./\(host)"
        case .badLabelKey(let key): "'\(key)' cannot be a label's name"
        case .badLabelValue(let value, let key): "'\(value)' cannot be the value of the label '\(key)'"
        case .emptySelectorKey(let value): "an empty name is not supported in a selector ('=\(value)')"
        case .wildcardInSelector(let key, let value): "a wildcard is not supported in a selector ('\(key)=\(value)')"
        case .exportedTwice(let name): "duplicate entry '\(name)' in exportTo"
        case .badExport(let name): "'\(name)' is no namespace; give a name, * for all or . for the rule's own"
        case .exportedToAllAndSome: "exportTo cannot have both * (everywhere) and other entries"
        case .exportedToNobodyAndSome: "exportTo cannot have both ~ (nobody) and other entries"
        case .noIP(let text): "'\(text)' is not a valid IP address"
        case .noIPOrBlock(let text): "'\(text)' is not a valid IP address or CIDR block"
        case .badUnixPath(let text): "'\(text)' is not an absolute path to a file"
        case .badPortName(let name):
            "invalid port name '\(name)': a name has letters, digits and hyphens within, at most 63"
        case .unknownProtocol(let name):
            "unsupported protocol '\(name)'; it is one of HTTP, HTTP2, GRPC, GRPC-WEB, HTTPS, TLS, TCP, MONGO, MYSQL, REDIS"
        case .noDuration(let text): "'\(text)' is not a duration; write a number with its unit, as 1.5s, 300ms or 1h30m"
        case .negativeDuration(let text): "the duration '\(text)' must not be negative"
        case .durationBelowMillisecond(let text): "the duration '\(text)' is too short; the least is 1ms"
        case .noWholeMilliseconds(let text): "the duration '\(text)' must be in whole milliseconds"
        }
    }
}

/// What is odd about the names of any rule.
enum NameWarning: Equatable {
    case selectorWithoutLabels
    case partialWildcard(String)

    var message: String {
        switch self {
        case .selectorWithoutLabels: "this workload selector has no labels, so it selects every workload"
        case .partialWildcard(let name): NameError.partialWildcard(name).message
        }
    }
}
